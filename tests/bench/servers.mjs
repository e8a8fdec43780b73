// Ours as a client and as a server, over the loopback, in Node.js: prints what it measured as one line of JSON. Servers are
// processes of their own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { revokeTokens } from '../../pkg/index.js';
import { startSandbox } from '../sandbox/processes.mjs';
import { HERE } from './places.mjs';
import { SLOW_MS } from './plain-servers.mjs';
import { KEY } from './samples.mjs';

const TARGETS = 100_000;
const TARGETS_A_REQUEST = 100;
const LANES = 4;

const CLIENTS = 16;
const REQUESTS = 2_000;

const SUBSCRIBERS = 1_000;
const MESSAGES = 50;
/** So many are on their way, so that neither server waits for the next. */
const AHEAD = 5;

const running = [];

async function start(name) {
  const child = spawn(process.execPath, [join(HERE, 'plain-servers.mjs'), name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  const [line] = await once(child.stdout, 'data');
  return `127.0.0.1:${Number(line)}`;
}

async function sandbox() {
  const started = await startSandbox();
  running.push(started.child);
  return started;
}

/** @returns {Promise<number>} ns for one */
async function timed(count, work) {
  const begun = performance.now();
  await work();
  return ((performance.now() - begun) * 1e6) / count;
}

/** Runs the contenders in turn, another one first each round; the first round warms up. */
async function inTurn(contenders, rounds) {
  const times = Object.fromEntries(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++)
    for (let i = 0; i < contenders.length; i++) {
      const { name, run } = contenders[(i + round) % contenders.length];
      const ns = await run();
      if (round > 0) times[name].push(ns);
    }
  return times;
}

async function revoking(rounds) {
  const host = await start('slow');
  const targets = Array.from({ length: TARGETS }, (_, i) => `clientId:user-${i}`);
  const bound = ((TARGETS / TARGETS_A_REQUEST / LANES) * SLOW_MS * 1e6) / TARGETS;
  const run = () =>
    timed(TARGETS, async () => {
      const { successCount } = await revokeTokens({
        key: KEY,
        endpoint: `http://${host}`,
        targets,
        concurrency: LANES,
      });
      if (successCount !== TARGETS) throw new Error(`${successCount} of ${TARGETS} were revoked`);
    });
  return inTurn(
    [
      { name: 'ours: revokeTokens', run },
      { name: 'the waiting alone', run: async () => bound },
    ],
    Math.min(rounds, 3),
  );
}

async function publishing(rounds) {
  const { url, keys } = await sandbox();
  const plain = await start('constant');
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const body = '{"name":"greeting","data":"hello"}';
  const headers = {
    authorization: `Basic ${btoa(keys.root)}`,
    'content-type': 'application/json',
    'content-length': body.length,
  };
  const post = (origin) =>
    new Promise((resolve, reject) => {
      const sent = request(`${origin}/channels/figures/messages`, { method: 'POST', headers, agent }, (response) => {
        const { statusCode } = response;
        if (statusCode !== 201) reject(new Error(`it answered ${statusCode}`));
        response.resume().on('end', resolve);
      });
      sent.on('error', reject).end(body);
    });
  const run = (origin) => () =>
    timed(REQUESTS, async () => {
      let left = REQUESTS;
      await Promise.all(
        Array.from({ length: CLIENTS }, async () => {
          while (left-- > 0) await post(origin);
        }),
      );
    });
  const times = await inTurn(
    [
      { name: 'ours: sandbox', run: run(url) },
      { name: 'a constant answer', run: run(`http://${plain}`) },
    ],
    rounds,
  );
  agent.destroy();
  return times;
}

async function subscribing(rounds) {
  const { url, keys } = await sandbox();
  const plain = await start('broadcast');
  const ours = await subscribers(
    `${url.replace('http', 'ws')}/?v=6&key=${keys.root}`,
    '{"action":10,"channel":"figures"}',
  );
  const theirs = await subscribers(`ws://${plain}`);
  let serial = 0;
  const message = () => `{"action":15,"channel":"figures","msgSerial":${serial++},"messages":[{"data":"hello"}]}`;
  // The bytes that the sandbox sends for it, about.
  const frame = JSON.stringify({
    action: 15,
    channel: 'figures',
    channelSerial: 'aaaaaaaaaaaaaaaaaaaa-00000000000000:0',
    connectionId: 'aaaaaaaaaa',
    id: 'aaaaaaaaaa:0:0',
    timestamp: Date.now(),
    messages: [{ data: 'hello', serial: '00000000000000-000@aaaaaaaaaaaa:000', action: 0 }],
  });
  const times = await inTurn(
    [
      { name: 'ours: sandbox', run: () => ours(message) },
      { name: 'ws, broadcasting the same bytes', run: () => theirs(() => frame) },
    ],
    Math.min(rounds, 7),
  );
  return times;
}

/** Opens the connections, and returns what sends messages to all of them: ns for one delivery. */
async function subscribers(address, attach) {
  let received = 0;
  let wake = () => {};
  const until = (count) => new Promise((resolve) => (wake = () => received >= count && resolve()));
  const sockets = [];
  while (sockets.length < SUBSCRIBERS) {
    const part = Array.from({ length: 100 }, () => new WebSocket(address));
    await Promise.all(part.map((socket) => once(socket, 'message')));
    sockets.push(...part);
  }
  const counts = (action) => (data) => {
    // Without parsing: what this process does is the same for both.
    if (!data.includes(action)) return;
    received++;
    wake();
  };
  if (attach) {
    const count = counts('"action":11');
    for (const socket of sockets) socket.on('message', count);
    const all = until(SUBSCRIBERS);
    for (const socket of sockets) socket.send(attach);
    await all;
    for (const socket of sockets) socket.off('message', count);
  }
  const count = counts('"action":15');
  for (const socket of sockets) socket.on('message', count);
  return (message) => {
    received = 0;
    return timed(MESSAGES * SUBSCRIBERS, async () => {
      for (let sent = 1; sent <= MESSAGES; sent++) {
        const behind = until((sent - AHEAD) * SUBSCRIBERS);
        sockets[0].send(message());
        wake();
        await behind;
      }
      const all = until(MESSAGES * SUBSCRIBERS);
      wake();
      await all;
    });
  };
}

const rounds = Number(process.argv[2]);
try {
  console.log(
    JSON.stringify({
      'revoke 100,000 targets': await revoking(rounds),
      'sandbox: authenticated publish': await publishing(rounds),
      'sandbox: one publisher, 1,000 subscribers': await subscribing(rounds),
    }),
  );
} finally {
  for (const child of running) child.kill('SIGKILL');
}
process.exit();
