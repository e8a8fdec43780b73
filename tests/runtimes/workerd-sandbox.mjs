// The sandbox in a Durable Object of workerd, on disk: it is killed and started again, and nothing that it
// acknowledged is lost. In both kinds of storage.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import * as library from '../../pkg/index.js';
import { createSandbox } from '../../pkg/sandbox.js';
import { equal, ok } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import { PATIENCE_MS } from '../js/patience.mjs';
import { print } from './report.mjs';
import { spawn } from './start.mjs';
import { listening, program, version, writeConfig } from './workerd-config.mjs';

const SEED = 'made-up-seed-of-a-test';
/** Far more than what makes it write a snapshot. */
const MANY = 700;
const ROUNDS = 5;

const { keys } = createSandbox();
const basic = (key) => `Basic ${btoa(key)}`;

/** workerd with the Worker, its state in `folder`. */
async function start(name, folder, { sqlite, bindings }) {
  const config = writeConfig(name, ['sandbox-worker'], {
    bindings,
    sockets: '(name = "http", address = "127.0.0.1:0", http = (), service = "suite")',
    object: { className: 'SandboxObject', binding: 'SANDBOX', folder, sqlite },
  });
  const workerd = spawn(program, ['serve', config, '--control-fd=3'], { stdio: ['ignore', 'inherit', 'pipe', 'pipe'] });
  let errors = '';
  workerd.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
  const exit = once(workerd, 'exit');
  const ended = exit.then(([code]) => Promise.reject(new Error(`workerd ended with ${code}: ${errors}`)));
  ended.catch(() => {}); // killed on purpose, later
  const port = await Promise.race([listening(workerd.stdio[3]), ended]);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    errors: () => errors,
    ask: (path, options) => ask(port, path, options),
    async kill() {
      workerd.kill('SIGKILL');
      await exit;
    },
  };
}

