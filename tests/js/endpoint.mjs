// createTokenEndpoint: what ably-js sends (its auth.ts), what it is answered, and what others may send.
import { equal, ok, refuses, wholeMessage } from './assert.mjs';
import { errorOf, FORM, form, request } from './edge-request.mjs';
import { APP, CANONICAL, CAPABILITY, makerOf } from './endpoint-made.mjs';
import { KEY, openWith } from './tokens.mjs';

/** What ably-js asks for. */
const ABLY_ACCEPT = 'application/json, text/plain';

/** Accept, and what is answered (RFC 9110, 12.5.1). */
const ACCEPTS = [
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  [ABLY_ACCEPT, 'application/json'],
  ['text/plain', 'text/plain'],
  ['application/jwt', 'application/jwt'],
  ['TEXT/PLAIN', 'text/plain'],
  ['text/plain, */*', 'application/json'],
  ['text/plain, */*;q=0.5', 'text/plain'],
  ['application/json;q=0.5, application/jwt', 'application/jwt'],
  ['application/json;q=0.5, text/plain;q=0.4', 'application/json'],
  ['application/jwt;q=0.3, text/plain;q=0.4', 'text/plain'],
  ['text/*', 'text/plain'],
  ['application/*', 'application/json'],
  ['image/png', 'application/json'],
  ['application/json;q=0, */*', 'application/jwt'],
  ['application/jwt; q=1.0 , application/json; q=0.9', 'application/jwt'],
  ['text/plain;q=nonsense', 'text/plain'],
  [`${'a/b,'.repeat(100_000)}text/plain`, 'application/json'],
];

/** Not a GET or POST, and what comes of it. */
const METHODS = [
  ['PUT', 405],
  ['DELETE', 405],
  ['PATCH', 405],
  ['get', 405],
  ['TRACE', 405],
  ['OPTIONS', 204],
];

