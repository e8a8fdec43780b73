// The real client of the Laravel Echo protocol, @ably/laravel-echo, at an endpoint that speaks it: node tests/laravel-echo/run.mjs
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import Ably from 'ably';
import { createTokenEndpoint, issueJwtSync } from '../../pkg/index.js';
import { serve } from '../../pkg/node/serve.js';
import { equal, ok } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import { print } from '../runtimes/report.mjs';

// The client expects both in the page.
globalThis.Ably = Ably;
const { default: Echo } = createRequire(import.meta.url)('@ably/laravel-echo');

const running = await serve({ port: 0 });
const port = Number(new URL(running.url).port);
const key = running.sandbox.keys.root;
const PUBLIC = { 'public:*': ['subscribe', 'history', 'channel-metadata'] };
const members = {
  ada: new Set(['private:room.1', 'private:room.2', 'private:room.3', 'presence:lobby']),
  bob: new Set(['private:room.2']),
};
const errors = [];

/** Replaces Laravel's session and its channels.php. */
const userOf = (request) => request.headers.get('X-User') ?? undefined;
const grantedTo = (user, channels) =>
  Object.fromEntries(channels.filter((name) => members[user]?.has(name)).map((name) => [name, ['*']]));
const endpoint = createTokenEndpoint({
  protocol: 'laravel-echo',
  source: { key },
  authenticate(request, { params }) {
    const user = userOf(request);
    const channel = params.get('channel');
    if (channel !== null && !members[user]?.has(channel)) return new Response('{}', { status: 403 });
    return {
      clientId: user,
      capability: { ...PUBLIC, ...(channel !== null && grantedTo(user, [channel])) },
      ...(channel?.startsWith('presence:') && { info: { name: user } }),
    };
  },
  regrant: (channels, request) => grantedTo(userOf(request), channels),
  onError: (error) => errors.push(error),
});
const server = createServer(async (incoming, outgoing) => {
  const { method, headers, url } = incoming;
  const body = method === 'POST' ? Readable.toWeb(incoming) : undefined;
  const response = await endpoint(
    new Request(`http://${headers.host}${url}`, { method, headers, body, duplex: 'half' }),
  );
  outgoing.writeHead(response.status, [...response.headers].flat());
  outgoing.end(await response.text());
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));

/** A client that does not open its connection: it asks for tokens as it does when it connects and attaches. */
function echo(user, token) {
  const { connector } = new Echo({
    broadcaster: 'ably',
    authEndpoint: `http://127.0.0.1:${server.address().port}/broadcasting/auth`,
    auth: { headers: user === undefined ? {} : { 'X-User': user } },
    token,
    autoConnect: false,
    restHost: '127.0.0.1',
    port,
    tls: false,
    log: { level: 0 },
  });
  const { ably, ablyAuth } = connector;
  return {
    /** What it does to connect, and when its token expires. */
    connect: () =>
      new Promise((resolve, reject) => {
        ably.auth.requestToken((error, details) => (error ? reject(error) : resolve(details)));
      }),
    /** What it does before it attaches a channel. */
    ask: (channel) => ablyAuth.authRequestExecuter.request(channel),
    close: () => ably.close(),
  };
}

const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
const channelsOf = (token) => Object.keys(JSON.parse(claimsOf(token)['x-ably-capability']));

/** 201, or Ably's code. */
const publish = (token, channel) =>
  new Promise((resolve) => {
    const rest = new Ably.Rest({ token, restHost: '127.0.0.1', port, tls: false, log: { level: 0 } });
    rest.channels.get(channel).publish('greeting', 'hello', (error) => resolve(error?.code ?? 201));
  });

function laravelEcho({ test }) {
  test('it connects, and its token has the public channels', async () => {
    const { connect } = echo('ada');
    const details = await connect();
    equal([details.clientId, channelsOf(details.token)], ['ada', ['public:*']]);
    equal(
      [await publish(details.token, 'private:room.1'), await publish(details.token, 'public:news')],
      [40160, 40160],
    );
  });
  test('a guest has no client id, and is no null', async () => {
    const { token, clientId } = await echo().connect();
    equal([clientId, 'x-ably-clientId' in claimsOf(token)], [undefined, false]);
  });
  test('channel by channel, and all at once, none is lost', async () => {
    const { connect, ask } = echo('ada');
    await connect();
    await ask('private:room.1');
    const answers = await Promise.all(['private:room.2', 'presence:lobby', 'private:room.3'].map((name) => ask(name)));
    const { token } = answers[2];
    equal(channelsOf(token), ['presence:lobby', 'private:room.1', 'private:room.2', 'private:room.3', 'public:*']);
    equal(
      answers.map(({ info }) => info),
      [undefined, { name: 'ada' }, undefined],
    );
    for (const name of ['private:room.1', 'private:room.2', 'private:room.3'])
      equal([await publish(token, name), claimsOf(token)['x-ably-capability'].includes(`${name}"`)], [201, true]);
    equal(channelsOf((await connect()).token).length, 5, 'also when it renews');
  });
  test('a channel that is not granted is an error of the client', async () => {
    const { ask } = echo('ada');
    const error = await ask('private:room.9').catch((reason) => reason);
    equal([error.statusCode, error.message !== undefined], [403, true]);
    equal(channelsOf((await ask('private:room.1')).token), ['private:room.1', 'public:*']);
  });
  test('an expired token keeps its channels, with a new end', async () => {
    const now = Date.now();
    const { token } = issueJwtSync({
      key,
      clientId: 'ada',
      capability: { ...PUBLIC, 'private:room.1': ['*'] },
      now: now - 5_400_000,
    });
    const renewed = await echo('ada', token).connect();
    equal(channelsOf(renewed.token), ['private:room.1', 'public:*']);
    ok(renewed.expires > now + 3_000_000, 'the token lives for another hour');
  });
  test('a room that a user was put out of, and another user after a login', async () => {
    const client = echo('ada');
    const { token } = await client.ask('private:room.1');
    members.ada.delete('private:room.1');
    equal(channelsOf((await client.ask('private:room.2')).token), ['private:room.2', 'public:*']);
    members.ada.add('private:room.1');
    const bob = await echo('bob', token).connect();
    equal([bob.clientId, channelsOf(bob.token)], ['bob', ['public:*']]);
  });
  test('nothing went wrong at the endpoint', () => equal(errors, []));
  test('the servers end', async () => {
    server.close();
    server.closeAllConnections();
    await running.close();
  });
}

if (!print('Laravel Echo', await runSubjects({ 'Laravel Echo': laravelEcho }, {}))) process.exitCode = 1;
process.exit();
