// `ably-edge-auth sandbox --webhook`: what is published arrives at a server on this machine.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { serve } from '../../pkg/node/serve.js';
import { verifyWebhook } from '../../pkg/webhook.js';
import { equal, ok } from '../js/assert.mjs';
import { PATIENCE_MS } from '../js/patience.mjs';
import { temporaryFolder } from './files.mjs';
import { basic, request } from './http.mjs';
import { run, startSandbox } from './processes.mjs';

/** A server that keeps what it gets, in the order in which it comes. */
async function receiver(status = 204) {
  const received = [];
  const waiting = [];
  const server = createServer(async (incoming, response) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    received.push(new Request(`http://127.0.0.1${incoming.url}`, { method: 'POST', headers: incoming.headers, body }));
    response.writeHead(status).end();
    for (const wake of waiting.splice(0)) wake();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/webhooks`,
    received,
    async until(count) {
      const end = Date.now() + PATIENCE_MS;
      while (received.length < count) {
        if (Date.now() > end) throw new Error(`${received.length} webhooks of ${count} came`);
        await Promise.race([new Promise((wake) => waiting.push(wake)), new Promise((wake) => setTimeout(wake, 1000))]);
      }
    },
    close: () => server.close(),
  };
}

const publish = ({ url, keys }, data) =>
  request(`${url}/channels/chat/messages`, {
    method: 'POST',
    headers: { ...basic(keys.root), 'content-type': 'application/json' },
    body: JSON.stringify({ data }),
  });
const rulesOf = async ({ url, app, accessToken }) =>
  JSON.parse(
    (await request(`${url}/v1/apps/${app.id}/rules`, { headers: { authorization: `Bearer ${accessToken}` } })).text,
  );

export function webhook({ test }) {
  test('messages arrive signed, in the order of publishing', async () => {
    const server = await receiver();
    const sandbox = await startSandbox('--webhook', server.url);
    for (const data of ['one', 'two', 'three']) equal((await publish(sandbox, data)).status, 201);
    await server.until(3);
    const data = [];
    for (const received of server.received) {
      const { webhook } = await verifyWebhook(received, { keys: [sandbox.keys.root] });
      data.push(webhook.events[0].messages[0].data);
    }
    equal(data, ['one', 'two', 'three']);
    equal((await sandbox.end()).code, 0);
    server.close();
  });
  test('the rule is created once, with a state file', async () => {
    const server = await receiver();
    const state = join(temporaryFolder(), 'state');
    for (let start = 0; start < 2; start++) {
      const sandbox = await startSandbox('--webhook', server.url, '--state', state);
      equal((await rulesOf(sandbox)).length, 1);
      await sandbox.end();
    }
    server.close();
  });
  test('a failing receiver is reported once, and publishing goes on', async () => {
    const server = await receiver(500);
    const sandbox = await startSandbox('--webhook', server.url);
    for (const data of ['one', 'two']) equal((await publish(sandbox, data)).status, 201);
    await server.until(2);
    server.close();
    await sandbox.end();
    equal(sandbox.stderr().split(`the webhook at ${server.url} answered 500`).length - 1, 1, sandbox.stderr());
  });
  for (const url of [
    'https://example.com/webhooks',
    'http://10.0.0.1/',
    'file:///etc/passwd',
    'webhooks',
    'http://127.0.0.1.example/',
  ])
    test(`a URL elsewhere is refused: ${url}`, async () => {
      const { code, stdout, stderr } = await run('sandbox', '--port', '0', '--webhook', url);
      equal([code, stdout], [1, '']);
      ok(stderr.includes('on this machine') && !stderr.includes('    at '), stderr);
    });

  const ruleFor = (url) => ({
    ruleType: 'http',
    requestMode: 'batch',
    source: { channelFilter: '', type: 'channel.message' },
    target: { url, format: 'json' },
  });
  const addRule = ({ url, sandbox: { app, accessToken } }, target) =>
    request(`${url}/v1/apps/${app.id}/rules`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(ruleFor(target)),
    });
  const publishOn = ({ url, sandbox: { keys } }) => publish({ url, keys }, 'x');

  test('a rule for another host sends nothing', async () => {
    const told = [];
    const running = await serve({ port: 0, tell: (sentence) => told.push(sentence) });
    equal((await addRule(running, 'http://192.0.2.1/webhooks')).status, 201);
    equal((await publishOn(running)).status, 201);
    equal(told, ['the webhook at http://192.0.2.1/webhooks is not sent: it is not on this machine']);
    await running.close();
  });
  test('if others can reach the sandbox, only the URL of its operator is used', async () => {
    const [own, other] = [await receiver(), await receiver()];
    const told = [];
    const running = await serve({
      port: 0,
      host: '0.0.0.0',
      webhook: own.url,
      tell: (sentence) => told.push(sentence),
    });
    equal((await addRule(running, other.url)).status, 201);
    equal((await publishOn(running)).status, 201);
    await own.until(1);
    equal([own.received.length, other.received.length, told.length], [1, 0, 1]);
    await running.close();
    own.close();
    other.close();
  });
}
