// How fast the sandbox is: node tests/sandbox/figures.mjs [ROUNDS]. Not a test; medians of interleaved rounds,
// on a machine that should have nothing else to do.
import { Agent, request } from 'node:http';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { issueJwtSync } from '../../pkg/index.js';
import { createSandbox } from '../../pkg/sandbox.js';
import { temporaryFolder } from './files.mjs';
import { startSandbox } from './processes.mjs';

const ROUNDS = Number(process.argv[2] ?? 7);
const ROUND_MS = 1_000;
const CLIENTS = 16;
const LISTS = [1, 1_000, 100_000, 1_000_000];
const TARGETS = 100;
const VERIFICATIONS = 2_000;

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
/** µs; what else the machine does counts less than by the clock. */
const processorTime = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
const basic = (key) => `Basic ${btoa(key)}`;

/** The two requests that are counted. */
function requestsOf({ keys }) {
  let number = 0;
  const headers = (key) => ({ authorization: basic(key), 'content-type': 'application/json' });
  return {
    publish: () => ({
      path: '/channels/figures/messages',
      headers: headers(keys.root),
      body: '{"name":"greeting","data":"hello"}',
    }),
    revokeTokens: () => ({
      path: `/keys/${keys.revocable.split(':')[0]}/revokeTokens`,
      headers: headers(keys.revocable),
      body: `{"targets":["clientId:user-${number++}"]}`,
    }),
  };
}

function overHttp(url, agent) {
  return ({ path, headers, body }) =>
    new Promise((resolve, reject) => {
      const sent = request(
        url + path,
        { method: 'POST', headers: { ...headers, 'content-length': body.length }, agent },
        (response) => {
          response.resume().on('end', () => resolve(response.statusCode));
        },
      );
      sent.on('error', reject).end(body);
    });
}

const inProcess =
  (sandbox) =>
  async ({ path, headers, body }) => {
    const answer = await sandbox.fetch(path, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    return answer.status;
  };

/** @returns {Promise<{ perSecond: number, processor: number }>} the latter in µs of this process, for one request */
async function measure(send, next, clients) {
  let done = 0;
  const used = processorTime();
  const start = performance.now();
  const end = start + ROUND_MS;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < end) {
        const status = await send(next());
        if (status !== 201) throw new Error(`it answered ${status}`);
        done++;
      }
    }),
  );
  return { perSecond: (done / (performance.now() - start)) * 1000, processor: (processorTime() - used) / done };
}

async function requestsPerSecond() {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const memory = await startSandbox();
  const kept = await startSandbox('--state', join(temporaryFolder(), 'state'));
  const own = createSandbox();
  const ways = [
    ['in process', inProcess(own), own, 1],
    [`HTTP, ${CLIENTS} clients`, overHttp(memory.url, agent), memory, CLIENTS],
    [`HTTP, ${CLIENTS} clients, --state`, overHttp(kept.url, agent), kept, CLIENTS],
  ].flatMap(([way, send, sandbox, clients]) =>
    Object.entries(requestsOf(sandbox)).map(([what, next]) => ({
      name: `${what}, ${way}`,
      run: () => measure(send, next, clients),
      found: [],
    })),
  );
  for (let round = 0; round <= ROUNDS; round++)
    for (const { run, found } of ways) {
      const measured = await run();
      if (round > 0) found.push(measured); // the first is for the compilers
    }
  agent.destroy();
  await Promise.all([memory.end(), kept.end()]);
  return Object.fromEntries(ways.map(({ name, found }) => [name, row(found)]));
}

function row(found) {
  const rates = found.map(({ perSecond }) => Math.round(perSecond));
  return {
    'a second': median(rates),
    from: Math.min(...rates),
    to: Math.max(...rates),
    'µs of processor here': Math.round(median(found.map(({ processor }) => processor))),
  };
}

async function sandboxWith(count) {
  const now = Date.now();
  const sandbox = createSandbox({ now: () => now });
  const send = inProcess(sandbox);
  const { path, headers } = requestsOf(sandbox).revokeTokens();
  for (let from = 0; from < count; from += TARGETS) {
    const targets = Array.from(
      { length: Math.min(TARGETS, count - from) },
      (_, index) => `clientId:user-${from + index}`,
    );
    const status = await send({ path, headers, body: JSON.stringify({ targets }) });
    if (status !== 201) throw new Error(`it answered ${status}`);
  }
  const tokens = Array.from(
    { length: 50 },
    (_, index) =>
      issueJwtSync({ key: sandbox.keys.revocable, clientId: `other-${index}`, revocationKey: `group-${index}`, now })
        .token,
  );
  return { sandbox, tokens };
}

async function verificationTimes() {
  const lists = [];
  for (const count of LISTS) lists.push({ count, ...(await sandboxWith(count)), found: [] });
  for (let round = 0; round <= ROUNDS; round++)
    for (const { sandbox, tokens, found } of lists) {
      const start = processorTime();
      for (let index = 0; index < VERIFICATIONS; index++) {
        const answer = await sandbox.fetch('/channels/empty/messages', {
          headers: { authorization: `Bearer ${tokens[index % tokens.length]}` },
        });
        if (answer.status !== 200) throw new Error(`it answered ${answer.status}`);
      }
      if (round > 0) found.push((processorTime() - start) / VERIFICATIONS);
    }
  return Object.fromEntries(
    lists.map(({ count, found }) => [
      `${count.toLocaleString('en')} revocations`,
      {
        'µs of processor, a request with a token': Number(median(found).toFixed(1)),
        from: Number(Math.min(...found).toFixed(1)),
        to: Number(Math.max(...found).toFixed(1)),
      },
    ]),
  );
}

console.log(`load of the machine: ${loadavg()[0].toFixed(1)}`);
console.table(await requestsPerSecond());
console.table(await verificationTimes());
