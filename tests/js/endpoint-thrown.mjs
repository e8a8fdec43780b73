// What the callbacks of createTokenEndpoint, verifyRequest and createRevocations throw on purpose: an answer, or a
// word to the framework around them. The classes are written down here as those frameworks have them.
import { equal } from './assert.mjs';
import { errorOf, request } from './edge-request.mjs';
import { forgeClaims, KEY, NOW } from './tokens.mjs';

const CAPABILITY = { 'chat:*': ['publish'] };
const APP = 'https://app.example.com';

const named = (message, fields) => Object.assign(new Error(message), fields);

/** honojs/hono, src/http-exception.ts */
class HTTPException extends Error {
  constructor(status, { message, res } = {}) {
    super(message);
    Object.assign(this, { status, res });
  }
  getResponse() {
    return this.res ?? new Response(this.message, { status: this.status });
  }
}

/** sveltejs/kit, packages/kit/src/exports/internal/shared.js, under the names that a minifier gives them. */
const [SvelteKitRedirect, SvelteKitError] = [
  class a {
    constructor(status, location) {
      Object.assign(this, { status, location });
    }
  },
  class b {
    constructor(status, body) {
      Object.assign(this, { status, body });
    }
    toString() {
      return JSON.stringify(this.body);
    }
  },
];

/** h3js/h3, src/error.ts of versions 1 and 2; the second may have headers, and so looks much like a Response. */
class H3Error extends Error {
  static __h3_error__ = true;
  statusCode = 403;
}
class HTTPError extends Error {
  name = 'HTTPError';
  status = 403;
  headers = new Headers({ 'X-Mine': '1' });
  toJSON() {
    return { status: this.status, message: this.message };
  }
}

/** remix-run/react-router, packages/react-router/lib/router/utils.ts */
class DataWithResponseInit {
  type = 'DataWithResponseInit';
  data = 'no';
  init = { status: 403 };
}

/** What the framework around the endpoint throws to itself. */
const OF_FRAMEWORKS = {
  'redirect() of Next': named('NEXT_REDIRECT', { digest: 'NEXT_REDIRECT;replace;/login;307;' }),
  'notFound() of Next': named('NEXT_HTTP_ERROR_FALLBACK;404', { digest: 'NEXT_HTTP_ERROR_FALLBACK;404' }),
  'notFound() of Next 14': named('NEXT_NOT_FOUND', { digest: 'NEXT_NOT_FOUND' }),
  'cookies() while Next builds': named('Dynamic server usage', { digest: 'DYNAMIC_SERVER_USAGE' }),
  'cookies() while Next prerenders': named('During prerendering', { digest: 'HANGING_PROMISE_REJECTION' }),
  'redirect() of SvelteKit': new SvelteKitRedirect(303, '/login'),
  'error() of SvelteKit': new SvelteKitError(403, { message: 'no' }),
  'createError() of h3 1': new H3Error('no'),
  'HTTPError of h3 2': new HTTPError('no'),
  'data() of React Router': new DataWithResponseInit(),
};

/** What looks a little like one of those, and is a failure like any other. */
const FAILURES = {
  'a digest of React': named('server', { digest: '2946113720' }),
  'an object without a class': { status: 403, body: { message: 'no' } },
  'a redirect without a class': { status: 303, location: '/login' },
  'an error with a status': named('no', { status: 403, body: {} }),
  'an HTTPError of a client': named('Request failed', { name: 'HTTPError', status: 403 }),
  'an answer of axios': { status: 403, headers: new Map(), data: 'no' },
  'a getResponse that gives no Response': { getResponse: () => 'no' },
  'a getResponse that throws': {
    getResponse: () => {
      throw new Error('other');
    },
  },
};

