// The token endpoint over HTTP on the loopback interface, in each runtime: how many requests a second, what CPU time
// one takes, and how long they take at a rate that leaves room. The servers work in turn, one at a time.
import autocannon from 'autocannon';
import { spread } from './arithmetic.mjs';
import { cpuMs, isTold } from './cpu.mjs';
import { CONSTANT, OURS, REQUEST, SIGNS_ONLY, WITH_JOSE, checkAnswer } from './endpoints.mjs';
import { startServers } from './http-servers.mjs';
import { p99OfPaced } from './paced.mjs';
import { CPU_OVER_HTTP, LATENCY, OVER_HTTP } from './work-names.mjs';

const HANDLERS = [OURS, SIGNS_ONLY, WITH_JOSE, CONSTANT];
const CONNECTIONS = 16;
/** Enough that what a connection costs, and code that is not compiled yet, does not show. */
const WARM_UP = 12_000;
const AMOUNT = 4_000;
const SAMPLE_MS = 20;
const SHARE_OF_RATE = 0.6;

/** @param {string} runtime a name of http-servers.mjs */
export async function measureHttp(runtime, { rounds }) {
  const { servers, stop } = await startServers(runtime, HANDLERS);
  try {
    for (const name of HANDLERS) {
      await checkAnswer(name, await fetch(servers[name].origin + REQUEST.path, { headers: REQUEST.headers }));
      await load(servers[name], WARM_UP);
    }
    const loads = await inTurn(HANDLERS, rounds, (name) => load(servers[name], AMOUNT));
    const [rates, cpu] = ['ns', 'cpuNs'].map((kind) => only(kind, loads));
    const rate = (SHARE_OF_RATE * 1e9) / spread(rates[OURS]).median;
    const late = (name) => p99OfPaced(servers[name].origin, rate);
    return {
      [OVER_HTTP]: rates,
      ...(isTold && { [CPU_OVER_HTTP]: cpu }),
      [LATENCY]: await inTurn([OURS, CONSTANT], rounds, late),
    };
  } finally {
    stop();
  }
}

/** What `run` gives for each name, round by round. Each round begins with another one. */
async function inTurn(names, rounds, run) {
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length];
      results[name].push(await run(name));
    }
  return results;
}

const only = (kind, results) =>
  Object.fromEntries(Object.entries(results).map(([name, all]) => [name, all.map((one) => one[kind])]));

/** The ns of one request, by the clock and of the server's CPU time. */
async function load({ origin, pid }, amount) {
  const cpuBefore = isTold ? cpuMs(pid) : 0;
  const start = performance.now();
  let answered = 0;
  let ms;
  const instance = autocannon({
    url: origin + REQUEST.path,
    headers: REQUEST.headers,
    connections: CONNECTIONS,
    amount,
    sampleInt: SAMPLE_MS,
  });
  // autocannon itself looks at its clock only now and then.
  instance.on('response', () => {
    answered++;
    if (answered === amount) ms = performance.now() - start;
  });
  const { non2xx, errors } = await instance;
  if (non2xx + errors > 0 || ms === undefined)
    throw new Error(`${non2xx} answers of ${origin} were refusals, and ${amount - answered} did not come`);
  const cpu = isTold ? cpuMs(pid) - cpuBefore : 0;
  return { ns: (ms * 1e6) / amount, cpuNs: (cpu * 1e6) / amount };
}
