// The examples, started as their users start them, on the packed package.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { ROOT } from '../../scripts/run.mjs';
import { find } from '../runtimes/find.mjs';
import { STAGE, stage } from '../runtimes/stage.mjs';
import { spawn } from '../runtimes/start.mjs';
import { PATIENCE_MS } from '../js/patience.mjs';

const HERE = join(ROOT, 'tests/examples');
const EXAMPLES = join(STAGE, 'examples');

/** Beside the installed package; what else they import is found in this folder's packages. */
export function layOut() {
  stage();
  rmSync(EXAMPLES, { recursive: true, force: true });
  mkdirSync(EXAMPLES);
  cpSync(join(ROOT, 'examples'), EXAMPLES, { recursive: true });
  symlinkSync(join(HERE, 'node_modules'), join(EXAMPLES, 'node_modules'), 'dir');
}

/**
 * By name: gives `origin` and `close` of a started one. `missing` says what is not there on this machine.
 * @type {Record<string, { missing?: string, start(env: Record<string, string>): Promise<{ origin: string, close(): Promise<void>, pid?: number }> }>}
 */
export const SERVERS = {
  node: { start: (env) => startProgram(process.execPath, [join(EXAMPLES, 'node/server.js')], env) },
  hono: { start: (env) => startProgram(process.execPath, [join(EXAMPLES, 'hono/server.js')], env) },
  bun: {
    missing: find('bun') ? undefined : 'Bun',
    start: (env) => startProgram(find('bun'), [join(EXAMPLES, 'bun/server.js')], env),
  },
  deno: { missing: find('deno') ? undefined : 'Deno', start: startDeno },
  worker: {
    start: (env) =>
      startWorker('worker', env, {
        durableObjects: { REVOCATIONS: { className: 'AblyRevocations', useSQLite: true } },
      }),
  },
  'worker with KV': { start: (env) => startWorker('worker-kv', env, { kvNamespaces: ['REVOCATIONS'] }) },
  'next route': {
    start: (env) => startProgram(process.execPath, [join(HERE, 'next-node.mjs'), join(EXAMPLES, 'next')], env),
  },
  // The same file, with `export const runtime = 'edge'`.
  'next edge route': {
    start: (env) => startProgram(process.execPath, [join(HERE, 'next-edge.mjs'), join(EXAMPLES, 'next')], env),
  },
};

const webhookServer = (program, name) => (env) =>
  startProgram(
    program,
    [
      ...(program === find('deno') ? ['run', '--allow-net=127.0.0.1', '--allow-env'] : []),
      join(EXAMPLES, 'webhook', name),
    ],
    env,
  );

const nextWebhooks = (script) => (env) =>
  startProgram(process.execPath, [join(HERE, script), join(EXAMPLES, 'webhook/next'), 'app/webhooks/route.js'], env);

/** Those that receive webhooks, likewise. */
export const WEBHOOK_SERVERS = {
  node: { start: webhookServer(process.execPath, 'node.js') },
  hono: { start: webhookServer(process.execPath, 'hono.js') },
  bun: { missing: find('bun') ? undefined : 'Bun', start: webhookServer(find('bun'), 'bun.js') },
  deno: { missing: find('deno') ? undefined : 'Deno', start: webhookServer(find('deno'), 'deno.js') },
  worker: { start: (env) => startWorker('webhook', env, {}, 'worker.js') },
  'next route': { start: nextWebhooks('next-node.mjs') },
  'next edge route': { start: nextWebhooks('next-edge.mjs') },
};

async function startDeno(env) {
  const folder = mkdtempSync(join(tmpdir(), 'ably-edge-auth-deno-'));
  const allowed = ['--allow-net=127.0.0.1', '--allow-env', `--allow-read=${folder}`, `--allow-write=${folder}`];
  const server = await startProgram(
    find('deno'),
    ['run', '--no-prompt', '--unstable-kv', ...allowed, join(EXAMPLES, 'deno/server.js')],
    { ...env, KV_PATH: join(folder, 'kv') },
  );
  const close = async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...server, close };
}

/** The Worker as wrangler bundles it: the package by its `workerd` condition, the wasm file beside the script. */
export async function bundleWorker(entry, outdir, options = {}) {
  await build({
    entryPoints: { worker: entry },
    outdir,
    bundle: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    conditions: ['workerd', 'worker'],
    loader: { '.wasm': 'copy' },
    logLevel: 'error',
    ...options,
  });
  return {
    modules: true,
    modulesRoot: outdir,
    scriptPath: join(outdir, 'worker.mjs'),
    modulesRules: [
      { type: 'ESModule', include: ['**/*.mjs'] },
      { type: 'CompiledWasm', include: ['**/*.wasm'] },
    ],
    compatibilityDate: '2026-04-01',
    cf: false,
    host: '127.0.0.1',
    port: 0,
  };
}

async function startWorker(name, env, bindings, entry = 'index.js') {
  const worker = await bundleWorker(join(EXAMPLES, name, entry), join(EXAMPLES, name, 'out'));
  const miniflare = new Miniflare({ ...worker, bindings: env, ...bindings });
  const { origin } = await miniflare.ready;
  return { origin, close: () => miniflare.dispose(), miniflare };
}

export async function startProgram(program, args, env) {
  const port = await freePort();
  const child = spawn(program, args, {
    cwd: EXAMPLES,
    env: { ...process.env, NO_COLOR: '1', ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const ended = new Promise((resolve) => child.on('close', resolve));
  const close = async () => {
    child.kill();
    await ended;
  };
  const origin = `http://127.0.0.1:${port}`;
  for (const end = Date.now() + PATIENCE_MS; ; await new Promise((wake) => setTimeout(wake, 50))) {
    if (child.exitCode !== null || Date.now() > end) {
      child.kill();
      throw new Error(`no answer on port ${port}: ${said}`);
    }
    if (await fetch(`${origin}/auth`, { method: 'OPTIONS' }).catch(() => undefined))
      return { origin, close, pid: child.pid };
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.on('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
