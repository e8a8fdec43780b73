// createTokenEndpoint with the protocol of Laravel Echo, and the faults of its PHP counterpart that it does not have.
import { equal, ok, refuses, wholeMessage } from './assert.mjs';
import { errorOf, form, request } from './edge-request.mjs';
import { makerOf } from './endpoint-made.mjs';
import { rooms } from './endpoint-large.mjs';
import { forgeClaims, openWith } from './tokens.mjs';

const HOUR = 3600;

/** A request as @ably/laravel-echo 1.0.6 sends it (src/channel/ably/auth.ts). */
const echo = (channel, token = null, headers = {}) =>
  request({
    method: 'POST',
    url: 'https://app.example.com/broadcasting/auth',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ channel_name: channel, token }),
  });

/** What the PHP broadcaster gives every client. */
const PUBLIC = { 'public:*': ['subscribe', 'history', 'channel-metadata'] };

export default ({ test, library }) => {
  const { AblyAuthError } = library;
  const make = makerOf(library);

  /** Rooms of users, as the callbacks of channels.php decide about them. */
  function world(options = {}) {
    const members = {
      ada: new Set(['private:room.1', 'private:room.2', 'presence:lobby']),
      bob: new Set(['private:room.2']),
    };
    const session = { user: 'ada' };
    const granted = (channels) =>
      Object.fromEntries(channels.filter((name) => members[session.user]?.has(name)).map((name) => [name, ['*']]));
    const made = make({
      protocol: 'laravel-echo',
      authenticate(_, { params }) {
        const channel = params.get('channel');
        if (channel !== null && !members[session.user]?.has(channel)) return new Response(null, { status: 403 });
        return {
          clientId: session.user,
          capability: { ...PUBLIC, ...(channel !== null && granted([channel])) },
          ...(channel?.startsWith('presence:') && { info: { name: 'Ada', mood: '☀' } }),
        };
      },
      regrant: granted,
      ...options,
    });
    const ask = async (channel, token) => {
      const response = await made.endpoint(echo(channel, token));
      const text = await response.text();
      if (response.status !== 200) return { status: response.status };
      const { token: found, ...more } = JSON.parse(text);
      const { claims, payload } = await openWith(found);
      return {
        status: 200,
        token: found,
        more,
        claims,
        payload,
        channels: Object.keys(JSON.parse(claims['x-ably-capability'])),
      };
    };
    return { ...made, members, session, ask };
  }
  const KEPT = ['private:room.1', 'private:room.2', 'public:*'];

  test('the first connection, and two channels', async () => {
    const { ask } = world();
    const first = await ask(null);
    equal([first.more, first.channels, first.claims['x-ably-clientId']], [{}, ['public:*'], 'ada']);
    const second = await ask('private:room.1', first.token);
    equal(second.channels, ['private:room.1', 'public:*']);
    const third = await ask('private:room.2', second.token);
    equal([third.more, third.channels], [{}, KEPT]);
    // The client looks for this text before it attaches.
    ok(third.claims['x-ably-capability'].includes('private:room.1"'));
  });
  test('a presence channel has its info', async () => {
    const { more, channels } = await world().ask('presence:lobby');
    equal([more, channels], [{ info: { name: 'Ada', mood: '☀' } }, ['presence:lobby', 'public:*']]);
  });
  test('a channel that is not granted', async () => equal((await world().ask('private:room.3')).status, 403));

  // Where a renewed token of the PHP broadcaster has the public channels only.
  test('fault 1: an expired token loses its channels', async () => {
    const { ask } = world();
    const now = Math.floor(Date.now() / 1000);
    const token = await forgeClaims({
      iat: now - 2 * HOUR,
      exp: now - HOUR / 2,
      'x-ably-clientId': 'ada',
      'x-ably-capability': '{"private:room.1":["*"],"private:room.2":["*"],"public:*":["subscribe"]}',
    });
    equal((await ask(null, token)).channels, KEPT);
  });
  // It takes iat and exp over, so that a token renewed shortly before its end has nearly ended again.
  test('fault 2: a renewed token keeps its end', async () => {
    const { ask } = world();
    const now = Math.floor(Date.now() / 1000);
    const token = await forgeClaims({
      iat: now - HOUR + 30,
      exp: now + 30,
      'x-ably-clientId': 'ada',
      'x-ably-capability': '{"private:room.1":["*"]}',
    });
    const { claims, channels } = await ask(null, token);
    equal([channels, claims.exp - claims.iat], [['private:room.1', 'public:*'], HOUR]);
    ok(claims.exp > now + HOUR - 60, 'a new end');
  });
  test('fault 3: rights of the earlier token are not checked again', async () => {
    const { ask, members } = world();
    const { token } = await ask('private:room.1');
    members.ada.delete('private:room.1');
    equal((await ask('private:room.2', token)).channels, ['private:room.2', 'public:*']);
  });
  test('fault 4: rights of one user pass to the next who logs in', async () => {
    const { ask, session } = world({ regrant: () => ({ 'private:room.1': ['*'] }) });
    const { token } = await ask('private:room.1');
    session.user = 'bob';
    const { channels, claims } = await ask('private:room.2', token);
    equal([channels, claims['x-ably-clientId']], [['private:room.2', 'public:*'], 'bob']);
  });
  // The client reads the claims of any text, and fails in its own code.
  test('fault 5: an answer without a token, and a client id of null', async () => {
    for (const clientId of [null, undefined]) {
      const { ask } = world({ authenticate: () => ({ capability: PUBLIC, clientId }) });
      const { token, payload } = await ask(null);
      ok(token.split('.').length === 3 && !payload.includes('clientId'), payload);
    }
    for (const authenticate of [() => null, () => undefined, () => new Response('no', { status: 403 })]) {
      const { endpoint } = world({ authenticate });
      ok((await endpoint(echo(null))).status >= 400, 'an error, and not 200 without a token');
    }
  });
  test('a token that would be too long is refused, because the client can read a JWT only', async () => {
    for (const large of ['token-request', 'ably-token', 'refuse']) {
      const { endpoint, seen } = world({ large, authenticate: () => ({ capability: rooms(200) }) });
      const response = await endpoint(echo('private:room.1'));
      equal([response.status, (await errorOf(response)).code, seen.errors.length], [403, 40300, 1]);
      ok(/grant patterns such as "chat:\*"/.test(wholeMessage(seen.errors[0])));
    }
  });

  for (const [name, body, status] of [
    ['no JSON', '{', 400],
    ['an array', '[]', 400],
    ['null', 'null', 400],
    ['a channel that is a number', '{"channel_name":1}', 400],
    ['a token that is an object', '{"channel_name":null,"token":{}}', 400],
    ['nothing in it', '{}', 200],
    ['socket_id, as Laravel adds it', '{"channel_name":"private:room.1","token":null,"socket_id":"1.2"}', 200],
    ['over 64 KiB', JSON.stringify({ channel_name: 'x'.repeat(70_000) }), 413],
  ])
    test(`a request with ${name}`, async () => {
      const asked = [];
      const { endpoint } = world({
        authenticate: (_, { params }) => {
          asked.push([...params]);
          return { capability: PUBLIC };
        },
      });
      const headers = { 'Content-Type': 'application/json; charset=utf-8' };
      const response = await endpoint(
        request({ method: 'POST', url: 'https://a.example/auth?tenant=7', headers, body }),
      );
      equal([response.status, asked.length], [status, status === 200 ? 1 : 0]);
      if (status === 400) equal((await errorOf(response)).code, 40001);
      if (name.startsWith('socket_id'))
        equal(asked[0], [
          ['channel', 'private:room.1'],
          ['socket_id', '1.2'],
          ['tenant', '7'],
        ]);
    });
  test('what is asked as ably-js asks is answered so', async () => {
    const { endpoint } = world();
    const response = await endpoint(form('channel=private:room.1'));
    const details = JSON.parse(await response.text());
    equal([response.status, Object.keys(details).length, details.clientId], [200, 6, 'ada']);
  });
  test('without the protocol the body is left alone, and info is no option', async () => {
    const { endpoint, seen } = world({
      protocol: undefined,
      authenticate: async (asked) => ({
        capability: PUBLIC,
        clientId: JSON.parse(await new Response(asked.body).text()).channel_name,
      }),
    });
    equal(JSON.parse(await (await endpoint(echo('private:room.1'))).text()).clientId, 'private:room.1');
    const other = world({ protocol: undefined, authenticate: () => ({ capability: PUBLIC, info: {} }) });
    equal([(await other.endpoint(request())).status, other.seen.errors[0].path, seen.errors], [500, 'info', []]);
  });
  test('info that is not JSON', async () => {
    const info = {};
    info.self = info;
    const { endpoint, seen } = world({ authenticate: () => ({ capability: PUBLIC, info }) });
    equal([(await endpoint(echo(null))).status, seen.errors[0].path], [500, 'info']);
  });
  test('onIssue hears of it', async () => {
    const heard = [];
    const { ask } = world({ onIssue: ({ form: kind, clientId }) => heard.push([kind, clientId]) });
    await ask(null);
    equal(heard, [['jwt', 'ada']]);
  });
  test('an unknown protocol', () =>
    refuses(AblyAuthError, () => make({ protocol: 'pusher' }), {
      path: 'protocol',
      message: 'protocol is "pusher"; give "laravel-echo", or leave it out',
    }));
};
