// What the callbacks of createTokenEndpoint give and throw, to hold it against endpoint-reference.mjs: each group of
// requests is asked of an endpoint with other callbacks.
import { APP } from './endpoint-made.mjs';
import { forgeClaims } from './tokens.mjs';

/** Always of one second, so that two tokens of one grant are the same. */
const NOW = 1_700_000_000_000;
const CAPABILITY = { 'chat:*': ['publish'] };
const OWN = 'https://edge.example';
const ECHO = 'application/json';

const grantOf = (_, { params }) => ({ capability: CAPABILITY, clientId: params.get('clientId'), now: NOW });
const unread = () => ({ capability: CAPABILITY, clientId: 'ada', now: NOW });

const thrower = (make) => () => {
  throw make();
};

/** What callbacks return as a Response; each call makes another, because a body can be read once. */
const RESPONSES = {
  plain: () => new Response('no', { status: 403 }),
  'with headers': () =>
    new Response('{}', { status: 200, headers: { 'Content-Type': ECHO, 'X-Mine': '1', 'Cache-Control': 'private' } }),
  'with Vary': () => new Response('', { headers: { Vary: 'Cookie, origin' } }),
  'with CORS of its own': () =>
    new Response('', { headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'X-Mine' } }),
  'with cookies': () =>
    new Response('', {
      headers: [
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2; Path=/'],
      ],
    }),
  'with a status text': () => new Response('no', { status: 418, statusText: 'Teapot' }),
  'without a body': () => new Response(null, { status: 204 }),
  'not modified': () => new Response(null, { status: 304, headers: { ETag: '"a"' } }),
  'a redirection': () => Response.redirect('https://login.example/', 303),
  'an error': () => Response.error(),
  'a stream': () => new Response(new Blob(['a stream']).stream()),
  bytes: () => new Response(new Uint8Array([0, 255, 10])),
  JSON: () => Response.json({ ok: true }),
  'one already read': () => {
    const response = new Response('x');
    void response.text();
    return response;
  },
  'of a polyfill': () => ({
    status: 403,
    statusText: 'Forbidden',
    headers: new Map([['x-mine', '1']]),
    text: async () => 'of a polyfill',
  }),
  'of a polyfill, empty': () => ({
    status: 401,
    statusText: '',
    headers: new Headers({ 'X-Mine': '1' }),
    text: async () => '',
  }),
  'of a polyfill, with a wrong header': () => ({
    status: 401,
    headers: new Map([['x mine', '1']]),
    text: async () => '',
  }),
  'with a status that there is not': () => ({ status: 999, headers: new Headers(), text: async () => '' }),
  'of a subclass': () => new (class extends Response {})('sub', { status: 402 }),
};

const NO_GRANTS = {
  null: null,
  undefined: undefined,
  true: true,
  'a text': 'text',
  'without a capability': { clientId: 'ada' },
  'with a null capability': { capability: null },
  'with a key': { capability: CAPABILITY, key: 'other.key:secret' },
  'with a mistyped option': { capability: CAPABILITY, ttl: 60 },
  'with a mistyped operation': { capability: { chat: ['publsh'] } },
  'with too long a life': { capability: CAPABILITY, ttlSeconds: 90_000 },
  'with an empty client id': { capability: CAPABILITY, clientId: '' },
  'with half a character': { capability: CAPABILITY, clientId: '\ud83d' },
  'with a client id that is a number': { capability: CAPABILITY, clientId: 5 },
  'with info': { capability: CAPABILITY, info: 1 },
};
const FULL = {
  capability: '{"news":["subscribe"],"chat:*":["publish","subscribe"]}',
  clientId: 'zo\u00eb "\u2028\\\u0000\u007f',
  ttlSeconds: 60,
  revocationKey: 'group',
  revocable: true,
  channelClaims: { 'chat:*': 'moderator' },
  roomClaims: { lobby: 'admin' },
  publishRateLimits: { 'chat:*': 5 },
  clientType: 'server',
  jwtId: 'id-1',
  claims: { team: ['red', '\u00e9'] },
  keyCapability: { '[*]*': ['*'] },
  now: NOW,
};
const GRANTS = {
  'with everything': FULL,
  'with everything, at a Date': { ...FULL, now: new Date(NOW) },
  'with nothing but a capability': { capability: '{"*":["*"]}', now: NOW },
  'with null and undefined': { capability: CAPABILITY, clientId: null, ttlSeconds: undefined, now: NOW },
  'that inherits': Object.create({ capability: CAPABILITY, clientId: 'ada', now: NOW }),
  'with a wildcard client': { capability: CAPABILITY, clientId: '*', now: NOW },
  'that is not canonical': {
    capability: '{ "b": ["subscribe", "publish"], "a": ["*"] }',
    clientId: '</script>',
    now: NOW,
  },
  ...NO_GRANTS,
};

