// createTokenEndpoint and pages of other origins: who may ask, and what a page is told.
import { equal, ok, refuses, wholeMessage } from './assert.mjs';
import { errorOf, form, request } from './edge-request.mjs';
import { APP, makerOf } from './endpoint-made.mjs';

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

export default ({ test, library }) => {
  const { AblyAuthError } = library;
  const make = makerOf(library);
  const withCors = (options) => make({ cors: { origins: ORIGINS, ...options } });

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
      message: 'authentication is required',
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
        message: `${path} is not an origin in the form that browsers send; ${remediation}`,
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
      'cors.origins does not allow the origin "https://app.example.com", and it differs from the requested host "10.0.0.7:3000"; if the page is yours, add the origin to cors.origins; behind a proxy that rewrites Host, this is needed even for pages of the same site',
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
};
