// The handlers of endpoints.mjs behind the HTTP server of each runtime: one process each, workerd one for all of them.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { find } from '../runtimes/find.mjs';
import { OURS, SIGNS_ONLY, WITH_JOSE } from './endpoints.mjs';
import { HERE, WORK } from './places.mjs';

const SHELL = join(HERE, 'shell-endpoint.mjs');
const DENO = [
  'run',
  '--no-prompt',
  '--allow-net',
  '--allow-env',
  '--allow-read',
  '--allow-sys',
  '--node-modules-dir=manual',
];
const COMMANDS = {
  node: () => [process.execPath, SHELL],
  'newer-node': () => [find('node'), SHELL],
  deno: () => [find('deno'), ...DENO, SHELL],
  bun: () => [find('bun'), SHELL],
};

/** Starts a program that prints a line of JSON when it is ready. `lines` are its further ones. */
export async function startShell(runtime, ...args) {
  const [program, ...rest] = COMMANDS[runtime]();
  const child = spawn(program, [...rest, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    send: (line) => child.stdin.write(`${line}\n`),
    next: async () => JSON.parse((await lines.next()).value),
    pid: child.pid,
    stop: () => child.kill(),
  };
}

/** @returns {Promise<{ servers: Record<string, { origin: string, pid: number }>, stop: () => void }>} by handler */
export async function startServers(runtime, names) {
  if (runtime === 'workerd') return startWorkerd(names);
  const shells = await Promise.all(names.map((name) => startShell(runtime, name)));
  const ports = await Promise.all(shells.map(({ next }) => next()));
  return {
    servers: Object.fromEntries(
      names.map((name, i) => [name, { origin: `http://127.0.0.1:${ports[i].port}`, pid: shells[i].pid }]),
    ),
    stop: () => {
      for (const { stop } of shells) stop();
    },
  };
}

async function startWorkerd(names) {
  const { child, next } = serveWorkers(await writeWorkers(names, 'endpoints'));
  const ports = {};
  for (let i = 0; i < names.length; i++) {
    const { socket, port } = await next();
    ports[socket] = port;
  }
  return {
    servers: Object.fromEntries(
      names.map((name, i) => [name, { origin: `http://127.0.0.1:${ports[`s${i}`]}`, pid: child.pid }]),
    ),
    stop: () => child.kill('SIGKILL'),
  };
}

/** Starts workerd. `next` gives what it says on its control pipe. */
export function serveWorkers(config) {
  const child = spawn(find('workerd'), ['serve', '--control-fd=3', config], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const lines = createInterface({ input: child.stdio[3] })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('workerd ended');
    return JSON.parse(value);
  };
  return { child, next };
}

/** The configuration, and a bundle for each Worker with the library that it needs. Returns its path. */
export async function writeWorkers(names, name) {
  const folder = join(WORK, name);
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(HERE, '../../pkg/generated/ably_edge_auth.wasm'), join(folder, 'ably_edge_auth.wasm'));
  const workers = [];
  for (const [i, handler] of names.entries()) {
    await bundle(handler, join(folder, `worker-${i}.js`));
    const wasm = isOurs(handler)
      ? ', (name = "./generated/ably_edge_auth.wasm", wasm = embed "ably_edge_auth.wasm")'
      : '';
    workers.push(`const w${i} :Workerd.Worker = (
  compatibilityDate = "2026-01-01",
  modules = [(name = "worker.js", esModule = embed "worker-${i}.js")${wasm}],
);`);
  }
  const list = (write) => names.map((_, i) => write(i)).join(', ');
  const config = join(folder, 'config.capnp');
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${list((i) => `(name = "h${i}", worker = .w${i})`)}],
  sockets = [${list((i) => `(name = "s${i}", address = "127.0.0.1:0", http = (), service = "h${i}")`)}],
);
${workers.join('\n')}
`,
  );
  return config;
}

const isOurs = (handler) => handler === OURS || handler === SIGNS_ONLY;

function bundle(handler, outfile) {
  const imports = [
    isOurs(handler) && "import * as ours from '../../pkg/workerd.js';",
    handler === WITH_JOSE && "import * as jose from 'jose';",
  ].filter(Boolean);
  const libraries = [isOurs(handler) && 'ours', handler === WITH_JOSE && 'jose'].filter(Boolean).join();
  const contents = `${imports.join('\n')}
import { handlersFor } from './endpoints.mjs';
// Random bytes and imported keys are not to be had before the first request.
let handler;
export default { fetch: (request) => (handler ??= handlersFor({ ${libraries} })[${JSON.stringify(handler)}])(request) };
`;
  return build({
    stdin: { contents, resolveDir: HERE, loader: 'js' },
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd'],
    external: ['*.wasm'],
    logLevel: 'warning',
  });
}
