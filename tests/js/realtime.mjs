// Realtime connections in process, by the sandbox's own WebSocket class, with a clock that only the test moves.
import { equal, ok } from './assert.mjs';
import { NOW } from './tokens.mjs';

const [ACK, NACK, CONNECTED, DISCONNECTED, CLOSED, ERROR, ATTACHED, PRESENCE, MESSAGE, AUTH] = [
  1, 2, 4, 6, 8, 9, 11, 14, 15, 17,
];

/** A socket whose frames can be awaited one by one. */
function connect(sandbox, query) {
  const socket = new sandbox.WebSocket(`ws://127.0.0.1/?v=6&${query}`);
  const frames = [];
  const waiting = [];
  socket.onmessage = ({ data }) => {
    const frame = typeof data === 'string' ? JSON.parse(data) : data;
    const next = waiting.shift();
    if (next) next(frame);
    else frames.push(frame);
  };
  return {
    socket,
    next: () => (frames.length > 0 ? frames.shift() : new Promise((resolve) => waiting.push(resolve))),
    send: (frame) => socket.send(JSON.stringify(frame)),
    closed: new Promise((resolve) => socket.addEventListener('close', resolve)),
    left: () => frames.length,
  };
}

/** The frames up to one with this action. */
async function until(client, action) {
  for (;;) {
    const frame = await client.next();
    if (frame.action === action) return frame;
  }
}

