// The first request in a fresh isolate: workerd is started with one Worker and asked for one token.
import { cpuMs, isTold } from './cpu.mjs';
import { CONSTANT, OURS, REQUEST, WITH_JOSE, checkAnswer } from './endpoints.mjs';
import { serveWorkers, writeWorkers } from './http-servers.mjs';
import { CPU_FRESH, FRESH } from './work-names.mjs';

const HANDLERS = [OURS, WITH_JOSE, CONSTANT];

export async function measureFresh({ rounds }) {
  const configs = {};
  for (const [i, name] of HANDLERS.entries()) configs[name] = await writeWorkers([name], `fresh-${i}`);
  const [times, cpu] = [0, 1].map(() => Object.fromEntries(HANDLERS.map((name) => [name, []])));
  for (let round = -1; round < rounds; round++)
    for (let i = 0; i < HANDLERS.length; i++) {
      const name = HANDLERS[(i + round + HANDLERS.length) % HANDLERS.length];
      const { ns, cpuNs } = await first(name, configs[name]);
      if (round < 0) continue; // files are cached from then on
      times[name].push(ns);
      cpu[name].push(cpuNs);
    }
  return { [FRESH]: times, ...(isTold && { [CPU_FRESH]: cpu }) };
}

async function first(name, config) {
  const start = performance.now();
  const { child, next } = serveWorkers(config);
  try {
    const { port } = await next();
    await checkAnswer(name, await fetch(`http://127.0.0.1:${port}${REQUEST.path}`, { headers: REQUEST.headers }));
    return { ns: (performance.now() - start) * 1e6, cpuNs: isTold ? cpuMs(child.pid) * 1e6 : 0 };
  } finally {
    child.kill('SIGKILL');
  }
}
