// createTokenEndpoint: the earlier token that a client sends along, and the channels of it that are granted again.
import { equal, refuses } from './assert.mjs';
import { form, request } from './edge-request.mjs';
import { makerOf } from './endpoint-made.mjs';
import { forgeClaims, KEY, openWith } from './tokens.mjs';

const HOUR = 3600;
const OLD_KEY = 'xVLyHw.B-pwh7:older-secret';

/** An earlier token of ada with two rooms. */
const earlier = (change = {}, key = KEY) => {
  const now = Math.floor(Date.now() / 1000);
  const { age = 60, ...claims } = change;
  return forgeClaims(
    {
      iat: now - age,
      exp: now - age + HOUR,
      'x-ably-clientId': 'ada',
      'x-ably-capability': '{"room:1":["publish"],"room:2":["*"]}',
      ...claims,
    },
    key,
  );
};

/** What is sent as the earlier token, and the channels that regrant is asked about; undefined: it is not asked. */
const SENT = [
  ['a token in force', () => earlier(), ['room:1', 'room:2']],
  ['a token that has just expired', () => earlier({ age: HOUR + 5 }), ['room:1', 'room:2']],
  ['a token that expired nearly an hour ago', () => earlier({ age: 2 * HOUR - 60 }), ['room:1', 'room:2']],
  ['a token that expired over an hour ago', () => earlier({ age: 2 * HOUR + 60 }), undefined],
  ['a token of another client', () => earlier({ 'x-ably-clientId': 'bob' }), undefined],
  ['a token of no client', () => earlier({ 'x-ably-clientId': undefined }), undefined],
  ['a token of every client', () => earlier({ 'x-ably-clientId': '*' }), undefined],
  ['a token of another key', () => earlier({}, 'xVLyHw.A-pwh7:other-secret'), undefined],
  ['a token of an unknown key', () => earlier({}, 'other.key:secret'), undefined],
  ['a token of the key that no longer signs', () => earlier({}, OLD_KEY), ['room:1', 'room:2']],
  ['a token from the future', () => earlier({ age: -HOUR }), undefined],
  ['a token without a capability', () => earlier({ 'x-ably-capability': undefined }), undefined],
  ['a token with a broken capability', () => earlier({ 'x-ably-capability': '[]' }), undefined],
  ['a token with what is granted anyway', () => earlier({ 'x-ably-capability': '{"room:3":["*"]}' }), undefined],
  [
    'a token with an odd name',
    () => earlier({ 'x-ably-capability': '{"__proto__":["*"],"é":["*"]}' }),
    ['__proto__', 'é'],
  ],
  ['an expired token that was signed otherwise', () => earlier({ age: HOUR + 5 }, 'xVLyHw.A-pwh7:other'), undefined],
  ['an Ably token', async () => 'xVLyHw.opaque', undefined],
  ['no token at all', async () => 'session 42', undefined],
  ['half a megabyte', async () => `${'a.'.repeat(30_000)}a`, undefined],
];

