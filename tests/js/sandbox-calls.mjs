// How createSandbox and its fetch may be called.
import { equal, ok, refuses, rejects } from './assert.mjs';
import { sandboxWorld } from './sandbox-world.mjs';
import { NOW } from './tokens.mjs';

const MAX_REQUEST_BYTES = 1024 * 1024;
const CHUNK = 64 * 1024;

export default ({ test, library, sandbox }) => {
  const { AblyAuthError } = library;
  const world = (options) => sandboxWorld({ sandbox }, options);

  test('the exports, and one error class', () => {
    equal(
      Object.keys(sandbox)
        .filter((name) => name !== 'default' && name !== '__esModule')
        .sort(),
      ['AblyAuthError', 'createSandbox'],
    );
    equal(sandbox.AblyAuthError, AblyAuthError);
  });
  test('what it names', () => {
    const { fetch, snapshot, tick, WebSocket, websocket, ...rest } = sandbox.createSandbox();
    for (const it of [fetch, snapshot, tick, WebSocket]) equal(typeof it, 'function');
    equal(Object.keys(websocket), ['open', 'message', 'close']);
    equal(rest, {
      endpoint: 'http://127.0.0.1',
      account: { id: 'sandbox', name: 'Sandbox account' },
      app: { id: 'sndbox', name: 'Sandbox app' },
      keys: {
        root: 'sndbox.root01:not-a-secret-sandbox-root-key',
        revocable: 'sndbox.revoc1:not-a-secret-sandbox-revocable-key',
        narrow: 'sndbox.narrow:not-a-secret-sandbox-narrow-key',
      },
      accessToken: 'not-a-secret-sandbox-access-token',
      adminToken: 'not-a-secret-sandbox-admin-token',
    });
  });

  const WRONG = {
    null: [null, 'options is null; give an object'],
    'to be awaited': [Promise.resolve({}), 'options is a promise; await it'],
    'a name that is none': [
      { chnage: 1 },
      'there is no option "chnage"; the options are now, state, onChange, onWebhook, seed, hosts, port, origins, revokeChannels',
    ],
    'a name that is nearly one': [{ onchange: 1 }, 'there is no option "onchange"; did you mean "onChange"?'],
    'half a character as a name': [
      { '\ud800': 1 },
      'there is no option "\ufffd"; the options are now, state, onChange, onWebhook, seed, hosts, port, origins, revokeChannels',
    ],
    now: [{ now: NOW }, 'now is a number; give a function that returns ms since 1970'],
    'state, a text': [{ state: '{}' }, 'state is a string; give a list of the changes that onChange received'],
    'state, null': [{ state: null }, 'state is null; give a list of the changes that onChange received'],
    'state, to be awaited': [{ state: Promise.resolve([]) }, 'state is a promise; await it'],
    onChange: [{ onChange: {} }, 'onChange is an object; give a function that stores a change'],
    seed: [{ seed: 1 }, 'seed is a number; give a text that cannot be guessed'],
    'seed, empty': [{ seed: '' }, 'seed is empty; give a text that cannot be guessed'],
    hosts: [{ hosts: 'example.com' }, 'hosts is a string; give a list of strings'],
    'hosts, one of them': [{ hosts: ['a', 1] }, 'hosts[1] is a number; give a string'],
    port: [{ port: 65536 }, 'port is 65536; give the port of the sandbox, from 1 to 65535'],
    'port, 0': [{ port: 0 }, 'port is 0; give the port of the sandbox, from 1 to 65535'],
    origins: [{ origins: [null] }, 'origins[0] is null; give a string'],
    revokeChannels: [{ revokeChannels: 1 }, 'revokeChannels is a number; give true or false'],
  };
  for (const [name, [options, message]] of Object.entries(WRONG))
    test(`refused: ${name}`, () =>
      refuses(AblyAuthError, () => sandbox.createSandbox(options), { kind: 'usage', message }));
  test('options that are undefined are absent', () => {
    const names = ['now', 'state', 'onChange', 'seed', 'hosts', 'port', 'origins', 'revokeChannels'];
    equal(
      sandbox.createSandbox(Object.fromEntries(names.map((name) => [name, undefined]))).endpoint,
      'http://127.0.0.1',
    );
  });

  const time = async (answer) => JSON.parse(await (await answer).text());
  const own = () => sandbox.createSandbox({ now: () => NOW });
  const INPUTS = {
    'a path': ['/time'],
    'an address': ['http://127.0.0.1:5000/time'],
    localhost: ['http://localhost/time'],
    'a URL': [new URL('http://[::1]/time')],
    'a Request': [new Request('http://127.0.0.1/time')],
    'what Deno gives a handler': [
      new Request('http://127.0.0.1/time'),
      { remoteAddr: { transport: 'tcp', hostname: '127.0.0.1', port: 1 }, completed: Promise.resolve() },
    ],
    'what Bun gives a handler': [
      new Request('http://127.0.0.1/time'),
      new (class Server {
        port = 3000;
        upgrade() {}
      })(),
    ],
    'what a Worker is given': [new Request('http://127.0.0.1/time'), { KEY: 'a.b:c', DB: {} }, { waitUntil() {} }],
    'an init with nothing in it': ['/time', {}],
  };
  for (const [name, input] of Object.entries(INPUTS))
    test(`fetch of ${name}`, async () => {
      const { fetch } = own();
      equal(await time(fetch(...input)), [NOW]);
    });
  test('fetch of a Request and an init, which wins', async () => {
    const {
      sandbox: { fetch, keys },
      basic,
      history,
    } = world();
    const request = new Request('http://127.0.0.1/channels/chat:a/messages', {
      headers: { Authorization: basic(keys.root) },
    });
    equal((await fetch(request, { method: 'POST', body: '{"data":"two"}' })).status, 201);
    equal(await history(), ['two']);
  });
  test('fetch of a Request with a body', async () => {
    const {
      sandbox: { fetch, keys },
      basic,
      json,
      history,
    } = world();
    const answer = await fetch(
      new Request('http://127.0.0.1/channels/chat:a/messages', json(basic(keys.root), { data: '\u{1f600}' })),
    );
    equal(answer.status, 201);
    equal(await history(), ['\u{1f600}']);
  });
  for (const input of [undefined, null, 7, {}, { url: 1 }])
    test(`fetch of ${JSON.stringify(input)} is refused`, () =>
      rejects(AblyAuthError, own().fetch(input), { kind: 'usage', path: 'input' }));
  test('an answer is a Response that says what it is', async () => {
    const answer = await own().fetch('/time');
    ok(answer instanceof Response);
    equal([answer.status, answer.headers.get('Content-Type')], [200, 'application/json']);
    ok(answer.headers.get('X-Ably-Sandbox').endsWith(' sandbox; not Ably'));
  });
  test('HEAD: the same without a body', async () => {
    const answer = await own().fetch('/time', { method: 'HEAD' });
    equal([answer.status, answer.headers.get('Content-Type'), await answer.text()], [200, 'application/json', '']);
  });
  test('204 has no body', async () => {
    const {
      sandbox: { fetch, adminToken },
      json,
      ask,
    } = world();
    const authorization = `Bearer ${adminToken}`;
    const made = await ask('/dashboard/access_tokens', json(authorization, { name: 'Mine', capabilities: 'all' }));
    equal(made.status, 201, made.text);
    const answer = await fetch(`/dashboard/access_tokens/${made.json.id}`, {
      method: 'DELETE',
      headers: { Authorization: authorization },
    });
    equal([answer.status, answer.body, await answer.text()], [204, null, '']);
  });
  test('MessagePack, which ably-js speaks on Node', async () => {
    const answer = await own().fetch('/time', { headers: { Accept: 'application/x-msgpack' } });
    equal(answer.headers.get('Content-Type'), 'application/x-msgpack');
    const view = new DataView(await answer.arrayBuffer());
    equal([view.getUint8(0), view.getUint8(1), view.getBigUint64(2)], [0x91, 0xcf, BigInt(NOW)]);
  });

  test('the longest request, and one that is a byte longer', async () => {
    const {
      ask,
      json,
      basic,
      sandbox: { keys },
    } = world();
    const send = (length) =>
      ask('/channels/a/messages', { ...json(basic(keys.root)), body: `${' '.repeat(length - 2)}[]` });
    const [longest, longer] = [await send(MAX_REQUEST_BYTES), await send(MAX_REQUEST_BYTES + 1)];
    ok(longest.status !== 413, String(longest.status));
    equal([longer.status, longer.code], [413, 40009]);
  });
  test('of one without an end no more is read than is needed to refuse it', async () => {
    let read = 0;
    let ended;
    const body = new ReadableStream({
      pull(controller) {
        read += CHUNK;
        controller.enqueue(new Uint8Array(CHUNK));
      },
      cancel: () => void (ended = true),
    });
    // Not a Request: not every browser lets those have a stream.
    const answer = await own().fetch({
      method: 'POST',
      url: 'http://127.0.0.1/channels/a/messages',
      headers: new Headers(),
      body,
    });
    equal(answer.status, 413);
    ok(read <= MAX_REQUEST_BYTES + 3 * CHUNK, `${read} bytes were read`);
    ok(ended, 'the stream goes on');
  });
  test('one that breaks off rejects', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError('the line was cut')) });
    const asked = own().fetch({ method: 'POST', url: 'http://127.0.0.1/time', headers: new Headers(), body });
    equal(
      await asked.then(
        () => undefined,
        ({ message }) => message,
      ),
      'the line was cut',
    );
  });

  const CALLED = {
    'another host': [{}, 'http://sandbox.example/time', {}, 421],
    'one that looks like ours': [{}, 'http://localhost.evil.test/time', {}, 421],
    'a host that was allowed': [{ hosts: ['sandbox.example'] }, 'http://sandbox.example/time', {}, 200],
    'another port': [{ port: 5000 }, 'http://127.0.0.1:5001/time', {}, 421],
    'no port': [{ port: 5000 }, 'http://127.0.0.1/time', {}, 421],
    'its port': [{ port: 5000 }, '/time', {}, 200],
    'a page of elsewhere': [{}, '/time', { Origin: 'https://evil.test' }, 403],
    'a page without an origin': [{}, '/time', { Origin: 'null' }, 403],
    'a page of this machine': [{}, '/time', { Origin: 'http://localhost:3000' }, 200],
    'a page that was allowed': [{ origins: ['https://app.example'] }, '/time', { Origin: 'https://app.example' }, 200],
    'a WebSocket': [{}, '/', { Upgrade: 'websocket' }, 400],
    'an event stream': [{}, '/sse', { Accept: 'text/event-stream' }, 400],
  };
  for (const [name, [options, url, headers, status]] of Object.entries(CALLED))
    test(`called by ${name}: ${status}`, async () => {
      const { fetch, endpoint } = sandbox.createSandbox({ now: () => NOW, ...options });
      // As it reaches a server: a browser would not let a script say its own origin.
      const answer = await fetch({
        method: 'GET',
        url: String(new URL(url, endpoint)),
        headers: new Map(Object.entries(headers)),
        body: null,
      });
      equal(answer.status, status);
      const origin = answer.headers.get('Access-Control-Allow-Origin');
      equal(origin, status === 200 ? (headers.Origin ?? null) : null);
      // ably-js sends requests with credentials from a page, and a browser then wants to be told this, too.
      equal(answer.headers.get('Access-Control-Allow-Credentials'), origin && 'true');
    });
  test('endpoint has the port', () => equal(sandbox.createSandbox({ port: 5000 }).endpoint, 'http://127.0.0.1:5000'));

  const CLOCKS = {
    'that throws': [
      () => {
        throw new Error('no');
      },
      'the option now threw (Error)',
    ],
    'that gives nothing': [() => {}, 'the option now returned undefined instead of ms since 1970'],
    NaN: [() => NaN, 'the option now returned NaN instead of ms since 1970'],
    Infinity: [() => Infinity, 'the option now returned Infinity instead of ms since 1970'],
    'before 1970': [() => -1, 'the option now returned -1 instead of ms since 1970'],
    'after the end of time': [() => 8.65e15, 'the option now returned 8650000000000000 instead of ms since 1970'],
    'a promise': [async () => NOW, 'the option now returned a promise instead of ms since 1970'],
    'a bigint': [() => 1n, 'the option now returned a bigint instead of ms since 1970'],
  };
  for (const [name, [now, message]] of Object.entries(CLOCKS))
    test(`a clock: ${name}`, async () => {
      const { fetch } = sandbox.createSandbox({ now });
      const answer = await fetch('/time');
      const { error } = await answer.json();
      equal([answer.status, error.code, error.message], [500, 50000, message]);
    });
  test('a clock with fractions, at 0 and at the end of time', async () => {
    for (const [given, told] of [
      [NOW + 0.9, NOW],
      [0, 0],
      [8.64e15, 8.64e15],
    ])
      equal(await time(sandbox.createSandbox({ now: () => given }).fetch('/time')), [told]);
  });
  test("without one, it is this machine's", async () => {
    const before = Date.now();
    const [now] = await time(sandbox.createSandbox().fetch('/time'));
    ok(now >= before && now <= Date.now());
  });
};
