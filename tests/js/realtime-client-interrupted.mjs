// Our realtime client, when its caller acts in the middle of what it tells, or while it waits. The service is the test.
import { equal, ok } from './assert.mjs';
import { scripted, statesOf } from './realtime-client-world.mjs';

const SECOND = 1_000;
const [MESSAGE, AUTH, CLOSE, ATTACH] = [15, 17, 7, 10];
const CONNECTED = { action: 4, connectionId: 'c', connectionDetails: { connectionKey: 'k' } };
const REFUSED = { code: 40160, statusCode: 401, message: 'no' };

export default ({ test, ...context }) => {
  /** A client that is connected. */
  async function connected(options) {
    const it = scripted(context, options);
    it.client.connect();
    await it.clock.pass(0);
    it.sockets[0].get(CONNECTED);
    return it;
  }
  const actions = ({ sent }) => sent.map(({ action }) => action);

  for (const state of ['suspended', 'attaching'])
    test(`a channel that is detached when it is told to be ${state} is not asked for again`, async () => {
      let client;
      const onEvent = (event) => event.type === 'channel' && event.state === state && client.detach(event.channel);
      const it = await connected({ onEvent });
      ({ client } = it);
      client.attach('chat');
      const [socket] = it.sockets;
      if (state === 'suspended') socket.get({ action: 13, channel: 'chat', error: REFUSED });
      await it.clock.pass(60 * SECOND);
      equal(actions(socket).filter((action) => action === ATTACH).length, state === 'suspended' ? 1 : 0);
    });

  test('a channel that is detached by its first message gets no more of the frame', async () => {
    const got = [];
    let client;
    const onEvent = ({ type, channel, message }) => {
      if (type !== 'message') return;
      got.push(message.data);
      client.detach(channel);
    };
    const it = await connected({ onEvent });
    ({ client } = it);
    client.attach('chat');
    it.sockets[0].get({ action: MESSAGE, channel: 'chat', messages: [{ data: 'one' }, { data: 'two' }] });
    equal(got, ['one']);
  });

  test('a channel that is attached when the end of another is told stays', async () => {
    let client;
    const onEvent = ({ type, state }) => type === 'channel' && state === 'detached' && client.attach('news');
    const it = await connected({ onEvent });
    ({ client } = it);
    client.attach('chat');
    it.sockets[0].get({ action: 8 });
    client.connect();
    await it.clock.pass(0);
    it.sockets[1].get(CONNECTED);
    equal(
      it.sockets[1].sent.map(({ channel }) => channel),
      ['news'],
    );
  });

  test('a message that JSON cannot represent is refused, and the others keep their order', async () => {
    const { client, sockets, clock } = await connected();
    for (const message of [{ data: { n: 1n } }, { data: 'x', extras: { n: 1n } }]) {
      const error = await client.publish('chat', message).catch((reason) => reason);
      ok(error instanceof TypeError, String(error));
    }
    client.publish('chat', { data: 'one' }).catch(() => {});
    await clock.pass(0);
    equal(sockets[0].sent.at(-1).msgSerial, 0);
  });

  test('a message is sent again as it was', async () => {
    const { client, sockets, clock } = await connected();
    const message = { data: 'one', extras: { headers: { a: 1 } } };
    client.publish('chat', message).catch(() => {});
    message.extras.headers.a = 2;
    await clock.pass(2 * SECOND);
    sockets[0].onclose();
    await clock.pass(0);
    sockets[1].get(CONNECTED);
    equal(sockets[1].sent.at(-1).messages[0].extras, { headers: { a: 1 } });
  });

  test('a token that arrives on the next socket is presented there', async () => {
    for (const isOpen of [true, false]) {
      let give;
      const getToken = () => new Promise((resolve) => (give = resolve));
      const { client, sockets, clock, events } = await connected({ getToken });
      await clock.pass(2 * SECOND);
      client.authorize();
      await clock.pass(0);
      sockets[0].onclose();
      await clock.pass(0);
      equal(new URL(sockets[1].url).searchParams.get('access_token'), 'a.b.c');
      if (isOpen) sockets[1].get(CONNECTED);
      give('d.e.f');
      await clock.pass(0);
      if (!isOpen) sockets[1].get(CONNECTED);
      equal(sockets[1].sent, [{ action: AUTH, auth: { accessToken: 'd.e.f' } }]);
      sockets[1].get(CONNECTED);
      equal(statesOf(events).at(-1), 'renewed');
    }
  });

  test('of two renewals the later token counts', async () => {
    const gives = [];
    const getToken = () => new Promise((resolve) => gives.push(resolve));
    const { client, sockets, clock } = await connected({ getToken });
    client.authorize();
    client.authorize();
    await clock.pass(0);
    equal(gives.length, 1);
    gives[0]('first');
    await clock.pass(0);
    gives[1]('second');
    await clock.pass(0);
    equal(
      sockets[0].sent.map(({ auth }) => auth.accessToken),
      ['first', 'second'],
    );
  });

  test('close can be called twice, and nothing follows it', async () => {
    const { client, sockets, clock, events } = await connected({ getToken: () => 'd.e.f' });
    client.attach('chat');
    await client.authorize();
    const closes = [client.close(), client.close()];
    // The answer to the token.
    sockets[0].get(CONNECTED);
    await clock.pass(10 * SECOND);
    await Promise.all(closes);
    equal(actions(sockets[0]), [ATTACH, AUTH, CLOSE]);
    equal(statesOf(events), ['connecting', 'connected', 'closing', 'closed']);
  });

  test('a WebSocket that cannot be made fails, without the token in the message', async () => {
    class WebSocket {
      constructor(url) {
        throw new SyntaxError(`the URL ${url} is invalid`);
      }
    }
    const { client, clock, events } = scripted(context, { WebSocket });
    client.connect();
    await clock.pass(0);
    const { state, reason } = events.at(-1);
    equal([state, reason.message], ['failed', 'no connection to https://service.example can be opened (SyntaxError)']);
  });
};