export default ({ test, library, sandbox: { createSandbox } }) => {
  const { issueJwt } = library;
  function world(options) {
    let now = NOW;
    const sandbox = createSandbox({ now: () => now, ...options });
    const pass = (ms) => {
      now += ms;
      return sandbox.tick();
    };
    const rest = (path, body, key = sandbox.keys.root) =>
      sandbox.fetch(path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          Authorization: `Basic ${btoa(key)}`,
          'Content-Type': 'application/json',
          'X-Ably-Version': '6',
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    const token = async (claims) =>
      (await issueJwt({ key: sandbox.keys.revocable, clientId: 'ada', now, ...claims })).token;
    const revoke = (body) => {
      const { revocable } = sandbox.keys;
      return rest(`/keys/${revocable.split(':')[0]}/revokeTokens`, body, revocable);
    };
    return { sandbox, pass, rest, token, revoke };
  }

  test('connects, attaches, publishes, receives', async () => {
    const { sandbox, rest } = world();
    const client = connect(sandbox, `key=${sandbox.keys.root}&clientId=ada`);
    equal(client.socket.readyState, 0);
    const connected = await client.next();
    equal([connected.action, connected.connectionDetails.clientId], [CONNECTED, 'ada']);
    equal([client.socket.readyState, client.socket.OPEN, sandbox.WebSocket.OPEN], [1, 1, 1]);
    client.send({ action: 10, channel: 'chat' });
    equal((await client.next()).action, ATTACHED);
    client.send({ action: 15, channel: 'chat', msgSerial: 0, messages: [{ name: 'n', data: 'one' }] });
    equal((await client.next()).action, ACK);
    equal((await client.next()).messages[0].data, 'one');
    equal((await rest('/channels/chat/messages', { data: 'two' })).status, 201);
    const { action, messages } = await client.next();
    equal([action, messages[0].data], [MESSAGE, 'two']);
    const history = await (await rest('/channels/chat/messages')).json();
    equal(
      history.map(({ data }) => data),
      ['two', 'one'],
    );
    client.send({ action: 7 });
    equal((await client.next()).action, CLOSED);
    const { code, wasClean } = await client.closed;
    equal([code, wasClean, client.socket.readyState], [1000, true, 3]);
  });

  test('binary frames', async () => {
    const { sandbox } = world();
    for (const [binaryType, isIt] of [
      ['arraybuffer', (data) => data instanceof ArrayBuffer],
      ['blob', (data) => data instanceof Blob],
    ]) {
      const { socket, next } = connect(sandbox, `key=${sandbox.keys.root}&format=msgpack`);
      socket.binaryType = binaryType;
      ok(isIt(await next()), binaryType);
      // { action: 7 }
      socket.send(new Uint8Array([0x81, 0xa6, ...new TextEncoder().encode('action'), 7]));
      ok(isIt(await next()), binaryType);
    }
  });

  test('a refusal is a frame, and the socket closes', async () => {
    const { sandbox } = world();
    const client = connect(sandbox, 'key=sndbox.root01:wrong');
    const { action, error } = await client.next();
    equal([action, error.code, error.statusCode], [ERROR, 40101, 401]);
    equal((await client.closed).wasClean, true);
  });

  test('a socket to elsewhere never opens', async () => {
    const { sandbox } = world();
    for (const url of ['ws://sandbox.example/', 'ws://127.0.0.1/channels']) {
      const socket = new sandbox.WebSocket(url);
      let failed = false;
      socket.onerror = () => (failed = true);
      socket.onopen = () => ok(false, 'it opened');
      const { code } = await new Promise((resolve) => (socket.onclose = resolve));
      equal([code, failed], [1006, true]);
    }
    const thrown = (run) => {
      try {
        run();
      } catch (error) {
        return error;
      }
    };
    ok(thrown(() => new sandbox.WebSocket('ftp://127.0.0.1/')) instanceof SyntaxError);
    ok(thrown(() => new sandbox.WebSocket('ws://127.0.0.1/').send('x')) instanceof Error);
  });

  test('handlers can be replaced and taken away, and close before open', async () => {
    const { sandbox } = world();
    const socket = new sandbox.WebSocket('/?key=x');
    equal([socket.onopen, new URL(socket.url).protocol], [null, 'ws:']);
    let calls = 0;
    const first = () => calls++;
    socket.onclose = first;
    equal(socket.onclose, first);
    socket.onclose = null;
    socket.close();
    const { code } = await new Promise((resolve) => (socket.onclose = resolve));
    equal([code, calls, socket.readyState], [1006, 0, 3]);
  });

  test('a revocation disconnects at once', async () => {
    const { sandbox, pass, token, revoke } = world();
    const client = connect(sandbox, `access_token=${await token()}`);
    equal((await client.next()).action, CONNECTED);
    await pass(1000);
    equal((await revoke({ targets: ['clientId:ada'] })).status, 201);
    const { action, error } = await client.next();
    equal([action, error.code], [DISCONNECTED, 40141]);
    await client.closed;
  });

  test('a margin of 30 s takes no time: who renews stays, who does not falls', async () => {
    const { sandbox, pass, token, revoke } = world();
    const old = await token();
    const [kept, lost] = [connect(sandbox, `access_token=${old}`), connect(sandbox, `access_token=${old}`)];
    for (const client of [kept, lost]) equal((await client.next()).action, CONNECTED);
    await pass(1000);
    await revoke({ targets: ['clientId:ada'], allowReauthMargin: true });
    for (const client of [kept, lost]) equal((await client.next()).action, AUTH);
    await pass(1000);
    kept.send({ action: 17, auth: { accessToken: await token() } });
    equal((await kept.next()).action, CONNECTED);
    await pass(30_000);
    const { action, error } = await until(lost, DISCONNECTED);
    equal([action, error.code], [DISCONNECTED, 40141]);
    equal(kept.socket.readyState, 1);
    kept.send({ action: 0, id: 'x' });
    equal((await until(kept, 0)).action, 0);
  });

  test('a token expires, and its client was asked before', async () => {
    const { sandbox, pass, token } = world();
    const client = connect(sandbox, `access_token=${await token({ ttlSeconds: 60 })}`);
    equal((await client.next()).action, CONNECTED);
    await pass(30_000);
    equal((await client.next()).action, AUTH);
    await pass(30_000);
    equal((await until(client, DISCONNECTED)).error.code, 40142);
  });

  test('a member leaves 15 s after its socket closed', async () => {
    const { sandbox, pass, rest } = world();
    const members = async () => (await (await rest('/channels/chat/presence')).json()).map(({ clientId }) => clientId);
    const client = connect(sandbox, `key=${sandbox.keys.root}&clientId=ada`);
    await client.next();
    client.send({ action: 10, channel: 'chat' });
    await client.next();
    client.send({ action: 14, channel: 'chat', msgSerial: 0, presence: [{ action: 2, data: 'x' }] });
    equal([(await client.next()).action, (await client.next()).action], [ACK, PRESENCE]);
    client.socket.close();
    await client.closed;
    equal(await members(), ['ada']);
    await pass(14_999);
    equal(await members(), ['ada']);
    await pass(1);
    equal(await members(), []);
  });

  test('what cannot be stored is refused, and in its turn', async () => {
    const stored = [];
    let isFull = false;
    const onChange = async (change) => {
      await undefined;
      if (isFull) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      stored.push(change);
    };
    const { sandbox, rest } = world({ onChange });
    const client = connect(sandbox, `key=${sandbox.keys.root}`);
    await client.next();
    client.send({ action: 10, channel: 'chat' });
    await client.next();
    const publish = (msgSerial) =>
      client.send({ action: 15, channel: 'chat', msgSerial, messages: [{ data: String(msgSerial) }] });
    publish(0);
    publish(1);
    const answers = [await client.next(), await client.next(), await client.next(), await client.next()];
    equal(
      answers.map(({ action, msgSerial, messages }) => [action, msgSerial ?? messages[0].data]),
      [
        [ACK, 0],
        [MESSAGE, '0'],
        [ACK, 1],
        [MESSAGE, '1'],
      ],
    );
    isFull = true;
    publish(2);
    const { action, error } = await client.next();
    equal([action, error.code, error.message.includes('ENOSPC')], [NACK, 50000, true]);
    isFull = false;
    publish(3);
    equal((await client.next()).action, ACK);
    const again = createSandbox({ now: () => NOW, state: stored });
    const read = async (fetch) =>
      (
        await (
          await fetch('/channels/chat/messages', {
            headers: { Authorization: `Basic ${btoa(again.keys.root)}` },
          })
        ).json()
      ).map(({ data }) => data);
    equal(await read(again.fetch), ['3', '1', '0']);
    equal(await read(sandbox.fetch), ['3', '1', '0']);
    equal((await rest('/channels/chat')).status, 200);
  });

  for (const onChange of [undefined, async () => {}])
    test(`a rule sends what is published, ${onChange ? 'with' : 'without'} a store`, async () => {
      let sent;
      const called = new Promise((resolve) => (sent = resolve));
      const onWebhook = async (request) => sent(await request.json());
      const { sandbox } = world({ onWebhook, ...(onChange && { onChange }) });
      const rule = {
        ruleType: 'http',
        requestMode: 'batch',
        source: { channelFilter: '', type: 'channel.message' },
        target: { url: 'https://example.com/hook', format: 'json' },
      };
      const made = await sandbox.fetch(`/v1/apps/${sandbox.app.id}/rules`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${sandbox.accessToken}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(rule),
      });
      equal(made.status, 201);
      const client = connect(sandbox, `key=${sandbox.keys.root}`);
      await client.next();
      client.send({ action: 15, channel: 'chat', msgSerial: 0, messages: [{ data: 'hello' }] });
      const { items } = await called;
      equal(items[0].data.messages[0].data, 'hello');
    });

  test('an upgrade that no server can do', async () => {
    const { sandbox } = world();
    const answer = await sandbox.fetch({
      method: 'GET',
      url: 'http://127.0.0.1/',
      headers: new Map([['Upgrade', 'websocket']]),
      body: null,
    });
    const { error } = await answer.json();
    equal([answer.status, error.code], [400, 40000]);
    ok(error.message.includes('cannot open WebSockets'));
  });
};
