// Ably's own realtime client against the sandbox: over a port in both of its formats, and in process.
import { once } from 'node:events';
import { createServer } from 'node:http';
import Ably from 'ably';
import { createControlClient, issueJwtSync, requestToken, revokeTokens } from '../../pkg/index.js';
import { serve } from '../../pkg/node/serve.js';
import { equal, ok } from '../js/assert.mjs';

const running = await serve({ port: 0, revokeChannels: true });
const { url, sandbox } = running;
const { root, revocable } = sandbox.keys;
const LOCAL = { endpoint: '127.0.0.1', port: Number(new URL(url).port), tls: false, logLevel: 0 };

export const end = ({ test }) =>
  test('the server ends while a client is connected', async () => {
    const client = new Ably.Realtime({ ...LOCAL, key: root });
    await client.connection.whenState('connected');
    const disconnected = client.connection.whenState('disconnected');
    await running.close();
    await disconnected;
    client.close();
  });

let names = 0;
const newName = () => `chat:${++names}`;

/** The next time that an emitter, which is no promise, says this. */
const event = (emitter, name) => new Promise((resolve) => emitter.once(name, resolve));

/** What it is refused with: Ably's code. */
const refusal = (promise) =>
  promise.then(
    () => 'it was not refused',
    ({ code }) => code,
  );

/** Tokens are made in the past, so that a revocation in the same second revokes them. */
const jwt = (options) => issueJwtSync({ key: revocable, clientId: 'ada', now: Date.now() - 5_000, ...options }).token;
const fresh = (options) => issueJwtSync({ key: revocable, clientId: 'ada', now: Date.now() + 5_000, ...options }).token;

let rounds = 0;