export default ({ test, library }) => {
  const { createRevocations, createTokenEndpoint, verifyRequest } = library;
  const make = (options) => {
    const errors = [];
    const grant = { capability: CAPABILITY, clientId: 'ada' };
    const endpoint = createTokenEndpoint({
      source: { key: KEY },
      authenticate: () => grant,
      onError: (error) => errors.push(error),
      cors: { origins: [APP] },
      ...options,
    });
    return { endpoint, errors };
  };
  const thrower = (thrown) => () => {
    throw thrown();
  };
  const refused = () => new Response('no', { status: 403, headers: { 'X-Mine': '1' } });

  for (const name of ['authenticate', 'limit', 'source']) {
    const ways = {
      'throws a Response': thrower(refused),
      'rejects with a Response': async () => {
        throw refused();
      },
      'returns a Response': refused,
      "throws Hono's HTTPException": thrower(() => new HTTPException(403, { res: refused() })),
      'throws what gives a Response later': thrower(() => ({ getResponse: async () => refused() })),
    };
    for (const [way, callback] of Object.entries(ways))
      test(`${name} ${way}`, async () => {
        const { endpoint, errors } = make({ [name]: callback });
        const response = await endpoint(request({ headers: { Origin: APP } }));
        const headers = ['X-Mine', 'Access-Control-Allow-Origin', 'Cache-Control'].map((header) =>
          response.headers.get(header),
        );
        equal([response.status, ...headers, await response.text(), errors], [403, '1', APP, 'no-store', 'no', []]);
      });
    for (const [thrownName, thrown] of Object.entries(OF_FRAMEWORKS))
      test(`${name} throws ${thrownName}`, async () => {
        const { endpoint, errors } = make({ [name]: thrower(() => thrown) });
        const caught = await endpoint(request()).catch((error) => ({ error }));
        equal([caught.error === thrown, errors], [true, []]);
      });
  }
  for (const [name, thrown] of Object.entries(FAILURES))
    test(`${name} is a failure`, async () => {
      const { endpoint, errors } = make({ authenticate: thrower(() => thrown) });
      const response = await endpoint(request());
      equal(
        [response.status, (await errorOf(response)).message, errors[0] === thrown],
        [500, 'no token could be issued', true],
      );
    });
  test('the request itself may be what Next throws at', async () => {
    const dynamic = OF_FRAMEWORKS['cookies() while Next builds'];
    const asked = { ...request(), headers: { get: thrower(() => dynamic) } };
    equal(
      await make({})
        .endpoint(asked)
        .catch((error) => error === dynamic),
      true,
    );
  });

  const check = async (revocations) => {
    const token = await forgeClaims({ 'x-ably-clientId': 'ada' });
    const options = {
      key: KEY,
      keyCapability: { '[*]*': ['*'] },
      operation: 'publish',
      resource: 'chat:lobby',
      now: NOW,
      revocations,
    };
    return verifyRequest(request({ headers: { Authorization: `Bearer ${token}` } }), options).catch((thrown) => ({
      thrown,
    }));
  };
  test('a check of revocations throws a Response', async () => {
    const { response } = await check({
      check: async () => {
        throw refused();
      },
    });
    equal([response.status, response.headers.get('X-Mine')], [403, '1']);
    const other = await check({
      check: async () => {
        throw new HTTPException(403, { message: 'no' });
      },
    });
    equal([other.response.status, await other.response.text()], [403, 'no']);
  });
  test('a store that throws what another server said gives no answer', async () => {
    const store = { get: thrower(() => new Response('all is well', { status: 200 })), put: async () => {} };
    const { response } = await check(createRevocations(store));
    equal([response.status, (await errorOf(response)).code], [503, 50003]);
  });
  for (const [name, thrown] of Object.entries(OF_FRAMEWORKS))
    test(`a store throws ${name}`, async () => {
      for (const onUnavailable of ['refuse', 'allow']) {
        const store = { get: thrower(() => thrown), put: async () => {} };
        equal((await check(createRevocations(store, { onUnavailable }))).thrown === thrown, true);
      }
    });
};
