// Loads each server for a while, and prints what it did. Figures, not a test: see ../README.md
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { find } from '../../runtimes/find.mjs';
import { STAGE } from '../../runtimes/stage.mjs';
import { bundleWorker, layOut, startProgram } from '../servers.mjs';
import { KINDS, script } from './servers.mjs';

const SECONDS = Number(process.argv[2] ?? 20);
const only = process.argv.slice(3);
const CONNECTIONS = 32;
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const HAS_WRK = spawnSync('wrk', ['-v']).error === undefined;
const FOLDER = join(STAGE, 'examples');

const START = {
  deno: (file) => startProgram(find('deno'), ['run', '--no-prompt', '--allow-net=127.0.0.1', '--allow-env', file], {}),
  bun: (file) => startProgram(find('bun'), [file], {}),
  workerd: startWorkerd,
};

/** workerd itself, with nothing around it. */
async function startWorkerd(file, kind) {
  const folder = join(FOLDER, `load-${kind}`);
  await bundleWorker(file, folder, { assetNames: 'module' });
  const wasm = kind === 'endpoint' ? ', (name = "module.wasm", wasm = embed "module.wasm")' : '';
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.on('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  const config = join(folder, 'config.capnp');
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = (compatibilityDate = "2026-01-01", modules = [(name = "worker.mjs", esModule = embed "worker.mjs")${wasm}]))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]);
`,
  );
  const child = spawn(find('workerd'), ['serve', config], { stdio: 'inherit' });
  const origin = `http://127.0.0.1:${port}`;
  while (!(await fetch(origin).catch(() => undefined))) {
    if (child.exitCode !== null) throw new Error('workerd has ended');
    await new Promise((wake) => setTimeout(wake, 50));
  }
  return { origin, pid: child.pid, close: () => new Promise((resolve) => child.on('close', resolve) && child.kill()) };
}

layOut();
console.log(`${HAS_WRK ? 'wrk' : 'autocannon'}, ${CONNECTIONS} connections, ${SECONDS} s each`);
console.log('runtime  server    requests/s    p99 ms   errors   CPU us/request   memory MB: start, middle, end');
for (const runtime of ['workerd', 'deno', 'bun'].filter(find))
  for (const kind of KINDS.filter((name) => only.length === 0 || only.includes(name))) {
    const file = join(FOLDER, `load-${runtime}-${kind}.mjs`);
    writeFileSync(file, script(runtime, kind));
    const { origin, pid, close } = await START[runtime](file, kind);
    await load(origin, 2); // warm
    const before = usage(pid);
    const memory = [before.mb];
    const sampling = setTimeout(() => memory.push(usage(pid).mb), SECONDS * 500);
    const { rate, p99, errors, count } = await load(origin, SECONDS);
    clearTimeout(sampling);
    const after = usage(pid);
    memory.push(after.mb);
    const cpu = ((after.seconds - before.seconds) / count) * 1e6;
    console.log(
      `${runtime.padEnd(8)} ${kind.padEnd(9)} ${rate.toFixed(0).padStart(10)} ${String(p99).padStart(9)} ${String(errors).padStart(8)} ${cpu.toFixed(1).padStart(16)}   ${memory.map((mb) => mb.toFixed(0)).join(', ')}`,
    );
    await close();
  }

/** Processor time and memory by the operating system's account: in workerd no clock moves while it computes. */
function usage(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
  return { seconds: (Number(fields[11]) + Number(fields[12])) / TICKS, mb: resident / 1024 };
}

function load(origin, seconds) {
  const url = `${origin}/auth?clientId=ada`;
  return HAS_WRK ? withWrk(url, seconds) : withAutocannon(url, seconds);
}

async function withWrk(url, seconds) {
  const output = await new Promise((resolve) => {
    const child = spawn('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--latency', url]);
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.on('close', () => resolve(text));
  });
  const number = (pattern) => Number(pattern.exec(output)?.[1] ?? 0);
  const [, value, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(output);
  const failed = output
    .split('\n')
    .filter((line) => /Socket errors|Non-2xx/.test(line))
    .flatMap((line) => line.replace('Non-2xx or 3xx', '').match(/\d+/g).map(Number));
  return {
    rate: number(/Requests\/sec:\s+([\d.]+)/),
    p99: (Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit]).toFixed(2),
    errors: failed.reduce((sum, count) => sum + count, 0),
    count: number(/(\d+) requests in/),
  };
}

async function withAutocannon(url, seconds) {
  const autocannon = createRequire(import.meta.url)('autocannon');
  const { requests, latency, errors, non2xx } = await autocannon({ url, connections: CONNECTIONS, duration: seconds });
  return { rate: requests.average, p99: latency.p99, errors: errors + non2xx, count: requests.total };
}
