// Package managers that let a package see only what it depends on. Both install from files, so nobody is asked anything.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute, tool } from '../processes.mjs';

const APPS = [
  'plain/app.mjs',
  'plain/app.cjs',
  'errors/app.mjs',
  'errors/app.cjs',
  'sandbox/app.mjs',
  'sandbox/app.cjs',
];
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+\n$/;
const KEY = 'aaaaaa.bbbbbb:made-up-secret-of-22-ch';

export const managers = [
  {
    name: 'pnpm: strict node_modules',
    async run(project) {
      const folder = newProject(project, 'pnpm', (overrides) => ({ pnpm: { overrides } }));
      const env = { XDG_DATA_HOME: join(folder, 'data'), XDG_STATE_HOME: join(folder, 'state'), HOME: folder };
      const pnpm = (...args) => execute([tool('pnpm'), ...args], { cwd: folder, env: { ...env, ABLY_API_KEY: KEY } });
      const options = ['--offline', '--ignore-scripts', '--store-dir', join(folder, 'store'), '--cache-dir'];
      await pnpm('install', ...options, join(folder, 'cache'));
      for (const app of APPS) {
        const { stdout, stderr } = await execute([process.execPath, app], { cwd: folder });
        assert.equal(stdout + stderr, 'ok node\n', app);
      }
      const { stdout } = await pnpm('exec', 'ably-edge-auth', 'issue-jwt-token', '--token-only');
      assert.match(stdout, TOKEN);
    },
  },
  {
    name: "yarn: Plug'n'Play",
    async run(project) {
      const folder = newProject(project, 'yarn', (resolutions) => ({ resolutions }));
      writeFileSync(
        join(folder, '.yarnrc.yml'),
        'nodeLinker: pnp\nenableNetwork: false\nenableTelemetry: false\nenableGlobalCache: false\nenableScripts: false\n',
      );
      writeFileSync(join(folder, 'yarn.lock'), '');
      const env = { HOME: folder, YARN_GLOBAL_FOLDER: join(folder, 'global'), ABLY_API_KEY: KEY };
      const yarn = (...args) => execute([process.execPath, tool('yarn'), ...args], { cwd: folder, env });
      await yarn('install', '--no-immutable');
      for (const app of APPS) assert.equal((await yarn('node', app)).stdout, 'ok node\n', app);
      const { stdout } = await yarn('run', 'ably-edge-auth', 'issue-jwt-token', '--token-only');
      assert.match(stdout, TOKEN);
    },
  },
];

/** The fixtures, and a manifest that has the package and what that depends on as files. */
function newProject({ folder: fixtures, work, tarball, dependencies }, name, overriding) {
  const folder = join(work, name);
  mkdirSync(folder, { recursive: true });
  for (const fixture of ['plain', 'errors', 'sandbox', 'check.mjs'])
    cpSync(join(fixtures, fixture), join(folder, fixture), { recursive: true });
  const overrides = Object.fromEntries(Object.entries(dependencies).map(([name, file]) => [name, `file:${file}`]));
  const manifest = { name, private: true, type: 'module', dependencies: { 'ably-edge-auth': `file:${tarball}` } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, ...overriding(overrides) }));
  return folder;
}