export default ({ test, library }) => {
  const { AblyAuthError, createTokenEndpoint } = library;
  const make = makerOf(library);

  test('a TokenDetails, and no more', async () => {
    const { endpoint } = make();
    const response = await endpoint(
      request({ url: 'https://edge.example/auth?clientId=ada', headers: { Accept: ABLY_ACCEPT } }),
    );
    equal(response.status, 200);
    const details = JSON.parse(await response.text());
    equal(Object.keys(details).sort(), ['capability', 'clientId', 'expires', 'issued', 'keyName', 'token']);
    equal([details.clientId, details.capability], ['ada', CANONICAL]);
    const { claims } = await openWith(details.token);
    equal([claims['x-ably-clientId'], claims.iat * 1000, claims.exp * 1000], ['ada', details.issued, details.expires]);
    const headers = ['Content-Type', 'Cache-Control', 'Vary', 'X-Content-Type-Options'].map((name) =>
      response.headers.get(name),
    );
    equal(headers, ['application/json', 'no-store', 'Origin, Accept', 'nosniff']);
  });

  for (const [accept, type] of ACCEPTS)
    test(`Accept: ${String(accept).slice(0, 60)}`, async () => {
      const { endpoint } = make();
      const response = await endpoint(request({ headers: accept === undefined ? {} : { Accept: accept } }));
      equal([response.status, response.headers.get('Content-Type')], [200, type]);
      const body = await response.text();
      await openWith(type === 'application/json' ? JSON.parse(body).token : body);
    });

  test('a posted form comes before the query', async () => {
    const { endpoint, seen } = make();
    const asked = form('clientId=ada&room=a%20b', { 'Content-Type': `${FORM}; charset=UTF-8` });
    asked.url += '?clientId=bob&tenant=7';
    equal((await endpoint(asked)).status, 200);
    equal(
      [...seen.asked[0]],
      [
        ['clientId', 'ada'],
        ['room', 'a b'],
        ['clientId', 'bob'],
        ['tenant', '7'],
      ],
    );
  });
  test('a body of another type is left to be read', async () => {
    const { endpoint } = make({
      authenticate: async (asked) => ({
        capability: CAPABILITY,
        clientId: JSON.parse(await new Response(asked.body).text()).user,
      }),
    });
    const response = await endpoint(
      request({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"user":"ada"}' }),
    );
    equal(JSON.parse(await response.text()).clientId, 'ada');
  });
  test('a form without a body', async () =>
    equal((await make().endpoint(request({ method: 'POST', headers: { 'Content-Type': FORM } }))).status, 200));

  for (const [method, status] of METHODS)
    test(`${method} is answered with ${status}`, async () => {
      const { endpoint, seen } = make();
      const response = await endpoint(request({ method }));
      equal(
        [response.status, response.headers.get('Allow'), seen.asked.length],
        [status, 'GET, HEAD, POST, OPTIONS', 0],
      );
      if (status === 405) equal((await errorOf(response)).code, 40500);
    });
  test('HEAD is GET without the body', async () => {
    const issued = [];
    const { endpoint } = make({ onIssue: (issue) => void issued.push(issue) });
    const response = await endpoint(request({ method: 'HEAD' }));
    equal(
      [response.status, response.headers.get('Content-Type'), await response.text()],
      [200, 'application/json', ''],
    );
    // No token was sent.
    equal(issued, []);
  });

  test('authenticate returns whatever await waits for', async () => {
    const grant = { capability: CAPABILITY, clientId: 'ada' };
    const then = (resolve) => resolve(grant);
    // A query builder may be a function.
    for (const result of [grant, Promise.resolve(grant), { then }, Object.assign(() => {}, { then })]) {
      const { endpoint } = make({ authenticate: () => result });
      equal((await endpoint(request())).status, 200);
    }
  });
  test('a Response passes through', async () => {
    const mine = new Response('{"error":{"code":40300}}', {
      status: 403,
      headers: { 'Content-Type': 'application/json', 'X-Mine': '1' },
    });
    const { endpoint } = make({ authenticate: () => mine, cors: { origins: [APP] } });
    const response = await endpoint(request({ headers: { Origin: APP } }));
    const names = ['X-Mine', 'Content-Type', 'Access-Control-Allow-Origin', 'Cache-Control'];
    equal(
      [response.status, ...names.map((name) => response.headers.get(name)), await response.text()],
      [403, '1', 'application/json', APP, 'no-store', '{"error":{"code":40300}}'],
    );
  });
  test('a Response whose body is gone', async () => {
    const mine = new Response('x');
    await mine.text();
    const { endpoint, seen } = make({ authenticate: () => mine });
    equal([(await endpoint(request())).status, seen.errors.length], [500, 1]);
  });

  for (const [name, grant, message] of [
    [
      'undefined',
      undefined,
      'the result of authenticate is undefined; give the options of a token, null, or a Response',
    ],
    ['true', true, 'the result of authenticate is a boolean; give the options of a token, null, or a Response'],
    [
      'no capability',
      { clientId: 'ada' },
      'the result of authenticate has no capability; return a capability for the token',
    ],
    [
      'a null capability',
      { capability: null },
      'the result of authenticate has no capability; return a capability for the token',
    ],
    ['a key', { capability: CAPABILITY, key: 'other.key:secret' }, /^there is no option "key"/],
    ['a mistyped option', { capability: CAPABILITY, ttl: 60 }, /did you mean "ttlSeconds"/],
    ['a mistyped operation', { capability: { chat: ['publsh'] } }, /did you mean "publish"/],
    ['too long a life', { capability: CAPABILITY, ttlSeconds: 90_000 }, /86400/],
    ['an empty client id', { capability: CAPABILITY, clientId: '' }, /clientId/],
    ['half a character', { capability: CAPABILITY, clientId: '\ud83d' }, /half of a surrogate pair/],
  ])
    test(`authenticate gives ${name}`, async () => {
      const { endpoint, seen } = make({ authenticate: () => grant });
      const response = await endpoint(request());
      const { code, message: told } = await errorOf(response);
      equal([response.status, code, told, seen.errors.length], [500, 50000, 'no token could be issued', 1]);
      if (message instanceof RegExp) ok(message.test(wholeMessage(seen.errors[0])), wholeMessage(seen.errors[0]));
      else equal(wholeMessage(seen.errors[0]), message);
    });
  test('authenticate throws', async () => {
    for (const thrown of [
      new Error('the database is at 10.0.0.7'),
      'text',
      undefined,
      new AblyAuthError({ kind: 'forbidden', message: 'x', statusCode: 403 }),
    ]) {
      const { endpoint, seen } = make({
        authenticate: () => {
          throw thrown;
        },
      });
      const response = await endpoint(request());
      equal(
        [response.status, (await errorOf(response)).message, seen.errors],
        [500, 'no token could be issued', [thrown]],
      );
    }
  });
  test('what onError throws is of no concern, and it is waited for', async () => {
    let told = false;
    const onError = async () => {
      await Promise.resolve();
      told = true;
      throw new Error('mine');
    };
    const { endpoint } = make({
      authenticate: () => {
        throw new Error();
      },
      onError,
    });
    equal([(await endpoint(request())).status, told], [500, true]);
  });

  for (const [verdict, status, retry] of [
    [true, 200, null],
    [{ success: true }, 200, null],
    [false, 429, null],
    [{ success: false }, 429, null],
    [12.2, 429, '13'],
    [0, 429, '0'],
    [86_400, 429, '86400'],
    [86_401, 500, null],
    [1e300, 500, null],
    [{ success: 1e300 }, 500, null],
    [Infinity, 500, null],
    [undefined, 500, null],
    [null, 500, null],
    [NaN, 500, null],
    [-1, 500, null],
    ['no', 500, null],
    [{}, 500, null],
  ])
    test(`limit gives ${typeof verdict === 'object' ? JSON.stringify(verdict) : verdict}`, async () => {
      const asked = [];
      const { endpoint } = make({
        limit: async (_, { clientId, params }, ...args) => {
          asked.push([clientId, params.get('x'), ...args]);
          return verdict;
        },
      });
      const response = await endpoint(request({ url: 'https://edge.example/?clientId=ada&x=1' }), 'env');
      equal([response.status, response.headers.get('Retry-After'), asked], [status, retry, [['ada', '1', 'env']]]);
      if (status === 429) equal((await errorOf(response)).code, 42910);
    });
  test('a wait that nobody means', async () => {
    const { endpoint, seen } = make({ limit: () => 1e300 });
    equal((await endpoint(request())).status, 500);
    equal(
      wholeMessage(seen.errors[0]),
      'the result of limit is 1e+300; give true, false, or the seconds to wait, up to 86400',
    );
  });
  test('limit is asked of those who are known only', async () => {
    const { endpoint } = make({
      authenticate: () => null,
      limit: () => {
        throw new Error('asked');
      },
    });
    equal((await endpoint(request())).status, 401);
  });

  test('the key from the arguments', async () => {
    const endpoint = createTokenEndpoint({
      source: async (_, { key }) => ({ key }),
      authenticate: (_, __, { user }) => ({ capability: CAPABILITY, clientId: user }),
    });
    const details = JSON.parse(await (await endpoint(request(), { key: 'other.key:secret', user: 'bob' })).text());
    equal([details.keyName, details.clientId], ['other.key', 'bob']);
  });
  test('an access token finds the key', async () => {
    const app = { accountId: 'a', id: 'xVLyHw', name: 'My app' };
    const key = { appId: 'xVLyHw', id: 'A-pwh7', name: 'Root', key: KEY, status: 0, capability: { '*': ['*'] } };
    const answers = {
      '/v1/me': { account: { id: 'a', name: 'a' }, user: { id: 1, email: 'a@b' } },
      '/v1/accounts/a/apps': [app],
      '/v1/apps/xVLyHw/keys': [key],
    };
    const fetch = async (url) =>
      new Response(JSON.stringify(answers[new URL(url).pathname] ?? []), {
        headers: { 'Content-Type': 'application/json' },
      });
    const { endpoint, seen } = make({
      source: { accessToken: 'made-up', app: 'xVLyHw', endpoint: 'http://127.0.0.1:9', fetch },
    });
    const response = await endpoint(request());
    equal([response.status, seen.errors], [200, []]);
    await openWith(JSON.parse(await response.text()).token);
    const down = make({
      source: {
        accessToken: 'made-up-2',
        app: 'xVLyHw',
        endpoint: 'http://127.0.0.1:9',
        fetch: async () => {
          throw new TypeError('down');
        },
      },
    });
    const refused = await down.endpoint(request());
    equal([refused.status, (await errorOf(refused)).code, down.seen.errors[0].kind], [503, 50003, 'network']);
  });
  for (const [name, options] of [
    ['no key', { source: { key: undefined } }],
    ['a key that is none', { source: { key: 'none' } }],
    ['an unknown option', { origin: [APP] }],
    ['an unknown option of source', { source: { key: KEY, apiKey: 1 } }],
    ['no authenticate', { authenticate: undefined }],
    ['no function for limit', { limit: 5 }],
    ['no function for onError', { onError: null }],
    ['no list of origins', { cors: { origins: APP } }],
    ['an odd max age', { cors: { origins: [], maxAgeSeconds: -1 } }],
    ['odd credentials', { cors: { origins: [], credentials: 'include' } }],
    ['an unknown option of cors', { cors: { origin: APP } }],
  ])
    test(`${name} is found when it is made`, () => {
      const error = refuses(AblyAuthError, () => make(options), {});
      ok(!error.message.includes('made-up-secret'));
    });
};
