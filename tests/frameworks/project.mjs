// An app with its packages, as `npm install` leaves it, but with the package that was just built. npm's cache is the one
// store of packages that all apps share.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PATIENCE_MS } from '../js/patience.mjs';
import { execute } from '../packaging/processes.mjs';
import { execFileSync, npm } from '../runtimes/start.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGE = join(ROOT, 'pkg');
/** Installing and building wait for the network and for compilers. */
export const BUILD_MS = 3 * PATIENCE_MS;

const packed = packedFiles();

/** Copies the app's `sources` to `folder` and installs its packages there, by the `node` that it runs on. */
export async function install(sources, folder, node) {
  rmSync(folder, { recursive: true, force: true });
  for (const source of sources)
    cpSync(source, folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
  const quietly = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await execute([...npm(node), 'ci', ...quietly], { cwd: folder, timeoutMs: BUILD_MS });
  for (const file of packed) {
    const to = join(folder, 'node_modules/ably-edge-auth', file);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(PACKAGE, file), to);
  }
  // Tools read here which packages to leave outside of a server's bundle.
  const manifest = readJson(folder, 'package.json');
  manifest.dependencies = { ...manifest.dependencies, 'ably-edge-auth': readJson(PACKAGE, 'package.json').version };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
}

/** Of the app's files with its lock file, its settings, and the packed package. */
export function fingerprintOf(sources, settings) {
  const hash = createHash('sha256').update(settings).update(process.version);
  const own = sources.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  for (const file of [...own.sort(), ...packed.map((name) => join(PACKAGE, name))])
    hash.update(relative(ROOT, file)).update(readFileSync(file));
  return hash.digest('hex');
}

/** `bin:next` is a command of the app's own packages, `bin:package#command` one with another name. */
export function located(folder, command, values = {}) {
  const filled = (word) => Object.entries(values).reduce((text, [name, value]) => text.replace(name, value), word);
  return command.map((word) => (word.startsWith('bin:') ? binOf(folder, word.slice('bin:'.length)) : filled(word)));
}

/** The script behind a command. The files in .bin are shell scripts on some systems. */
function binOf(folder, name) {
  const [packageName, command = packageName.split('/').at(-1)] = name.split('#');
  const { bin } = readJson(join(folder, 'node_modules', packageName), 'package.json');
  return join(folder, 'node_modules', packageName, typeof bin === 'string' ? bin : bin[command]);
}

function packedFiles() {
  const [program, ...args] = npm();
  const options = ['--dry-run', '--json', '--ignore-scripts', '--loglevel=error'];
  const output = execFileSync(program, [...args, 'pack', PACKAGE, ...options], { encoding: 'utf8' });
  return JSON.parse(output)[0].files.map(({ path }) => path);
}

function readJson(...path) {
  return JSON.parse(readFileSync(join(...path), 'utf8'));
}
