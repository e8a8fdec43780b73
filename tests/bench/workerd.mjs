// Measures in workerd, from outside.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { build } from 'esbuild';
import { find } from '../runtimes/find.mjs';
import { cpuMs, isTold } from './cpu.mjs';
import { HERE, WORK } from './places.mjs';
import { measure } from './measure.mjs';

export const CPU_OF_TOKEN = 'sign, usual, CPU';

export async function measureInWorkerd(options) {
  const server = await start();
  try {
    const works = await (await fetch(server.origin)).json();
    const results = {};
    for (const [work, { name, contenders }] of works.entries()) {
      const timed = contenders.map(({ name, per }, contender) => ({
        name,
        per,
        runMany: (count) => ask(server.origin, { work, contender, count }),
      }));
      results[name] = await measure(timed, { ...options, clock: 'coarse' });
    }
    if (isTold) results[CPU_OF_TOKEN] = await cpuOfToken(server, works, options);
    return results;
  } finally {
    server.stop();
  }
}

/** The same work as the operating system accounts it, with the threads that a contender makes others work on. */
function cpuOfToken({ origin, pid }, works, options) {
  const work = works.findIndex(({ name }) => name === 'sign, usual');
  const timed = works[work].contenders.map(({ name, per }, contender) => ({
    name,
    per,
    async runMany(count) {
      const before = cpuMs(pid);
      await ask(origin, { work, contender, count });
      return cpuMs(pid) - before;
    },
  }));
  return measure(timed, { ...options, clock: 'cpu' });
}

async function ask(origin, parameters) {
  const response = await fetch(`${origin}/?${new URLSearchParams(parameters)}`);
  if ((await response.text()) !== 'done') throw new Error(`workerd answered ${response.status}`);
}

async function start() {
  const folder = join(WORK, 'workerd');
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [join(HERE, 'shell-worker.mjs')],
    outfile: join(folder, 'worker.js'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    conditions: ['workerd'],
    external: ['*.wasm'],
    logLevel: 'warning',
    // Packages in CommonJS take a module of Node.js to be what it exports by default.
    banner: {
      js: "import { createRequire } from 'node:module'; const load = createRequire('/'); const require = (name) => load(name).default;",
    },
  });
  copyFileSync(join(HERE, '../../pkg/generated/ably_edge_auth.wasm'), join(folder, 'ably_edge_auth.wasm'));
  writeFileSync(
    join(folder, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "bench", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "bench")],
);
const worker :Workerd.Worker = (
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["nodejs_compat"],
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "./generated/ably_edge_auth.wasm", wasm = embed "ably_edge_auth.wasm"),
  ],
);
`,
  );
  const child = spawn(find('workerd'), ['serve', '--control-fd=3', join(folder, 'config.capnp')], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const [line] = await once(createInterface({ input: child.stdio[3] }), 'line');
  return { origin: `http://127.0.0.1:${JSON.parse(line).port}`, pid: child.pid, stop: () => child.kill() };
}
