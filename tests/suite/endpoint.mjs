// createTokenEndpoint: what ably-js sends (its auth.ts), what it is answered, and what others may send.
import { equal, ok, refuses, rejects, wholeMessage } from './assert.mjs';
import { errorOf, FORM, form, request } from './edge-request.mjs';
import { KEY, openWith } from './tokens.mjs';

const CAPABILITY = { 'chat:*': ['publish'] };
const CANONICAL = '{"chat:*":["publish"]}';
const APP = 'https://app.example.com';
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

const ORIGINS = [APP, 'capacitor://localhost', 'http://localhost:5173'];
/** Origin, and whether a page of it may ask. */
const ASKERS = [
  ...ORIGINS.map((origin) => [origin, true]),
  ...[
    'https://app.example.com:8443',
    'http://app.example.com',
    'https://app.example.com.evil.example',
    'https://evil.example',
    'null',
    'https://APP.example.com',
    `${APP}/`,
    '',
    '*',
    'https://аpp.example.com',
    'https://app.example.com,https://evil.example',
  ].map((origin) => [origin, false]),
];

/** What is no origin as a browser writes it, and what is said of it. */
const NO_ORIGINS = [
  ['https://app.example.com/', 'did you mean "https://app.example.com"?'],
  ['https://app.example.com/auth', 'did you mean "https://app.example.com"?'],
  ['HTTPS://App.example.com', 'did you mean "https://app.example.com"?'],
  ['https://app.example.com:443', 'did you mean "https://app.example.com"?'],
  ['app.example.com', 'give one such as "https://app.example.com"'],
  ['null', 'give one such as "https://app.example.com"'],
  ['', 'give one such as "https://app.example.com"'],
];

const decides = (origin) => /^https:\/\/[a-z0-9-]+\.example\.com$/.test(origin);
const DECIDES = `give a function in place of the list, such as ${decides}`;
/** What is no list of origins, and what is said of it; with credentials, since that is how it is met. */
const NO_LISTS = [
  [['*'], 'cors.origins[0]', '"*" in a list', 'give origins: "*" for any origin'],
  [[APP, 'https://*.vercel.app'], 'cors.origins[1]', 'a pattern', DECIDES],
  [[/\.example\.com$/], 'cors.origins[0]', 'a pattern', DECIDES],
  ['https://*.vercel.app', 'cors.origins', 'a pattern', DECIDES],
  [/\.example\.com$/, 'cors.origins', 'a pattern', DECIDES],
  [APP, 'cors.origins', 'a string', 'give a list of origins, "*", or a function'],
];

/** Client ids that a header, a form or a JSON text could stumble on; each is in the token to the letter. */
const CLIENT_IDS = [
  'ada\r\nSet-Cookie: session=evil',
  'a\0b',
  '"},"token":"x',
  'аda',
  'ada\u200b',
  'ａｄａ',
  '\u202eada',
  '😀',
  '../../etc',
  '%0d%0a',
  'ada&clientId=bob',
  '*',
];