const many = (count) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`chat:room:${index}-1111-4222-8333-4444`, ['*']]));

const FAILURES = [new Error('mine'), 'text', undefined, null, 42, { status: 403 }, { getResponse: () => 'no' }];
const SIGNAL = Object.assign(new Error('NEXT_REDIRECT'), { digest: 'NEXT_REDIRECT;replace;/login;307;' });

const CALLBACKS = ['authenticate', 'limit', 'source', 'regrant'];
/** Options in which `name` is this callback, and the others let everything through. */
const withCallback = (name, callback) => ({
  authenticate: unread,
  cors: { origins: [APP] },
  [name]: callback,
});
let signed;
/** A token that is in force; the same one each time, because it is shown to two endpoints. */
function earlier() {
  const iat = Math.floor(Date.now() / 1000) - 60;
  const capability = '{"room:1":["publish"],"chat:*":["history"]}';
  signed ??= forgeClaims({ iat, exp: iat + 86_400, 'x-ably-clientId': 'ada', 'x-ably-capability': capability });
  return signed;
}
const renewing = async () => `${OWN}/auth?clientId=ada&token=${await earlier()}`;

const few = { method: ['GET', 'HEAD', 'POST'], named: [{ Origin: APP }, {}], headers: [{}, { Accept: 'text/plain' }] };

/** Nobody but the first is banned, nor any channel but news. */
const bansOf = ({ createAccess }) => {
  const kept = new Map();
  const store = {
    get: async (ids) => ids.map((id) => kept.get(id)),
    put: async (items) => {
      for (const { id, entries } of items) kept.set(id, [...(kept.get(id) ?? []), ...entries]);
    },
    list: async (prefix) => [...kept].filter(([id]) => id.startsWith(prefix)).map(([id, entries]) => ({ id, entries })),
  };
  return createAccess({ source: { key: 'xVLyHw.A-pwh7:made-up-secret' }, store });
};