/** As fetch, but that it says any Host and Origin. */
function ask(port, path, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, async (answer) => {
      try {
        let text = '';
        for await (const chunk of answer) text += chunk;
        resolve({ status: answer.statusCode, code: Number(answer.headers['x-ably-errorcode']), text });
      } catch (error) {
        reject(error);
      }
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const publish = (own, data, authorization = basic(keys.root)) =>
  own.ask('/channels/a/messages', {
    method: 'POST',
    headers: { Authorization: authorization, 'Content-Type': 'application/json' },
    body: JSON.stringify({ data }),
  });

/** A realtime connection, whose frames can be awaited. */
async function connected(url) {
  const socket = new WebSocket(url);
  const frames = [];
  let wake = () => {};
  socket.on('message', (data) => {
    frames.push(JSON.parse(data));
    wake();
  });
  const until = async (action) => {
    for (;;) {
      while (frames.length > 0) {
        const frame = frames.shift();
        if (frame.action === action) return frame;
      }
      await new Promise((resolve) => (wake = resolve));
    }
  };
  await once(socket, 'open');
  await until(4);
  return { until, send: (frame) => socket.send(JSON.stringify(frame)), close: () => socket.close() };
}

/** The log comes through a pipe of its own, perhaps after the answer. */
async function logged(own, words) {
  for (let waited = 0; waited < PATIENCE_MS && !own.errors().includes(words); waited += 50)
    await new Promise((resolve) => setTimeout(resolve, 50));
  ok(own.errors().includes(words), own.errors());
}

async function history(own) {
  const { text } = await own.ask('/channels/a/messages?limit=1000', { headers: { Authorization: basic(keys.root) } });
  return JSON.parse(text)
    .map(({ data }) => data)
    .reverse();
}

function durableObject({ test }) {
  for (const sqlite of [true, false]) {
    const kind = sqlite ? 'SQLite' : 'key-value';
    const kept = (what, run) =>
      test(`${kind}: ${what}`, async () => {
        const folder = mkdtempSync(join(tmpdir(), 'ably-edge-auth-object-'));
        mkdirSync(join(folder, 'state'));
        let own;
        /** Ends the one before, if there is one, as a power cut would. */
        const again = async (bindings = {}) => {
          await own?.kill();
          return (own = await start(`workerd-sandbox-${kind}`, join(folder, 'state'), { sqlite, bindings }));
        };
        try {
          await run(again);
        } finally {
          await own?.kill();
          rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
        }
      });

    kept('killed and started again, everything is there', async (again) => {
      const first = await again();
      const { endpoint } = first;
      const token = await library.requestToken({ key: keys.root, clientId: 'ada', endpoint });
      const revoked = library.issueJwtSync({
        key: keys.revocable,
        clientId: 'ada',
        revocable: true,
        now: Date.now() - 5000,
      });
      await library.revokeTokens({ key: keys.revocable, clientId: 'ada', endpoint });
      equal((await publish(first, 'one')).status, 201);

      const second = await again();
      equal(await history(second), ['one']);
      equal(
        [
          (await publish(second, 'two', `Bearer ${token.token}`)).status,
          (await publish(second, 'no', `Bearer ${revoked.token}`)).code,
        ],
        [201, 40141],
      );
      equal(await history(await again()), ['one', 'two']);
    });
    kept('a change of many pieces', async (again) => {
      // Control characters, each of which takes six in a change.
      const data = ['0', '1', '2'].map((digit) => digit + '\u0001'.repeat(60_000));
      const own = await again();
      for (const each of data) equal((await publish(own, each)).status, 201);
      equal(await history(await again()), data);
    });
    kept(`${MANY} changes, which it writes anew meanwhile`, async (again) => {
      const own = await again();
      const data = Array.from({ length: MANY }, (_, index) => String(index));
      for (const each of data) equal((await publish(own, each)).status, 201);
      equal(await history(await again()), data);
    });
    kept(`killed ${ROUNDS} times while it is written to: what was acknowledged is there, in order`, async (again) => {
      const acknowledged = [];
      let sent = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const own = await again();
        const write = async () => {
          for (;;) {
            const data = String(sent++);
            const { status } = await publish(own, data);
            equal(status, 201);
            acknowledged.push(data);
          }
        };
        const before = acknowledged.length;
        const writers = Array.from({ length: 4 }, () => write().catch((error) => error));
        while (acknowledged.length < before + 10 + 7 * round) await new Promise((resolve) => setTimeout(resolve, 1));
        await own.kill();
        for (const error of await Promise.all(writers))
          ok(
            ['ECONNRESET', 'ECONNREFUSED'].includes(error.code) || /socket hang up|aborted/.test(error.message),
            String(error),
          );
      }
      const found = await history(await again());
      const lost = acknowledged.filter((data) => !found.includes(data));
      equal(lost, []);
      equal(new Set(found).size, found.length, 'something is there twice');
      ok(found.length <= sent, 'there is more than was sent');
    });
    kept('called by a name of the internet: only with a host and a seed', async (again) => {
      const time = { headers: { Host: 'sandbox.example' } };
      equal((await (await again()).ask('/time', time)).status, 421);
      const unsafe = await again({ SANDBOX_HOSTS: 'sandbox.example' });
      ok((await unsafe.ask('/time', time)).status >= 500, 'it answered');
      await logged(unsafe, 'SANDBOX_HOSTS is set without SANDBOX_SEED');
      // The first one changed nothing, so its keys are still to be made.
      const own = await again({ SANDBOX_HOSTS: 'other.example, sandbox.example', SANDBOX_SEED: SEED });
      equal((await own.ask('/time', time)).status, 200);
      equal(
        [
          (await publish(own, 'one')).status,
          (await publish(own, 'one', basic(createSandbox({ seed: SEED }).keys.root))).status,
        ],
        [401, 201],
      );
    });
    kept('realtime connections survive its hibernation', async (again) => {
      const own = await again();
      const instance = async () => (await own.ask('/instance')).text;
      const first = await instance();
      const connect = (query) => connected(`${own.endpoint.replace('http', 'ws')}/?v=6&key=${keys.root}&${query}`);
      const [ada, bob] = [await connect('clientId=ada'), await connect('clientId=bob')];
      for (const client of [ada, bob]) {
        client.send({ action: 10, channel: 'a' });
        await client.until(11);
      }
      ada.send({ action: 14, channel: 'a', msgSerial: 0, presence: [{ action: 2, data: 'here' }] });
      await bob.until(14);
      // workerd evicts an object that has had nothing to do for 10 s.
      let second = first;
      for (let waited = 0; waited < PATIENCE_MS && second === first; waited += 12_000) {
        await new Promise((resolve) => setTimeout(resolve, 12_000));
        second = await instance();
      }
      ok(second !== first, 'the object was not evicted');
      equal((await publish(own, 'by REST')).status, 201);
      for (const client of [ada, bob]) equal((await client.until(15)).messages[0].data, 'by REST');
      ada.send({ action: 15, channel: 'a', msgSerial: 1, messages: [{ data: 'by realtime' }] });
      equal((await ada.until(1)).msgSerial, 1);
      const { messages } = await bob.until(15);
      equal([messages[0].data, messages[0].clientId], ['by realtime', 'ada']);
      const present = await own.ask('/channels/a/presence', { headers: { Authorization: basic(keys.root) } });
      equal(
        JSON.parse(present.text).map(({ clientId }) => clientId),
        ['ada'],
      );
      ada.send({ action: 7 });
      equal((await bob.until(14)).presence[0].action, 3);
      bob.close();
    });
    kept('called by a page of elsewhere', async (again) => {
      equal((await (await again()).ask('/time', { headers: { Origin: 'https://evil.test' } })).status, 403);
      equal(
        (
          await (
            await again({ SANDBOX_ORIGINS: 'https://app.example' })
          ).ask('/time', { headers: { Origin: 'https://app.example' } })
        ).status,
        200,
      );
    });
  }
}

if (!print(`${version}, Durable Object`, await runSubjects({ 'Durable Object': durableObject }, {})))
  process.exitCode = 1;