function clientTests(options) {
  // What was revoked stays so: each round has clients of its own.
  const round = ++rounds;
  const own = (name) => `${name}-${round}`;
  const clients = [];
  const realtime = (more) => {
    const client = new Ably.Realtime({ ...LOCAL, ...options, ...more });
    clients.push(client);
    return client;
  };
  const rest = () => new Ably.Rest({ ...LOCAL, ...options, key: root });
  const connected = async (more) => {
    const client = realtime(more);
    await client.connection.whenState('connected');
    return client;
  };

  return ({ test }) => {
    test('connects with a key, a token, an authCallback and an authUrl', async () => {
      const served = createServer((_, response) => {
        response.setHeader('Content-Type', 'application/jwt');
        response.end(jwt());
      }).listen(0);
      await once(served, 'listening');
      const { token } = await requestToken({ key: root, clientId: 'ada', endpoint: url });
      for (const credentials of [
        { key: root, clientId: 'ada' },
        { token: jwt() },
        { token },
        { authCallback: (_, callback) => callback(null, jwt()) },
        { authUrl: `http://127.0.0.1:${served.address().port}` },
      ]) {
        const client = await connected(credentials);
        equal(client.auth.clientId, 'ada');
        ok((await client.connection.ping()) >= 0);
        client.close();
        await client.connection.whenState('closed');
      }
      served.close();
    });

    test('wrong credentials fail with their code', async () => {
      for (const [credentials, code] of [
        [{ key: 'sndbox.root01:wrong' }, 40101],
        [{ key: 'this.is:wrong' }, 40101],
        [{ token: jwt(), clientId: 'bob' }, 40102],
      ]) {
        const client = realtime(credentials);
        equal((await event(client.connection, 'failed')).reason.code, code);
      }
    });

    test('messages of every kind, across REST and realtime', async () => {
      const name = newName();
      const [one, other] = [await connected({ key: root }), await connected({ key: root, echoMessages: false })];
      const got = { one: [], other: [] };
      for (const [who, client] of Object.entries({ one, other }))
        await client.channels.get(name).subscribe(({ data }) => got[who].push(data));
      const values = ['text', { deep: ['ä', 1, null] }, Buffer.from([0, 1, 255])];
      for (const value of values) ok((await one.channels.get(name).publish('n', value)).serials[0]);
      await rest().channels.get(name).publish('n', 'rest');
      await other.channels.get(name).publish('n', 'own');
      const last = new Promise((resolve) => one.channels.get(name).subscribe('last', resolve));
      await one.channels.get(name).publish('last', 'last');
      await last;
      equal(got.one, [...values, 'rest', 'own', 'last']);
      await other.channels.get(name).publish('x', 'y');
      equal(got.other.slice(0, 4), [...values, 'rest']);
      ok(!got.other.includes('own'));
      const { items } = await one.channels.get(name).history({ untilAttach: true });
      equal(items, []);
    });

    test('presence: members, their data, and who leaves', async () => {
      const name = newName();
      const [ada, bob] = [
        await connected({ key: root, clientId: 'ada' }),
        await connected({ key: root, clientId: 'bob' }),
      ];
      await ada.channels.get(name).presence.enter({ mood: 'good' });
      const seen = [];
      await bob.channels.get(name).presence.subscribe(({ action, clientId }) => seen.push([action, clientId]));
      const members = await bob.channels.get(name).presence.get();
      equal(
        members.map(({ clientId, data }) => [clientId, data]),
        [['ada', { mood: 'good' }]],
      );
      await ada.channels.get(name).presence.update('busy');
      equal((await rest().channels.get(name).presence.get()).items[0].data, 'busy');
      const left = new Promise((resolve) => bob.channels.get(name).presence.subscribe('leave', resolve));
      ada.close();
      equal((await left).clientId, 'ada');
      equal(seen.at(-1), ['leave', 'ada']);
      equal(await bob.channels.get(name).presence.get(), []);
    });

    test('a capability decides about attaching and publishing', async () => {
      const client = await connected({ token: jwt({ capability: { 'chat:*': ['subscribe'] } }) });
      equal(await refusal(client.channels.get('elsewhere').attach()), 40160);
      const channel = client.channels.get(newName());
      await channel.attach();
      equal(channel.modes, ['subscribe', 'presence_subscribe']);
      equal(await refusal(channel.publish('x', 'y')), 40160);
      equal(client.connection.state, 'connected');
    });

    test('authorize: wider at once, and what is not permitted any more fails', async () => {
      let capability = { 'chat:*': ['subscribe'], news: ['subscribe'] };
      const client = await connected({ authCallback: (_, callback) => callback(null, jwt({ capability })) });
      const { id } = client.connection;
      const [chat, news] = [client.channels.get(newName()), client.channels.get('news')];
      await Promise.all([chat.attach(), news.attach()]);
      capability = { 'chat:*': ['subscribe', 'publish'], news: ['subscribe'] };
      await client.auth.authorize();
      await chat.publish('x', 'y');
      capability = { 'chat:*': ['subscribe'] };
      const failed = event(news, 'failed');
      await client.auth.authorize();
      equal((await failed).reason.code, 40160);
      equal([chat.state, client.connection.id], ['attached', id]);
    });

    test('a revoked client that can renew comes back as the same connection', async () => {
      const tokens = [jwt({ clientId: own('renews') }), fresh({ clientId: own('renews') })];
      const client = await connected({ authCallback: (_, callback) => callback(null, tokens.shift()) });
      const { id } = client.connection;
      const states = [];
      client.connection.on(({ current, reason }) => states.push([current, reason?.code]));
      const again = event(client.connection, 'connected');
      await revokeTokens({ key: revocable, clientId: own('renews'), endpoint: url });
      await again;
      equal(states[0], ['disconnected', 40141]);
      equal(client.connection.id, id);
    });

    test('a revoked client that cannot renew fails', async () => {
      const client = await connected({ token: jwt({ clientId: own('kicked') }) });
      const failed = event(client.connection, 'failed');
      await revokeTokens({ key: revocable, clientId: own('kicked'), endpoint: url });
      await failed;
    });

    test('with the margin a client renews without a disconnection', async () => {
      const tokens = [jwt({ clientId: own('margin') }), fresh({ clientId: own('margin') })];
      const client = await connected({ authCallback: (_, callback) => callback(null, tokens.shift()) });
      const states = [];
      client.connection.on(({ current }) => states.push(current));
      const updated = event(client.connection, 'update');
      await revokeTokens({ key: revocable, clientId: own('margin'), allowReauthMargin: true, endpoint: url });
      await updated;
      equal([client.connection.state, states, tokens.length], ['connected', ['connected'], 0]);
    });

    test('a revoked key ends its connections', async () => {
      const control = createControlClient({ accessToken: sandbox.accessToken, endpoint: url });
      const made = await control.keys.create(sandbox.app.id, { name: 'k', capability: { '*': ['*'] } });
      const client = await connected({ key: made.key });
      const failed = event(client.connection, 'failed');
      await control.keys.revoke(sandbox.app.id, made.id);
      equal((await failed).reason.code, 40131);
    });

    test('a dropped connection resumes, and nothing is lost or repeated', async () => {
      const name = newName();
      const client = await connected({ key: root });
      const { id } = client.connection;
      const got = [];
      await client.channels.get(name).subscribe(({ data }) => got.push(data));
      await rest().channels.get(name).publish('n', 'before');
      const again = event(client.connection, 'connected');
      const missed = event(client.connection, 'disconnected').then(() =>
        rest().channels.get(name).publish('n', 'missed'),
      );
      client.connection.connectionManager.activeProtocol.getTransport().wsConnection.terminate();
      await Promise.all([again, missed]);
      equal(client.connection.id, id);
      const last = new Promise((resolve) => client.channels.get(name).subscribe('last', resolve));
      await client.channels.get(name).publish('last', 'last');
      await last;
      equal(got.toSorted(), ['before', 'last', 'missed']);
    });

    test('rewind and occupancy', async () => {
      const name = newName();
      await rest().channels.get(name).publish('n', 'past');
      const client = await connected({ key: root });
      const channel = client.channels.get(name, { params: { rewind: '1', occupancy: 'metrics' } });
      const past = new Promise((resolve) => channel.subscribe('n', resolve));
      const metrics = new Promise((resolve) => channel.subscribe('[meta]occupancy', resolve));
      equal((await past).data, 'past');
      equal((await metrics).data.metrics.subscribers, 1);
      equal(channel.params, { rewind: '1', occupancy: 'metrics' });
    });

    test('annotations and their summaries', async () => {
      const control = createControlClient({ accessToken: sandbox.accessToken, endpoint: url });
      const namespace = own('mutable');
      await control.namespaces.create(sandbox.app.id, { id: namespace, mutableMessages: true });
      const name = `${namespace}:chat`;
      const client = await connected({ key: root, clientId: 'ada' });
      const channel = client.channels.get(name, {
        modes: ['publish', 'subscribe', 'annotation_publish', 'annotation_subscribe'],
      });
      const [messages, annotations] = [[], []];
      await channel.subscribe((message) => messages.push(message));
      await channel.annotations.subscribe((annotation) => annotations.push(annotation));
      const { serials } = await channel.publish('greeting', 'hello');
      await channel.annotations.publish(serials[0], { type: 'reaction:distinct.v1', name: 'heart' });
      await rest()
        .channels.get(name)
        .annotations.publish(serials[0], { type: 'seen:total.v1', data: { a: 1 } });
      // A client that is told of this one was told of all before it.
      await channel.publish('end', '');
      while (messages.at(-1)?.name !== 'end') await event(channel.subscriptions, null);
      equal(
        annotations.map(({ action, clientId, type, data }) => [action, clientId, type, data]),
        [
          ['annotation.create', 'ada', 'reaction:distinct.v1', undefined],
          ['annotation.create', undefined, 'seen:total.v1', { a: 1 }],
        ],
      );
      equal(
        messages.map(({ action }) => action),
        ['message.create', 'message.summary', 'message.summary', 'message.create'],
      );
      const { summary } = (await channel.getMessage(serials[0])).annotations;
      equal(summary['reaction:distinct.v1'].heart.clientIds, ['ada']);
      equal(summary['seen:total.v1'], { total: 1 });
      const { items } = await channel.annotations.get(serials[0]);
      equal(
        items.map(({ type }) => type),
        ['reaction:distinct.v1', 'seen:total.v1'],
      );
    });

    test('they close', async () => {
      for (const client of clients) client.close();
    });
  };
}

export const json = clientTests({ useBinaryProtocol: false });
export const messagePack = clientTests({ useBinaryProtocol: true });
