// An empty project with nothing in it but the packed package and the fixtures: what a user has after
// `npm install ably-edge-auth`.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute, npm } from './processes.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = join(HERE, '../..');
const WORK = join(ROOT, 'tests/.work/packaging');
// Only what a fixture imports; the tools themselves are started by path.
const LINKED = ['vitest', '@cloudflare/vite-plugin', '@cloudflare/vitest-pool-workers', '@rollup/plugin-node-resolve'];

/** What the package depends on, and the only file that imports it. */
export const DEPENDENCIES = { 'smol-toml': 'generated/cli-config.js', ws: 'generated/websocket.js' };

/** The very version that the workspace's lock file names. */
async function packInstalled(name) {
  const packed = await execute(
    [...npm(), 'pack', join(ROOT, 'node_modules', name), '--json', '--ignore-scripts', '--loglevel=error'],
    { cwd: WORK },
  );
  return join(WORK, JSON.parse(packed.stdout)[0].filename);
}

export async function createProject() {
  if (!existsSync(join(ROOT, 'pkg/generated/index.js')))
    throw new Error('Nothing is built yet: run `npm run build` first.');
  const folder = join(WORK, 'project');
  rmSync(WORK, { recursive: true, force: true });
  cpSync(join(HERE, 'fixtures'), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');

  const packed = await execute(
    [...npm(), 'pack', join(ROOT, 'pkg'), '--json', '--ignore-scripts', '--loglevel=error'],
    { cwd: WORK },
  );
  const [{ filename, files }] = JSON.parse(packed.stdout);
  const tarball = join(WORK, filename);
  const dependencies = await Promise.all(Object.keys(DEPENDENCIES).map(packInstalled));
  // Offline: a dependency that crept in would fail here.
  const quietly = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await execute([...npm(), 'install', tarball, ...dependencies, ...quietly], { cwd: folder });

  for (const name of LINKED) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(HERE, 'node_modules', name), link, 'junction');
  }

  const installed = join(folder, 'node_modules/ably-edge-auth');
  return {
    folder,
    work: WORK,
    tarball,
    /** The tarballs of what the package depends on, by name. */
    dependencies: Object.fromEntries(Object.keys(DEPENDENCIES).map((name, index) => [name, dependencies[index]])),
    installed,
    /** Paths in the tarball. */
    files: files.map(({ path }) => path).sort(),
    manifest: JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')),
  };
}
