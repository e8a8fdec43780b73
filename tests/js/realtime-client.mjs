// Our realtime client, which the command line and the page use, against the sandbox in process.
import { equal, ok } from './assert.mjs';
import { scripted, statesOf, world as newWorld } from './realtime-client-world.mjs';

const SECOND = 1_000;

/** What a promise is refused with. */
const refusal = (promise) =>
  promise.then(
    () => 'it was not refused',
    ({ code }) => code,
  );

export default ({ test, ...context }) => {
  const world = (options) => newWorld(context, options);

  test('connects, attaches, publishes, receives, closes', async () => {
    const { client, states, got, channels, pass, publish } = at(world(), ({ token }) => ({ getToken: token }));
    client.attach('chat');
    client.connect();
    await pass(0);
    await publish('chat', 'one');
    const sent = client.publish('chat', { name: 'n', data: { deep: ['ä', 1] } });
    await pass(0);
    equal((await sent).length, 1);
    equal(got(), ['one', { deep: ['ä', 1] }]);
    const closed = client.close();
    await pass(0);
    await closed;
    equal(states(), ['connecting', 'connected', 'closing', 'closed']);
    equal(channels(), ['chat attached', 'chat detached']);
    equal(await refusal(client.publish('chat', { data: 'late' })), 80017);
    client.connect();
    await pass(0);
    equal(states().slice(4), ['connecting', 'connected']);
  });

  test('earlier messages by rewind, and not again after a resume', async () => {
    const { client, sockets, got, pass, publish } = at(world(), ({ token }) => ({ getToken: token }));
    await publish('chat', 'first');
    await publish('chat', 'second');
    client.attach('chat', { rewind: '1' });
    client.connect();
    await pass(0);
    equal(got(), ['second']);
    sockets[0].close();
    await pass(SECOND);
    equal([sockets.length, got()], [2, ['second']]);
  });

  test('a revoked client renews in the next second, and is the same connection', async () => {
    const asked = [];
    const it = at(world(), ({ token, clock }) => ({
      getToken() {
        asked.push(clock.now());
        return token();
      },
    }));
    const { client, states, got, pass, publish, revoke, clock } = it;
    client.attach('chat');
    client.connect();
    await pass(0);
    const { connectionId } = client;
    await pass(1_700);
    const cutOff = clock.now();
    await revoke({ targets: ['clientId:ada'] });
    await pass(0);
    equal([client.state, asked.length], ['disconnected', 1]);
    await publish('chat', 'missed');
    await pass(SECOND);
    equal(states(), ['connecting', 'connected', 'disconnected 40141', 'connecting', 'connected']);
    equal([client.connectionId, got()], [connectionId, ['missed']]);
    equal([asked.length, asked[1] % SECOND, asked[1] > cutOff], [2, 0, true]);
    await pass(60 * SECOND);
    equal(client.state, 'connected');
  });

  test('with the margin it renews without a disconnection', async () => {
    const { client, states, pass, revoke } = at(world(), ({ token }) => ({ getToken: token }));
    client.connect();
    await pass(300);
    await revoke({ targets: ['clientId:ada'], allowReauthMargin: true });
    await pass(60 * SECOND);
    equal(states(), ['connecting', 'connected', 'hint', 'renewed']);
  });

  test('a token that cannot be renewed: told at the hint, failed at the end', async () => {
    const { client, events, states, pass } = at(world(), ({ token }) => ({ token: token({ ttlSeconds: 60 }) }));
    client.attach('chat');
    client.connect();
    await pass(61 * SECOND);
    equal(states(), ['connecting', 'connected', 'hint', 'not renewed 40171', 'failed 40171']);
    ok(events.at(-1).reason.message.includes('no way to get another token'), events.at(-1).reason.message);
  });

  test('while no token can be had it keeps the old one, then tries every 15 s', async () => {
    let isBroken = false;
    const it = at(world(), ({ token }) => ({
      getToken() {
        if (isBroken) throw new Error('the token endpoint is down');
        return token({ ttlSeconds: 60 });
      },
    }));
    const { client, states, events, pass } = it;
    client.connect();
    await pass(0);
    isBroken = true;
    await pass(59 * SECOND);
    equal(states().slice(2), ['hint', 'not renewed 80019']);
    await pass(SECOND);
    equal(states().slice(4), ['disconnected 40142', 'connecting', 'disconnected 80019']);
    equal(events.at(-1).retryInMs, 15 * SECOND);
    isBroken = false;
    await pass(15 * SECOND);
    equal(states().slice(7), ['connecting', 'connected']);
    equal(events.at(-1).isResumed, true);
  });

  test('a server that forbids a token ends the connection', async () => {
    const forbidden = () => Promise.reject(Object.assign(new Error('banned'), { statusCode: 403 }));
    const first = at(world(), () => ({ getToken: forbidden }));
    first.client.connect();
    await first.pass(0);
    equal(first.states(), ['connecting', 'failed 80019']);
    // On an open connection too, although the old token still counts.
    const later = at(world(), ({ token }) => ({ token: token(), getToken: forbidden }));
    later.client.connect();
    await later.pass(300);
    await later.revoke({ targets: ['clientId:ada'], allowReauthMargin: true });
    await later.pass(SECOND);
    equal(later.states(), ['connecting', 'connected', 'hint', 'failed 80019']);
  });

  test('a second refusal in a row waits', async () => {
    const { client, states, events, pass } = at(world(), ({ token, clock }) => ({
      getToken: () => token({ ttlSeconds: 1, now: clock.now() - 60 * SECOND }),
    }));
    client.connect();
    await pass(SECOND);
    equal(states(), ['connecting', 'disconnected 40142', 'connecting', 'disconnected 40142']);
    equal([events[1].retryInMs, events[3].retryInMs], [0, 15 * SECOND]);
  });

  test('a narrower token fails only the channels that it does not permit', async () => {
    let capability = { '*': ['subscribe'] };
    const { client, channels, pass } = at(world(), ({ token }) => ({ getToken: () => token({ capability }) }));
    for (const name of ['chat', 'news']) client.attach(name);
    client.connect();
    await pass(0);
    capability = { chat: ['subscribe'] };
    client.authorize();
    await pass(0);
    equal(channels(), ['chat attached', 'news attached', 'news failed 40160']);
    equal([client.state, await refusal(client.publish('news', { data: 'x' }))], ['connected', 40160]);
  });

  test('what is published without a connection goes out once, when there is one', async () => {
    const { client, sockets, got, pass } = at(world(), ({ token }) => ({ getToken: token }));
    client.attach('chat');
    client.connect();
    const before = client.publish('chat', { data: 'before' });
    await pass(2 * SECOND);
    sockets[0].close();
    const meanwhile = client.publish('chat', { data: 'meanwhile' });
    await pass(SECOND);
    equal([(await before).length, (await meanwhile).length], [1, 1]);
    equal(got(), ['before', 'meanwhile']);
  });

  test('lost for long: suspended, then another connection', async () => {
    let isDown = false;
    const it = at(world(), ({ token, sandbox }) => ({
      getToken: token,
      WebSocket: class extends sandbox.WebSocket {
        constructor(url) {
          super(isDown ? 'ws://elsewhere.example/' : url);
          if (!isDown) it.sockets.push(this);
        }
      },
    }));
    const { client, sockets, states, channels, events, pass } = it;
    client.attach('chat');
    client.connect();
    await pass(0);
    const { connectionId } = client;
    isDown = true;
    sockets[0].close();
    const waiting = refusal(client.publish('chat', { data: 'x' }));
    await pass(180 * SECOND);
    equal([client.state, states().includes('disconnected 80003')], ['suspended', true]);
    equal(await waiting, 80003);
    isDown = false;
    await pass(30 * SECOND);
    equal([client.state, client.connectionId === connectionId], ['connected', false]);
    equal(channels(), ['chat attached', 'chat suspended 80003', 'chat attached']);
    equal(events.at(-1).isResumed, false);
  });

  test('a wrong credential fails with its code', async () => {
    const { client, states, pass, channels } = at(world(), ({ token }) => ({ token: token(), clientId: 'bob' }));
    client.attach('chat');
    client.connect();
    await pass(0);
    equal(states(), ['connecting', 'failed 40102']);
    equal(channels(), ['chat failed 40102']);
  });

  test('a silent service is given up, and asked again', async () => {
    const { clock, sockets, client, events } = scripted(context);
    client.connect();
    await clock.pass(10 * SECOND);
    equal(statesOf(events), ['connecting', 'disconnected 80003']);
    await clock.pass(15 * SECOND);
    sockets[1].get({
      action: 4,
      connectionId: 'c',
      connectionDetails: { connectionKey: 'k', maxIdleInterval: 15_000 },
    });
    await clock.pass(24 * SECOND);
    equal(client.state, 'connected');
    sockets[1].get({ action: 0 });
    await clock.pass(24 * SECOND);
    equal(client.state, 'connected');
    await clock.pass(SECOND);
    equal(new URL(sockets[2].url).searchParams.get('resume'), 'k');
  });

  test('channels that the service does not attach, or gives up', async () => {
    const { clock, sockets, client, events } = scripted(context);
    client.connect();
    client.attach('chat');
    await clock.pass(0);
    sockets[0].get({ action: 4, connectionId: 'c', connectionDetails: { connectionKey: 'k' } });
    const attaches = () => sockets[0].sent.filter(({ action }) => action === 10).length;
    await clock.pass(10 * SECOND);
    equal([attaches(), events.at(-1).state, events.at(-1).reason.code], [1, 'suspended', 90007]);
    await clock.pass(15 * SECOND);
    sockets[0].get({ action: 11, channel: 'chat', flags: (1 << 18) | (1 << 19), channelSerial: 's' });
    equal([attaches(), events.at(-1).state, events.at(-1).modes], [2, 'attached', ['subscribe', 'presence_subscribe']]);
    sockets[0].get({ action: 13, channel: 'chat', error: { code: 50000, statusCode: 500, message: 'moved' } });
    equal([attaches(), sockets[0].sent.at(-1).channelSerial, sockets[0].sent.at(-1).flags], [3, 's', 1 << 5]);
  });

  test('the data of messages in every encoding', async () => {
    const decrypt = (bytes, algorithm) => {
      if (algorithm !== 'aes-128-cbc') throw new Error('another algorithm');
      return bytes.map((byte) => byte ^ 1);
    };
    const { sockets, client, events, clock } = scripted(context, { decrypt });
    client.connect();
    client.attach('chat');
    await clock.pass(0);
    sockets[0].get({ action: 4, connectionId: 'c', connectionDetails: { connectionKey: 'k' } });
    const messages = [
      [{ data: 'text' }, 'text', undefined],
      [{ data: '{"a":1}', encoding: 'json' }, { a: 1 }, undefined],
      [{ data: 'AAH/', encoding: 'base64' }, new Uint8Array([0, 1, 255]), undefined],
      [{ data: 'w6Q=', encoding: 'utf-8/base64' }, 'ä', undefined],
      [{ data: 'Mw==', encoding: 'json/utf-8/cipher+aes-128-cbc/base64' }, 2, undefined],
      [{ data: 'AAE=', encoding: 'cipher+aes-256-cbc/base64' }, new Uint8Array([0, 1]), 'cipher+aes-256-cbc'],
      [{ data: 'x', encoding: 'json' }, 'x', 'json'],
      [{ data: 'x', encoding: 'json/unheard-of' }, 'x', 'json/unheard-of'],
      [{}, undefined, undefined],
    ];
    const frame = { action: 15, channel: 'chat', id: 'c:0', connectionId: 'c', timestamp: 5 };
    sockets[0].get({ ...frame, messages: messages.map(([message]) => ({ ...message, action: 1 })) });
    const got = events.filter(({ type }) => type === 'message').map(({ message }) => message);
    equal(
      got.map(({ data, encoding }) => [data, encoding]),
      messages.map(([, data, encoding]) => [data, encoding]),
    );
    const { id, connectionId, timestamp, action } = got[2];
    equal([id, connectionId, timestamp, action], ['c:0:2', 'c', 5, 'message.update']);
  });
};

/** A client in this world. */
function at(made, optionsOf) {
  const it = {};
  return Object.assign(it, made, made.client(optionsOf(made)));
}