export const CALLBACK_CASES = {
  ...Object.fromEntries(
    Object.entries(GRANTS).map(([name, grant]) => [
      `a grant ${name}`,
      { options: withCallback('authenticate', async () => grant), requests: few },
    ]),
  ),
  ...Object.fromEntries(
    CALLBACKS.flatMap((name) =>
      Object.entries(RESPONSES).map(([kind, make]) => [
        `${name} gives a Response: ${kind}`,
        {
          options: withCallback(name, kind.length % 2 ? make : async () => make()),
          requests: { ...few, method: [...few.method, 'OPTIONS'], url: [renewing] },
        },
      ]),
    ),
  ),
  ...Object.fromEntries(
    Object.entries(RESPONSES).map(([kind, make]) => [
      `a Response is thrown: ${kind}`,
      {
        options: withCallback('limit', thrower(kind.length % 2 ? make : () => ({ getResponse: make }))),
        requests: few,
      },
    ]),
  ),
  ...Object.fromEntries(
    ['authenticate', 'limit', 'source', 'regrant', 'onIssue'].flatMap((name) =>
      [...FAILURES, SIGNAL].map((thrown, index) => [
        `${name} throws failure ${index}`,
        {
          options: withCallback(
            name,
            thrower(() => thrown),
          ),
          thrown: [thrown],
          requests: { ...few, url: [renewing] },
        },
      ]),
    ),
  ),
  ...Object.fromEntries(
    FAILURES.map((thrown, index) => [
      `origins throws failure ${index}`,
      {
        options: { authenticate: unread, cors: { origins: thrower(() => thrown) } },
        thrown: [thrown],
        requests: { ...few, method: ['GET', 'OPTIONS', 'PUT'] },
      },
    ]),
  ),
  ...Object.fromEntries(
    [true, { success: true }, false, { success: false }, 12.2, 0, 86_401, NaN, null, undefined, 'no', {}].map(
      (verdict, index) => [
        `limit gives verdict ${index}`,
        { options: withCallback('limit', index % 2 ? () => verdict : async () => verdict), requests: few },
      ],
    ),
  ),
  ...Object.fromEntries(
    ['token-request', 'ably-token', 'refuse'].flatMap((large) =>
      [85, 250, 6000].map((count) => [
        `large: ${large}, ${count} channels`,
        {
          options: {
            authenticate: (_, { params }) => ({
              capability: many(count),
              clientId: 'ada',
              now: NOW,
              ...(params.has('team') && { claims: { team: 1 }, jwtId: 'a' }),
            }),
            onIssue: () => {},
            large,
            source: { key: 'xVLyHw.A-pwh7:made-up-secret', endpoint: 'http://127.0.0.1:9', fetch: grantingFetch },
          },
          // The largest take a while.
          requests: count > 1000 ? { headers: few.headers } : { ...few, url: [`${OWN}/auth`, `${OWN}/auth?team`] },
        },
      ]),
    ),
  ),
  'earlier tokens': {
    options: {
      authenticate: grantOf,
      regrant: (channels) => Object.fromEntries(channels.map((name) => [name, ['subscribe', 'history']])),
      source: { keys: ['xVLyHw.A-pwh7:made-up-secret', 'xVLyHw.B-pwh7:older'] },
    },
    requests: {
      ...few,
      url: [
        renewing,
        async () => (await renewing()).replace('token', 'toke%6e'),
        async () => (await renewing()).replace('ada', 'bob'),
        async () => `${await renewing()}x`,
        async () => `${await renewing()}#x`,
        `${OWN}/auth?token=xVLyHw.opaque`,
      ],
    },
  },
  'a key from the arguments': {
    options: {
      authenticate: grantOf,
      source: (_, env) => (env === undefined ? new Response('no env') : { key: 'other.key:secret' }),
      onIssue: async () => {},
    },
    requests: few,
  },
  'an access token, and no network': {
    options: {
      authenticate: unread,
      source: {
        accessToken: 'made-up',
        app: 'xVLyHw',
        endpoint: 'http://127.0.0.1:9',
        fetch: async () => {
          throw new TypeError('down');
        },
      },
    },
    requests: few,
  },
  'an access token that finds the key': {
    options: {
      protocol: 'laravel-echo',
      authenticate: (_, { params }) => ({ ...FULL, ...(params.has('channel') && { info: 'here' }) }),
      source: { accessToken: 'made-up', app: 'xVLyHw', endpoint: 'http://127.0.0.1:9', fetch: controlFetch },
    },
    requests: {
      ...few,
      headers: [{}, { Accept: 'text/plain' }, { 'Content-Type': ECHO }],
      url: [`${OWN}/auth`, `${OWN}/auth?channel=a`],
      body: ['{"channel_name":"a"}'],
    },
  },
  'Laravel Echo': {
    options: {
      protocol: 'laravel-echo',
      authenticate: (_, { params }) => ({
        capability: many(params.get('channel') === 'large' ? 300 : 1),
        clientId: params.get('user'),
        info: params.get('channel') && { id: 1, name: 'zo\u00eb' },
        now: NOW,
      }),
      onIssue: () => {},
    },
    requests: {
      method: ['POST', 'GET'],
      url: [`${OWN}/auth`, `${OWN}/auth?channel=query&user=ada`],
      headers: [{ 'Content-Type': ECHO }, { 'Content-Type': `${ECHO}; charset=utf-8`, Accept: 'text/plain' }, {}],
      body: [
        '{"channel_name":null,"token":null}',
        '{"channel_name":"private:a","token":null,"user":"bob","n":1,"o":{}}',
        '{"channel_name":"large"}',
        '{"channel_name":5}',
        '[]',
        'no JSON',
        async () => JSON.stringify({ channel_name: 'a', token: await earlier() }),
      ],
    },
  },
  ...Object.fromEntries(
    ['an access', 'an access from a function'].map((name) => [
      name,
      {
        options: {
          access: async (library) => {
            const access = await bannedAccess(library);
            return name === 'an access' ? access : async () => access;
          },
          authenticate: (_, { params }) => ({
            capability: params.has('news') ? { news: ['publish'] } : { news: ['publish'], 'chat:*': ['publish'] },
            clientId: params.get('clientId'),
            now: NOW,
          }),
        },
        requests: {
          ...few,
          url: [`${OWN}/?clientId=mallory`, `${OWN}/?clientId=ada`, `${OWN}/`, `${OWN}/?clientId=ada&news`],
        },
      },
    ]),
  ),
};

async function grantingFetch() {
  const details = { token: 'xVLyHw.opaque', keyName: 'xVLyHw.A-pwh7', issued: NOW, expires: NOW + 3_600_000 };
  return Response.json({ ...details, capability: '{"a":["*"]}', clientId: 'ada' });
}

/** The Control API of an account with one key. */
async function controlFetch(url) {
  const key = { appId: 'xVLyHw', id: 'A-pwh7', name: 'Root', key: 'xVLyHw.A-pwh7:made-up-secret', status: 0 };
  const answers = {
    '/v1/me': { account: { id: 'a', name: 'a' }, user: { id: 1, email: 'a@b' } },
    '/v1/accounts/a/apps': [{ accountId: 'a', id: 'xVLyHw', name: 'My app' }],
    '/v1/apps/xVLyHw/keys': [{ ...key, capability: { '[*]*': ['*'] } }],
  };
  return Response.json(answers[new URL(url).pathname]);
}

async function bannedAccess(library) {
  const access = bansOf(library);
  await access.ban({ clientId: 'mallory', forSeconds: 3600 });
  await access.ban({ channel: 'news', forSeconds: 3600 });
  return access;
}
