// kill -9 at random moments, while several clients write: what was acknowledged is there afterwards, once.
import { randomInt } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { issueJwtSync } from '../../pkg/index.js';
import { equal, ok } from '../js/assert.mjs';
import { temporaryFolder } from './files.mjs';
import { begin, listening } from './processes.mjs';

const SERVER = fileURLToPath(new URL('kill-server.mjs', import.meta.url));
const RESTARTS = Number(process.env.SANDBOX_RESTARTS ?? 200);
/** Small, so that the file is rewritten many times under the kills. */
const COMPACT_ABOVE_BYTES = 12_000;
const CHANNELS = 4;
/** Of each channel, so that history fits into one answer. */
const MOST = 900;

/** Before all revocations. */
const BEFORE = Date.now() - 60_000;

/** Answers as fetch has it, and so fast that the server is what the time goes to. */
function client(url, agent) {
  return (path, { method = 'GET', authorization, body } = {}) =>
    new Promise((resolve, reject) => {
      const sent = request(
        url + path,
        { method, agent, headers: { ...(authorization && { authorization }), 'content-type': 'application/json' } },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (piece) => (text += piece));
          response.on('end', () => resolve({ status: response.statusCode, body: text && JSON.parse(text) }));
          response.on('error', reject);
        },
      );
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

/** Everything that the server said it did, or may have done before it could say so. */
class Ledger {
  published = Array.from({ length: CHANNELS }, () => []);
  /** Sent, and never answered. */
  open = { messages: new Set(), apps: new Set() };
  apps = new Set();
  revoked = [];
  acknowledged = 0;
  number = 0;
  /** Called when a change was acknowledged. */
  onAcknowledged = () => {};
}

/** Publishes over one realtime connection. Each settles with its ACK, or fails when the connection breaks. */
async function realtime(url, key) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/?v=6&key=${key}`);
  const waiting = [];
  const broken = () => Object.assign(new Error('the connection broke'), { code: 'ECONNRESET' });
  let isBroken = false;
  socket.on('error', () => {}); // followed by close
  const closed = new Promise((resolve) =>
    socket.on('close', () => {
      isBroken = true;
      for (const { reject } of waiting) reject(broken());
      resolve();
    }),
  );
  const connected = new Promise((resolve) =>
    socket.on('message', (data) => {
      const { action, msgSerial } = JSON.parse(data);
      if (action === 4) resolve();
      else if (action === 1) waiting[msgSerial].resolve();
      else waiting[msgSerial]?.reject(new Error(`refused: ${data}`));
    }),
  );
  await Promise.race([connected, closed]);
  return (channel, data) => {
    if (isBroken) return Promise.reject(broken());
    const answered = new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    socket.send(JSON.stringify({ action: 15, channel, msgSerial: waiting.length - 1, messages: [{ data }] }));
    return answered;
  };
}

async function write(call, { url, keys, accessToken }, ledger, index) {
  // Every other channel is published on by realtime.
  const publish = index < CHANNELS && index % 2 === 1 ? await realtime(url, keys.root) : undefined;
  const basic = (key) => `Basic ${btoa(key)}`;
  for (;;) {
    const number = ledger.number++;
    const name = `number-${number}`;
    if (index < CHANNELS) {
      if (ledger.published[index].length >= MOST) return;
      ledger.open.messages.add(name);
      if (publish) await publish(`kept-${index}`, name);
      else {
        const { status } = await call(`/channels/kept-${index}/messages`, {
          method: 'POST',
          authorization: basic(keys.root),
          body: { data: name },
        });
        equal(status, 201);
      }
      ledger.open.messages.delete(name);
      ledger.published[index].push(name);
    } else if (index === CHANNELS) {
      if (ledger.apps.size >= 150) return;
      ledger.open.apps.add(name);
      const { status } = await call('/v1/accounts/sandbox/apps', {
        method: 'POST',
        authorization: `Bearer ${accessToken}`,
        body: { name },
      });
      equal(status, 201);
      ledger.open.apps.delete(name);
      ledger.apps.add(name);
    } else {
      const { status } = await call(`/keys/${keys.revocable.split(':')[0]}/revokeTokens`, {
        method: 'POST',
        authorization: basic(keys.revocable),
        body: { targets: [`clientId:${name}`] },
      });
      equal(status, 201);
      ledger.revoked.push(name);
    }
    ledger.acknowledged++;
    ledger.onAcknowledged();
  }
}

async function check(call, { keys, accessToken }, ledger) {
  const authorization = `Basic ${btoa(keys.root)}`;
  for (const [index, published] of ledger.published.entries()) {
    const { body } = await call(`/channels/kept-${index}/messages?limit=1000&direction=forwards`, { authorization });
    const found = body.map(({ data }) => data);
    const expected = found.filter((name) => !ledger.open.messages.has(name));
    equal(expected, published, `channel ${index}`);
    // One that was not answered may be there, and then it stays there.
    for (const name of found) ledger.open.messages.delete(name);
    ledger.published[index] = found;
    equal(new Set(found).size, found.length, `something is there twice in channel ${index}`);
  }
  ledger.open.messages.clear();
  const { body } = await call('/v1/accounts/sandbox/apps', { authorization: `Bearer ${accessToken}` });
  const names = body.map(({ name }) => name).filter((name) => name !== 'Sandbox app');
  equal(new Set(names).size, names.length, 'an app is there twice');
  for (const name of ledger.apps) ok(names.includes(name), `app ${name} is lost`);
  for (const name of names) ok(ledger.apps.has(name) || ledger.open.apps.has(name), `app ${name} was never made`);
  ledger.apps = new Set(names);
  ledger.open.apps.clear();
  // The last ones, and a few of all.
  const some = [
    ...ledger.revoked.slice(-5),
    ...Array.from(
      { length: Math.min(5, ledger.revoked.length) },
      () => ledger.revoked[randomInt(ledger.revoked.length)],
    ),
  ];
  for (const clientId of some) {
    const { token } = issueJwtSync({ key: keys.revocable, clientId, now: BEFORE, ttlSeconds: 3600 });
    const { status, body: answer } = await call('/channels/kept-0/messages', { authorization: `Bearer ${token}` });
    equal([clientId, status, answer.error?.code], [clientId, 401, 40141]);
  }
}

/** Half of the rounds end with the first few changes. */
const howMany = () => randomInt(2) * randomInt(120) + randomInt(6);

/** Counts changes, because a busy machine would do none within a number of milliseconds. */
function killAfter(count, ledger, kill) {
  const last = ledger.acknowledged + count;
  const later = () => setTimeout(kill, randomInt(20)); // in the middle of one
  if (count === 0) later();
  ledger.onAcknowledged = () => ledger.acknowledged === last && later();
}

export function kill({ test }) {
  test(`${RESTARTS} times at a random moment`, async () => {
    const path = join(temporaryFolder(), 'state');
    const ledger = new Ledger();
    const count = { torn: 0, leftOver: 0, rewritten: 0 };
    let inode;
    for (let round = 0; round <= RESTARTS; round++) {
      if (existsSync(`${path}.new`)) count.leftOver++;
      if (inode !== undefined && statSync(path).ino !== inode) count.rewritten++;
      inode = existsSync(path) ? statSync(path).ino : undefined;
      const begun = begin(process.execPath, [SERVER, path, String(COMPACT_ABOVE_BYTES)]);
      if (round % 4 === 3) {
        // While it reads the file, or makes it short.
        setTimeout(() => begun.child.kill('SIGKILL'), randomInt(300));
        await begun.ended;
        continue;
      }
      const server = await listening(begun);
      const agent = new Agent({ keepAlive: true });
      const call = client(server.url, agent);
      ok(!existsSync(`${path}.new`), 'a left-over file is still there');
      for (const sentence of server.told) {
        ok(/dropped$/.test(sentence), sentence);
        count.torn++;
      }
      await check(call, server, ledger);
      if (round < RESTARTS) {
        const writers = Array.from({ length: CHANNELS + 2 }, (_, index) =>
          write(call, server, ledger, index).catch((error) => {
            // The connection broke: that was the kill.
            if (!['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(error.code)) throw error;
          }),
        );
        killAfter(howMany(), ledger, () => server.child.kill('SIGKILL'));
        await Promise.all([...writers, server.ended]);
      } else server.child.kill('SIGKILL');
      await server.ended;
      agent.destroy();
    }
    console.log(
      `  ${ledger.acknowledged} changes acknowledged; rounds that rewrote the file: ${count.rewritten}; rewritings cut off: ${count.leftOver}; torn ends: ${count.torn}`,
    );
    ok(ledger.acknowledged > RESTARTS && count.rewritten > 0, 'too little was tried');
  });
}
