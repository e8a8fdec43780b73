// cloudflareKvStore in workerd itself, which ends a request that waits for another one's promise: requests of one isolate
// that record at once, and one that is ended while it does.
import { spawn } from './start.mjs';
import { once } from 'node:events';
import { get } from 'node:http';
import { equal, ok } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import { print } from './report.mjs';
import { listening, program, version, writeConfig } from './workerd-config.mjs';

/** Of a test alone: what was recorded before, the isolate remembers. */
const channelsOf = (test) => ['a', 'b', 'c'].map((name) => `channel:${test}:${name}`);

const config = writeConfig('workerd-kv', ['kv-worker'], {
  sockets: '(name = "http", address = "127.0.0.1:0", http = (), service = "suite")',
  kv: { binding: 'KV', script: 'kv-service' },
});

function ask(path, argument = '') {
  const request = get({ port, host: '127.0.0.1', path: `${path}?${encodeURIComponent(argument)}`, agent: false });
  const answer = new Promise((resolve) => {
    request.on('error', (error) => resolve({ left: error.code }));
    request.on('response', async (response) => {
      let text = '';
      try {
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode, value: JSON.parse(text) });
      } catch (error) {
        resolve({ left: error.code ?? `${response.statusCode} ${text}` });
      }
    });
  });
  return { answer, leave: () => request.socket.resetAndDestroy() };
}

async function asked(path, argument) {
  const { status, value } = await ask(path, argument).answer;
  equal(status, 200, `${path} ${argument}: ${JSON.stringify(value)}`);
  return value;
}

/** The namespace is empty again, and its next writes are under way for so many ms each. */
const begin = (...times) => asked('/kv', ['begin', ...times].join('/'));
const targetsOf = async (test) =>
  (await asked('/kv', 'targets')).filter((target) => target.startsWith(`channel:${test}:`));

async function untilSent(count) {
  while ((await asked('/kv', 'sent')) < count) await new Promise((wake) => setTimeout(wake, 10));
}

function workersKv({ test }) {
  test('a binding is one object for all requests', async () => {
    for (let request = 0; request < 3; request++) equal(await asked('/is-same'), true);
  });
  for (const [name, times] of [
    ['slowest first', [300, 150, 10]],
    ['fastest first', [10, 150, 300]],
  ])
    test(`three requests at once, each with a store of its own, ${name}`, async () => {
      const channels = channelsOf(name);
      await begin(...times);
      await Promise.all(channels.map((target) => asked('/record', target)));
      equal(await targetsOf(name), channels);
    });
  test('three requests one after the other, while KV still shows that there is nothing', async () => {
    await begin();
    equal(await asked('/check', 'ada'), 'accepted');
    const channels = channelsOf('in turn');
    for (const target of [...channels, 'clientId:ada']) await asked('/record', target);
    equal(await targetsOf('in turn'), channels);
    equal((await ask('/check', 'ada').answer).value.kind, 'revoked');
    equal(await asked('/check', 'bob'), 'accepted');
  });
  test('the first is ended by its client while it writes: the others record all the same', async () => {
    await begin(60_000);
    const first = ask('/record', 'channel:ended');
    await untilSent(1);
    const channels = channelsOf('others');
    const others = channels.map((target) => asked('/record', target));
    first.leave();
    ok((await first.answer).left, 'the first was answered');
    await Promise.all(others);
    equal(await targetsOf('others'), channels);
  });
  test('thirty requests at once', async () => {
    await begin(50);
    const all = Array.from({ length: 30 }, (_, index) => `channel:thirty:${10 + index}`);
    await Promise.all(all.map((target) => asked('/record', target)));
    equal(await targetsOf('thirty'), all);
  });
}

// The port that it has got is told on a pipe of its own.
const workerd = spawn(program, ['serve', config, '--control-fd=3'], {
  stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
});
let port;
try {
  const ended = once(workerd, 'exit').then(([code]) => Promise.reject(new Error(`workerd ended with ${code}`)));
  port = await Promise.race([listening(workerd.stdio[3]), ended]);
  if (!print(`${version}, Workers KV`, await runSubjects({ 'Workers KV': workersKv }, {}))) process.exitCode = 1;
} finally {
  workerd.kill('SIGKILL'); // on any other signal it waits for requests that never end
}