export default ({ test, library }) => {
  const { AblyAuthError, createTokenEndpoint } = library;
  const make = (options = {}) => {
    const seen = { asked: [], errors: [] };
    const endpoint = createTokenEndpoint({
      source: { key: KEY },
      authenticate(_asked, { params }) {
        seen.asked.push(params);
        return { capability: CAPABILITY, clientId: params.get('clientId') };
      },
      onError: (error) => seen.errors.push(error),
      ...options,
    });
    return { endpoint, seen };
  };
  const withCors = (options) => make({ cors: { origins: ORIGINS, ...options } });

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
    const response = await make().endpoint(request({ method: 'HEAD' }));
    equal(
      [response.status, response.headers.get('Content-Type'), await response.text()],
      [200, 'application/json', ''],
    );
  });

  for (const credentials of [false, true])
    for (const [origin, allowed] of ASKERS)
      test(`a page of ${JSON.stringify(origin)}${credentials ? ', with credentials' : ''}`, async () => {
        const { endpoint, seen } = withCors({ credentials });
        const response = await endpoint(request({ headers: { Origin: origin } }));
        const names = ['Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials'];
        equal(
          names.map((name) => response.headers.get(name)),
          allowed ? [origin, credentials ? 'true' : null] : [null, null],
        );
        equal(
          [response.status, seen.asked.length, response.headers.get('Vary')],
          [allowed ? 200 : 403, allowed ? 1 : 0, 'Origin, Accept'],
        );
        if (!allowed) equal((await errorOf(response)).code, 40300);
      });
  test('no origin, or the own one, is not cross-origin', async () => {
    const { endpoint } = make();
    for (const headers of [
      {},
      { Origin: 'https://edge.example' },
      { Origin: 'http://edge.example' },
      { Origin: 'https://front.example', Host: 'front.example' },
    ]) {
      const response = await endpoint(request({ headers }));
      equal([response.status, response.headers.get('Access-Control-Allow-Origin')], [200, null]);
    }
    equal((await endpoint(request({ headers: { Origin: APP } }))).status, 403, 'nobody is allowed unless named');
  });
  test('a preflight', async () => {
    const { endpoint, seen } = withCors({ credentials: true, maxAgeSeconds: 60 });
    const headers = {
      Origin: APP,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,x-custom',
    };
    const response = await endpoint(request({ method: 'OPTIONS', headers }));
    const names = ['Allow-Origin', 'Allow-Credentials', 'Allow-Methods', 'Allow-Headers', 'Max-Age'].map(
      (name) => `Access-Control-${name}`,
    );
    equal(
      [response.status, seen.asked.length, ...names.map((name) => response.headers.get(name))],
      [204, 0, APP, 'true', 'GET, HEAD, POST', 'authorization,x-custom', '60'],
    );
    equal(response.headers.get('Vary'), 'Origin, Access-Control-Request-Headers');
    const odd = await endpoint(
      request({ method: 'OPTIONS', headers: { ...headers, 'Access-Control-Request-Headers': 'a\tb' } }),
    );
    equal(odd.headers.get('Access-Control-Allow-Headers'), null);
    const refused = await endpoint(
      request({ method: 'OPTIONS', headers: { ...headers, Origin: 'https://evil.example' } }),
    );
    equal([refused.status, refused.headers.get('Access-Control-Allow-Methods')], [403, null]);
  });
  test('what a page may see of a failure', async () => {
    const { endpoint } = make({ cors: { origins: [APP] }, authenticate: () => null });
    const response = await endpoint(request({ headers: { Origin: APP } }));
    equal(
      [response.status, response.headers.get('Access-Control-Allow-Origin'), response.headers.get('X-Ably-ErrorCode')],
      [401, APP, '40100'],
    );
    ok(response.headers.get('Access-Control-Expose-Headers').includes('X-Ably-ErrorCode'));
    equal(await errorOf(response), {
      code: 40100,
      statusCode: 401,
      message: 'who is asking is not known here',
      href: 'https://help.ably.io/error/40100',
    });
  });
  test('a function decides on origins, and only true allows', async () => {
    for (const [verdict, status] of [
      [true, 200],
      [false, 403],
      [undefined, 403],
      ['yes', 403],
      [1, 403],
    ]) {
      const { endpoint } = make({ cors: { origins: async () => verdict } });
      equal((await endpoint(request({ headers: { Origin: APP } }))).status, status);
    }
    const { endpoint, seen } = make({
      cors: {
        origins: () => {
          throw new Error('mine');
        },
      },
    });
    equal((await endpoint(request({ headers: { Origin: APP } }))).status, 500);
    equal([seen.errors[0].message, seen.asked.length], ['mine', 0]);
  });
  for (const [origin, remediation] of NO_ORIGINS)
    test(`${JSON.stringify(origin)} is no origin`, () => {
      const path = 'cors.origins[1]';
      refuses(AblyAuthError, () => make({ cors: { origins: [APP, origin] } }), {
        kind: 'usage',
        path,
        remediation,
        message: `${path} is no origin as a browser writes it; ${remediation}`,
      });
    });
  for (const [origins, path, found, remediation] of NO_LISTS)
    test(`${Array.isArray(origins) ? `[${origins}]` : origins} is no list of origins`, () => {
      refuses(AblyAuthError, () => make({ cors: { origins } }), {
        kind: 'usage',
        path,
        remediation,
        message: `${path} is ${found}; ${remediation}`,
      });
    });
  test('the function that is named in place of a pattern', async () => {
    for (const [origin, status] of [
      [APP, 200],
      ['https://evil.example', 403],
      ['https://app.example.com.evil.example', 403],
      ['https://a.b.example.com', 403],
      ['http://app.example.com', 403],
    ])
      equal(
        (await make({ cors: { origins: decides } }).endpoint(request({ headers: { Origin: origin } }))).status,
        status,
        origin,
      );
  });
  test('behind a proxy that rewrites Host, the developer hears why a page of the same site is refused, once', async () => {
    const { endpoint, seen } = make();
    const headers = { Origin: APP, Host: '10.0.0.7:3000' };
    const asked = form('clientId=ada', headers);
    for (const again of [asked, form('clientId=ada', headers)]) equal((await endpoint(again)).status, 403);
    equal([seen.asked.length, seen.errors.length], [0, 1]);
    const [{ kind, code, statusCode, path }] = seen.errors;
    equal([kind, code, statusCode, path], ['forbidden', 40300, 403, 'cors.origins']);
    equal(
      wholeMessage(seen.errors[0]),
      'a page of the origin "https://app.example.com" is refused: cors.origins does not allow it, and the host that was asked is "10.0.0.7:3000"; list the origin in cors.origins if the page is yours; behind a proxy that rewrites Host even a page of the same site needs it',
    );
    equal(
      (await make({ cors: { origins: [APP] } }).endpoint(form('clientId=ada', headers))).status,
      200,
      'and that is the place',
    );
  });
  test('300 foreign origins are not 300 lines in a log, nor long ones', async () => {
    const { endpoint, seen } = make();
    for (let number = 0; number < 300; number++)
      await endpoint(request({ headers: { Origin: `https://${number}.example/${'a'.repeat(1000)}\n` } }));
    equal(seen.errors.length, 100);
    ok(seen.errors.every(({ message }) => message.length < 600 && !message.includes('\n')));
  });
  test('any origin, and credentials', () => {
    make({ cors: { origins: '*' } });
    refuses(AblyAuthError, () => make({ cors: { origins: '*', credentials: true } }), {
      kind: 'usage',
      path: 'cors.origins',
    });
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
    ['undefined', undefined, 'what authenticate gave is undefined; give the options of a token, null, or a Response'],
    ['true', true, 'what authenticate gave is a boolean; give the options of a token, null, or a Response'],
    ['no capability', { clientId: 'ada' }, 'authenticate gave no capability; say what the token may do'],
    ['a null capability', { capability: null }, 'authenticate gave no capability; say what the token may do'],
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
      'what limit gave is 1e+300; give true, false, or the seconds to wait, 86400 at most',
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

  // Abuse.
  test('10 MB, told beforehand and not', async () => {
    const { endpoint, seen } = make();
    const chunk = new Uint8Array(65_536).fill(97);
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += chunk.length;
        controller.enqueue(chunk);
        if (sent > 10e6) controller.close();
      },
    });
    for (const asked of [
      form('a', { 'Content-Length': '10000000' }),
      form(endless),
      form('a'.repeat(10_000_000)),
      request({ method: 'POST', headers: { 'Content-Type': 'image/png', 'Content-Length': '10000000' }, body: 'a' }),
    ]) {
      const response = await endpoint(asked);
      equal([response.status, (await errorOf(response)).code], [413, 40009]);
    }
    equal(seen.asked.length, 0);
    ok(sent < 1e6, `${sent} bytes were read`);
  });
  test('10,000 parameters', async () => {
    const { endpoint, seen } = make();
    const many = Array.from({ length: 10_000 }, (_, index) => `a${index % 10}=`).join('&');
    equal((await endpoint(form(many))).status, 200);
    equal((await endpoint(request({ url: `https://edge.example/?${many}` }))).status, 200);
    equal(
      seen.asked.map((params) => [...params].length),
      [10_000, 10_000],
    );
  });
  test('a body that breaks off', async () => {
    const { endpoint, seen } = make();
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) });
    const response = await endpoint(form(broken));
    equal([response.status, (await errorOf(response)).code, seen.errors], [400, 40001, []]);
  });
  for (const clientId of CLIENT_IDS)
    test(`client id ${JSON.stringify(clientId)}`, async () => {
      const { endpoint } = make();
      const response = await endpoint(form(`clientId=${encodeURIComponent(clientId)}`));
      equal(response.status, 200);
      equal([...response.headers].map(([name]) => name.toLowerCase()).sort(), [
        'cache-control',
        'content-type',
        'vary',
        'x-content-type-options',
      ]);
      const details = JSON.parse(await response.text());
      equal([details.clientId, (await openWith(details.token)).claims['x-ably-clientId']], [clientId, clientId]);
    });
  test('many at once, some of which break off or fail, each get their own', async () => {
    const { endpoint } = make({
      async authenticate(_, { params }) {
        const number = Number(params.get('n'));
        await new Promise((wake) => setTimeout(wake, number % 3));
        if (number % 5 === 0) throw new Error('mine');
        return { capability: { [`room:${number}`]: ['publish'] }, clientId: `client ${number}` };
      },
    });
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, number) => {
        const broken = number % 7 === 0;
        const body = broken
          ? new ReadableStream({ pull: (controller) => controller.error(new Error('aborted')) })
          : `n=${number}`;
        const response = await endpoint(form(body));
        return [number, response.status, await response.text()];
      }),
    );
    for (const [number, status, text] of answers) {
      equal(status, number % 7 === 0 ? 400 : number % 5 === 0 ? 500 : 200, `${number}`);
      if (status === 200)
        equal(
          [JSON.parse(text).clientId, JSON.parse(text).capability],
          [`client ${number}`, `{"room:${number}":["publish"]}`],
        );
    }
    equal((await endpoint(form('n=1'))).status, 200);
  });
  test('a request that cannot be asked does not reject', async () => {
    const { endpoint, seen } = make();
    equal([(await endpoint(request({ url: 'no address' }))).status, seen.errors.length], [500, 1]);
    await rejects(
      AblyAuthError,
      Promise.resolve().then(() => createTokenEndpoint()),
      { kind: 'usage' },
    );
  });
};
