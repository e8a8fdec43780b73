// Lays out what every runtime imports: the package as npm would install it, and the vectors.
//
//   .work/runtimes/node_modules/ably-edge-auth/   the packed tarball, so its `exports` are what is tested
//   .work/runtimes/staged.mjs                     imports it, which starts it
//   .work/runtimes/installed.mjs                  says where it is
//   .work/runtimes/source/                        the sources that reach into the module's buffer, and the module
//   .work/runtimes/vectors.mjs                    tests/vectors/**/*.json as one module: no runtime needs file access
import { createHash } from 'node:crypto';
import { cpSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execFileSync, npm } from './start.mjs';

export const TESTS = fileURLToPath(new URL('..', import.meta.url));
export const STAGE = join(TESTS, '.work', 'runtimes');
const PACKAGE = join(TESTS, '..', 'pkg');
const VECTORS = join(TESTS, 'vectors');

// The module's own functions are reached in its sources: RFC vectors need raw bytes in its buffer. Beside them what is
// written over them, in the same instance, which is not the package's.
const STAGED = `export * as library from 'ably-edge-auth';
export * as products from 'ably-edge-auth/products';
export * as sandbox from 'ably-edge-auth/sandbox';
export * as frame from './source/lib/module/shared-buffer.js';
export * as overFrame from './source/wasm.js';
export { module } from './source/module.mjs';
export * as errors from './node_modules/ably-edge-auth/generated/errors.js';
export * as stores from './node_modules/ably-edge-auth/generated/stores.js';
export * as webhook from './node_modules/ably-edge-auth/generated/webhook.js';
export * as realtime from './source/lib/realtime/client.js';
export * as utf8 from './source/lib/module/utf8.js';
export { vectors } from './vectors.mjs';
`;

/** What pkg/wasm.js consists of. */
const SOURCES = [
  'wasm.js',
  'lib',
  'edge',
  'stores',
  ...['abi.js', 'ably_edge_auth.js', 'ably_edge_auth.wasm', 'actions.js', 'bytes.js'].map(
    (name) => `generated/${name}`,
  ),
];

/** In workerd, which compiles no bytes, another module has this name. */
const MODULE = `import { bytes } from './generated/bytes.js';
export const module = bytes();
`;

const INSTALLED = `export const installed = new URL('node_modules/ably-edge-auth/', import.meta.url);
`;

/** Steps that run side by side stage one after the other, and only the first has something to do. */
export function stage() {
  const unlock = lock(`${STAGE}.lock`);
  try {
    stageNow();
  } finally {
    unlock();
  }
}

/** Waits while another process has the lock, unless that has died. */
function lock(path) {
  const own = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(own, String(process.pid));
  for (;;) {
    try {
      // Unlike a new file, a link is there together with what it holds.
      linkSync(own, path);
      rmSync(own);
      return () => rmSync(path);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!isAlive(path)) rmSync(path, { force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}

function isAlive(path) {
  try {
    return process.kill(Number(readFileSync(path, 'utf8')), 0);
  } catch (error) {
    return error.code === 'EPERM' || error.code === 'ENOENT'; // another user's; or it has just been let go
  }
}

function stageNow() {
  if (!existsSync(join(PACKAGE, 'generated'))) throw new Error('Nothing is built yet: run `npm run build` first.');
  const state = digest(PACKAGE, VECTORS, fileURLToPath(import.meta.url));
  const stamp = join(STAGE, 'staged-from');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return;

  rmSync(STAGE, { recursive: true, force: true });
  mkdirSync(STAGE, { recursive: true });
  writeFileSync(join(STAGE, 'package.json'), '{ "private": true, "type": "module" }\n');
  const [{ filename }] = JSON.parse(runNpm('pack', PACKAGE, '--json', '--ignore-scripts'));
  runNpm('install', `./${filename}`, '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund');
  writeFileSync(join(STAGE, 'vectors.mjs'), `export const vectors = ${JSON.stringify(readVectors())};\n`);
  writeFileSync(join(STAGE, 'staged.mjs'), STAGED);
  writeFileSync(join(STAGE, 'installed.mjs'), INSTALLED);
  for (const source of SOURCES) cpSync(join(PACKAGE, source), join(STAGE, 'source', source), { recursive: true });
  writeFileSync(join(STAGE, 'source/module.mjs'), MODULE);
  writeFileSync(stamp, state);
}

function runNpm(...args) {
  const [program, ...before] = npm();
  return execFileSync(program, [...before, '--loglevel=error', ...args], {
    cwd: STAGE,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** By path without `.json`: `wycheproof/hmac_sha256`. */
function readVectors() {
  const vectors = {};
  for (const file of files(VECTORS))
    if (file.endsWith('.json'))
      vectors[relative(VECTORS, file).slice(0, -'.json'.length).replaceAll(sep, '/')] = JSON.parse(
        readFileSync(file, 'utf8'),
      );
  return vectors;
}

function digest(...places) {
  const hash = createHash('sha256');
  for (const file of places.flatMap((place) => (place.endsWith('.mjs') ? [place] : files(place))))
    hash.update(`${file}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

export function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