export default ({ test, library }) => {
  const { AblyAuthError } = library;
  const make = makerOf(library);

  /** An endpoint that grants room:3, and what its hooks are asked. */
  function world(options = {}) {
    const seen = [];
    const made = make({
      source: { keys: [KEY, OLD_KEY] },
      authenticate: (_, { params, previous }) => {
        seen.push({ channel: params.get('channel'), previous });
        return { capability: { 'room:3': ['publish'] }, clientId: 'ada' };
      },
      regrant: (channels, ...more) => {
        seen.push({ channels, more });
        return { [channels[0]]: ['subscribe'] };
      },
      ...options,
    });
    const ask = async (token, ...args) => {
      const response = await made.endpoint(form(String(new URLSearchParams({ channel: 'room:3', token }))), ...args);
      const text = await response.text();
      return { status: response.status, body: JSON.parse(text), errors: made.seen.errors };
    };
    return { ...made, hooks: seen, ask };
  }

  for (const [name, sent, channels] of SENT)
    test(name, async () => {
      const { ask, hooks } = world();
      const { status, body, errors } = await ask(await sent(), 'env');
      equal([status, errors, hooks[0].channel], [200, [], 'room:3']);
      const { claims } = await openWith(body.token);
      equal(
        [claims['x-ably-clientId'], claims.exp - claims.iat, Math.abs(claims.iat * 1000 - Date.now()) < 60_000],
        ['ada', HOUR, true],
      );
      const capability = JSON.parse(claims['x-ably-capability']);
      if (channels === undefined) {
        equal([hooks.length, capability], [1, { 'room:3': ['publish'] }]);
        return;
      }
      const [, asked] = hooks;
      equal([hooks.length, asked.channels, asked.more[0].method, asked.more[1]], [2, channels, 'POST', 'env']);
      // Only what regrant gives, however much the earlier token had.
      equal(capability, JSON.parse(`{"room:3":["publish"],${JSON.stringify(channels[0])}:["subscribe"]}`));
    });

  test('authenticate is given the verified token, in force or expired', async () => {
    for (const age of [60, HOUR + 5]) {
      const { ask, hooks } = world();
      await ask(await earlier({ age, 'x-ably-clientId': 'bob' }));
      const { previous } = hooks[0];
      equal([previous.clientId, previous.keyName, previous.narrowed], ['bob', 'xVLyHw.A-pwh7', false]);
      equal(previous.expires < Date.now(), age > HOUR);
    }
  });
  test('without regrant nothing is kept, and without a token nothing is asked', async () => {
    const { ask, hooks, endpoint } = world({ regrant: undefined });
    equal((await ask(await earlier())).body.capability, '{"room:3":["publish"]}');
    equal((await endpoint(request())).status, 200);
    equal([hooks[0].previous.clientId, hooks[1].previous], ['ada', undefined]);
  });
  test('an unidentified client keeps the channels of an unidentified one', async () => {
    const { ask, hooks } = world({ authenticate: () => ({ capability: { a: ['publish'] } }) });
    await ask(await earlier({ 'x-ably-clientId': undefined }));
    equal(hooks[0].channels, ['room:1', 'room:2']);
  });
  for (const [name, again, capability] of [
    ['nothing', undefined, '{"room:3":["publish"]}'],
    ['null', null, '{"room:3":["publish"]}'],
    ['no channel', {}, '{"room:3":["publish"]}'],
    ['text', '{"room:1": ["presence"]}', '{"room:1":["presence"],"room:3":["publish"]}'],
    ['a pattern', { 'room:*': ['subscribe'] }, '{"room:*":["subscribe"],"room:3":["publish"]}'],
    ['more for the channel that is granted', { 'room:3': ['publish', 'history'] }, '{"room:3":["history","publish"]}'],
    ['all for the channel that is granted', { 'room:3': ['*'] }, '{"room:3":["*"]}'],
  ])
    test(`regrant gives ${name}`, async () => {
      const { ask } = world({ regrant: async () => again });
      const { status, body, errors } = await ask(await earlier());
      equal([status, errors, body.capability], [200, [], capability]);
    });
  test('a client that was removed from its only channel gets no token, and is told to stop', async () => {
    for (const again of [{}, undefined, '{ }']) {
      const { ask } = world({ authenticate: () => ({ capability: {}, clientId: 'ada' }), regrant: async () => again });
      const { status, body, errors } = await ask(await earlier());
      equal([status, body.error.code, errors], [403, 40300, []]);
    }
  });
  test('what regrant gives is enough', async () => {
    const { ask } = world({
      authenticate: () => ({ capability: {}, clientId: 'ada' }),
      regrant: () => ({ 'room:1': ['subscribe'] }),
    });
    equal((await ask(await earlier())).body.capability, '{"room:1":["subscribe"]}');
  });
  test('regrant gives a Response, or what is no capability, or throws', async () => {
    const { endpoint } = world({ regrant: () => new Response('wait', { status: 429 }) });
    const sent = form(String(new URLSearchParams({ token: await earlier() })));
    equal((await endpoint(sent)).status, 429);
    for (const [regrant, path] of [
      [() => 5, 'the result of regrant'],
      [() => ({ 'room:1': ['publsh'] }), 'capability["room:1"][0]'],
      [
        () => {
          throw new AblyAuthError({ kind: 'usage', message: 'mine', path: 'mine' });
        },
        'mine',
      ],
    ]) {
      const { status, errors } = await world({ regrant }).ask(await earlier());
      equal([status, errors.length, errors[0].path], [500, 1, path]);
    }
  });
  test('a client that is refused or limited is not asked about', async () => {
    for (const options of [{ authenticate: () => null }, { limit: () => false }]) {
      const { ask, hooks } = world(options);
      await ask(await earlier());
      equal(
        hooks.filter(({ channels }) => channels),
        [],
      );
    }
  });
  test('the source is asked for once, and first', async () => {
    const order = [];
    const { ask } = world({
      source: (_, env) => {
        order.push(env);
        return { key: KEY };
      },
      authenticate: (_, { previous }) => {
        order.push(previous.clientId);
        return { capability: { a: ['publish'] }, clientId: 'ada' };
      },
    });
    await ask(await earlier(), 'env');
    equal(order, ['env', 'ada']);
  });
  test('a source that answers', async () => {
    const { endpoint } = world({ source: () => new Response('', { status: 418 }) });
    equal((await endpoint(form(String(new URLSearchParams({ token: await earlier() }))))).status, 418);
  });
  test('previousGraceSeconds', async () => {
    for (const [previousGraceSeconds, age, kept] of [
      [0, HOUR + 5, false],
      [10_000, HOUR + 9000, true],
      [86_400, 2 * HOUR, true],
    ]) {
      const { ask, hooks } = world({ previousGraceSeconds });
      await ask(await earlier({ age }));
      equal(hooks.length === 2, kept, `${previousGraceSeconds}, ${age}`);
    }
  });
  for (const [name, options, path] of [
    ['a negative grace', { previousGraceSeconds: -1 }, 'previousGraceSeconds'],
    ['too long a grace', { previousGraceSeconds: 86_401 }, 'previousGraceSeconds'],
    ['regrant that is no function', { regrant: {} }, 'regrant'],
    ['regrant with an access token', { regrant: () => {}, source: { accessToken: 'made-up', app: 'a' } }, 'regrant'],
  ])
    test(name, () => refuses(AblyAuthError, () => make(options), { path }));
};
