// Several requests to one Worker. workerd ends everything that a request has begun together with it: what
// another request of the same isolate waits for must not be among that.
import { once } from 'node:events';
import { get } from 'node:http';
import { equal, ok } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import { later, world } from '../js/network-world.mjs';
import { PATIENCE_MS } from '../js/patience.mjs';
import { print } from './report.mjs';
import { spawn } from './start.mjs';
import { listening, program, version, writeConfig } from './workerd-config.mjs';

const origin = process.argv[2];
const network = { origin };

const config = writeConfig('workerd-requests', ['worker-requests'], {
  network: true,
  sockets: '(name = "http", address = "127.0.0.1:0", http = (), service = "suite")',
});
/**
 * A request on a connection of its own. `leave` resets it: that a client has only closed its side is what
 * workerd takes notice of when it has something to write, and not before.
 */
function ask(path, { endpoint }) {
  const request = get({ port, host: '127.0.0.1', path: `${path}?${endpoint}`, agent: false });
  const answer = new Promise((resolve) => {
    request.on('error', (error) => resolve({ left: error.code }));
    request.on('response', async (response) => {
      let text = '';
      try {
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode, value: JSON.parse(text) });
      } catch (error) {
        resolve({ left: error.code });
      }
    });
  });
  let timer;
  const late = new Promise(
    (resolve) => (timer = setTimeout(resolve, PATIENCE_MS, { status: `no answer within ${PATIENCE_MS} ms` })),
  );
  return {
    answer: Promise.race([answer, late]).finally(() => clearTimeout(timer)),
    leave: () => request.socket.resetAndDestroy(),
  };
}

const isIssued = ({ status, value }) => equal([status, value?.keyName], [200, 'xVLyHw.A-pwh7'], JSON.stringify(value));

function twoRequests({ test }) {
  const SLOW = { faults: [{ delay: 800 }], repeat: true };

  test('two that need the same key at once', async () => {
    const own = await world(network, SLOW);
    const [one, other] = [ask('/issue', own), ask('/issue', own)];
    isIssued(await one.answer);
    isIssued(await other.answer);
  });
  test('the first is ended by its client: the second has its answer all the same', async () => {
    const own = await world(network, SLOW);
    const first = ask('/issue', own);
    await own.until((log) => log.length === 1, 'the first look-up');
    const second = ask('/issue', own);
    await later(100);
    first.leave();
    await own.until(([look]) => look.gone, 'that workerd has ended the first one');
    ok((await first.answer).left, 'the first was answered');
    isIssued(await second.answer);
    isIssued(await ask('/issue', own).answer);
  });
  test('the second is ended: the first has its answer', async () => {
    const own = await world(network, SLOW);
    const first = ask('/issue', own);
    await own.until((log) => log.length === 1, 'the first look-up');
    const second = ask('/issue', own);
    await later(100);
    second.leave();
    await own.until((log) => log.some(({ gone }) => gone), 'that workerd has ended the second one');
    isIssued(await first.answer);
    ok((await second.answer).left, 'the second was answered');
  });
  test('the first look-up fails: the second is not told so', async () => {
    const own = await world(network, { faults: [{ status: 500, delay: 300 }] });
    const first = ask('/issue', own);
    await own.until((log) => log.length === 1, 'the first look-up');
    const second = ask('/issue', own);
    const { status, value } = await first.answer;
    equal([status, value.kind], [500, 'service']);
    isIssued(await second.answer);
  });
  test('what one request was told, the next ones use', async () => {
    const own = await world(network);
    for (let i = 0; i < 5; i++) isIssued(await ask('/issue', own).answer);
    ok((await own.log()).length <= 3, `${(await own.log()).length} look-ups`);
  });
  for (const path of ['/issue', '/revoke', '/time'])
    test(`${path}: twenty that end at any moment leave a Worker that works`, async () => {
      for (let i = 0; i < 20; i++) {
        const own = await world(network, { faults: [{ delay: 5, pause: 10 * (i % 3) }], repeat: true });
        const [left, kept] = [ask(path, own), ask(path, own)];
        await later(i * 5);
        left.leave();
        const { status, value } = await kept.answer;
        equal(status, 200, `round ${i}: ${JSON.stringify(value)}`);
        await left.answer;
      }
    });
  test('many at once, of every kind', async () => {
    const own = await world(network, { faults: [{ delay: 50 }], repeat: true });
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, i) => ask(['/issue', '/revoke', '/time'][i % 3], own).answer),
    );
    equal(
      answers.map(({ status }) => status),
      Array(24).fill(200),
    );
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
  if (!print(`${version}, two requests`, await runSubjects({ 'two requests': twoRequests }, {}))) process.exitCode = 1;
} finally {
  workerd.kill('SIGKILL'); // on any other signal it waits for requests that never end
}
