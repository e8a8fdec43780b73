// Options that are inherited, hidden, or answered by getters and Proxies: each is read once, and what was checked is what counts.
import { equal, ok, refuses } from './assert.mjs';
import { request } from './edge-request.mjs';
import { KEY, KEY_NAME, NOW, openWith } from './tokens.mjs';

const CAPABILITY = { a: ['subscribe'] };
const CANONICAL = '{"a":["subscribe"]}';
const NONCE = '0123456789abcdef';

const json = (body, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

const hidden = (values, prototype = Object.prototype) =>
  Object.create(
    prototype,
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, enumerable: false }])),
  );

/** The same options, in every form in which JavaScript lets an object have them. */
const FORMS = {
  inherited: (values) => Object.create(values),
  'not enumerable': (values) => hidden(values),
  'getters of a class': (values) => {
    class Options {}
    for (const [name, value] of Object.entries(values))
      Object.defineProperty(Options.prototype, name, { get: () => value });
    return new Options();
  },
  'without a prototype': (values) => Object.assign(Object.create(null), values),
  'half inherited, half hidden': (values) => {
    const entries = Object.entries(values);
    return hidden(Object.fromEntries(entries.slice(1)), Object.fromEntries(entries.slice(0, 1)));
  },
  'a Proxy that lists nothing': (values) => new Proxy({}, { get: (_, name) => values[name] }),
};

/** Counts how often each is read. `literal`: as a spread copies it. */
function counted(values, literal) {
  const reads = {};
  const getters = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      {
        enumerable: literal,
        get() {
          reads[name] = (reads[name] ?? 0) + 1;
          return value;
        },
      },
    ]),
  );
  return { options: Object.create(literal ? Object.prototype : {}, getters), reads };
}

export default ({ test, library, sandbox }) => {
  const {
    AblyAuthError,
    checkCapability,
    createControlClient,
    createIssuer,
    createRevocations,
    createTokenEndpoint,
    createTokenRequest,
    decodeJwt,
    getTime,
    issueJwt,
    issueJwtSync,
    parseCapability,
    requestToken,
    revokeTokens,
    verifyJwt,
    verifyRequest,
  } = library;
  const issuer = createIssuer({ key: KEY, now: NOW });
  const { token } = issuer.issue({ clientId: 'ada' });
  const store = () => ({ get: async (ids) => ids.map(() => undefined), put: async () => [] });
  const asked = [];
  const fetch = async (url, init) => {
    asked.push([new URL(url).pathname + new URL(url).search, init?.body]);
    if (url.endsWith('/time')) return json([NOW]);
    if (url.endsWith('revokeTokens'))
      return json(
        JSON.parse(init.body).targets.map((target) => ({ target, issuedBefore: NOW, appliesAt: NOW })),
        201,
      );
    if (init.method === 'GET' && /\/(keys|stats)\b/.test(url)) return json([]);
    if (url.endsWith('/apps/app1/keys')) return json({ appId: 'app1', id: 'key1', key: 'app1.key1:made-up' }, 201);
    return json({ token: 'x', keyName: KEY_NAME, issued: NOW, expires: NOW + 60_000, capability: '{}' });
  };
  /** What was sent by `run`, and what it gave. */
  const sent = async (run) => {
    asked.length = 0;
    const answer = await run();
    return [...asked, answer];
  };
  const granting = async (options) => {
    const endpoint = createTokenEndpoint({
      source: { key: KEY },
      authenticate: () => options,
      onError: (error) => {
        throw error;
      },
    });
    return (await openWith(JSON.parse(await (await endpoint(request())).text()).token)).claims;
  };
  const answered = async (options) => {
    const response = await createTokenEndpoint(options)(request({ headers: { Origin: 'https://app.example.com' } }));
    return [
      response.status,
      response.headers.get('Access-Control-Allow-Credentials'),
      (await openWith(JSON.parse(await response.text()).token)).claims['x-ably-capability'],
    ];
  };
  const grant = {
    capability: CAPABILITY,
    clientId: 'ada',
    ttlSeconds: 60,
    revocationKey: 'g',
    jwtId: 'id',
    claims: { role: 'reader' },
    now: NOW,
  };
  const verified = verifyJwt(token, { key: KEY, now: NOW });
  const authenticate = () => grant;

  /** A function that takes options, all that it takes, and what comes of them. */
  const TAKERS = {
    issueJwtSync: [{ key: KEY, ...grant }, (options) => issueJwtSync(options)],
    issueJwt: [{ key: KEY, ...grant }, (options) => issueJwt(options)],
    createIssuer: [{ key: KEY, ...grant }, (options) => createIssuer(options).issue()],
    'issuer.issue': [
      { clientId: 'bob', ttlSeconds: 5, revocationKey: 'h', jwtId: 'i', now: NOW + 5000 },
      (options) => issuer.issue(options),
    ],
    'issuer.token': [
      { clientId: 'bob', ttlSeconds: 5, revocationKey: 'h', jwtId: 'i', now: NOW + 5000 },
      (options) => issuer.token(options),
    ],
    'issuer.tokens': [{ clientId: 'bob', ttlSeconds: 5 }, (options) => issuer.tokens([{}, options])],
    'issuer.tokens, one of which is not ASCII': [
      { clientId: 'zoë', ttlSeconds: 5 },
      (options) => issuer.tokens([{}, options]),
    ],
    verifyJwt: [
      {
        key: KEY,
        now: NOW + 1,
        clockToleranceSeconds: 5,
        maxTtlSeconds: 3600,
        keyCapability: CAPABILITY,
        revocations: [],
        embedded: false,
      },
      (options) => verifyJwt(token, options),
    ],
    'verifyJwt, an entry of revocations': [
      { keyName: KEY_NAME, target: 'clientId:ada', issuedBefore: NOW + 1000, appliesAt: NOW },
      (entry) =>
        refuses(AblyAuthError, () => verifyJwt(token, { key: KEY, now: NOW + 1000, revocations: [entry] }), {
          kind: 'revoked',
        }).message,
    ],
    decodeJwt: [{ now: NOW }, (options) => decodeJwt(token, options)],
    checkCapability: [
      { clientId: null, keyCapability: CAPABILITY },
      (options) => checkCapability({ a: ['presence'] }, options),
    ],
    createTokenRequest: [
      { key: KEY, capability: CAPABILITY, clientId: 'ada', ttlSeconds: 60, now: NOW, nonce: NONCE },
      (options) => createTokenRequest(options),
    ],
    requestToken: [
      { key: KEY, capability: CAPABILITY, clientId: 'ada', ttlSeconds: 60, now: NOW, nonce: NONCE, fetch },
      (options) => sent(() => requestToken(options)),
    ],
    getTime: [{ endpoint: 'rest.example.com', fetch, timeoutMs: 5000 }, (options) => sent(() => getTime(options))],
    revokeTokens: [
      { key: KEY, clientId: 'ada', issuedBefore: NOW, allowReauthMargin: true, concurrency: 2, fetch },
      (options) => sent(() => revokeTokens(options)),
    ],
    'revokeTokens, a target': [
      { type: 'clientId', value: 'ada' },
      (target) => sent(() => revokeTokens({ key: KEY, targets: [target], fetch })),
    ],
    createControlClient: [
      { accessToken: 'made-up-access-token', fetch, timeoutMs: 5000 },
      (options) => sent(() => createControlClient(options).me()),
    ],
    'a call of the Control API': [
      { timeoutMs: 5000, signal: undefined },
      (options) =>
        sent(() => createControlClient({ accessToken: 'made-up-access-token', fetch }).keys.list('app1', options)),
    ],
    'a query of the Control API': [
      { start: NOW, unit: 'hour', limit: 5 },
      (query) =>
        sent(() => createControlClient({ accessToken: 'made-up-access-token', fetch }).stats.app('app1', query)),
    ],
    createRevocations: [
      { cacheSeconds: 7, onUnavailable: 'allow', maxTtlSeconds: 3600, timeoutMs: 500 },
      (options) => createRevocations(store(), options).stalenessSeconds,
    ],
    'revocations.check': [
      { now: NOW + 86_400_000 },
      async (options) => {
        const error = await createRevocations(store())
          .check(verified, options)
          .then(
            () => undefined,
            (reason) => reason,
          );
        if (error?.kind === 'usage') throw error;
        return error?.kind;
      },
    ],
    createTokenEndpoint: [
      {
        source: () => ({ key: KEY }),
        authenticate,
        cors: { origins: '*' },
        limit: () => true,
        onError: () => undefined,
      },
      answered,
    ],
    'createTokenEndpoint, cors': [
      { origins: ['https://app.example.com'], credentials: true, maxAgeSeconds: 5 },
      (cors) => answered({ source: { key: KEY }, authenticate, cors }),
    ],
    'createTokenEndpoint, source': [
      { key: KEY },
      (source) => answered({ source, authenticate, cors: { origins: '*' } }),
    ],
    'createTokenEndpoint, what source gives': [
      { key: KEY },
      (source) => answered({ source: () => source, authenticate, cors: { origins: '*' }, onError: () => undefined }),
    ],
    'createTokenEndpoint, what authenticate gives': [grant, granting],
    verifyRequest: [
      { key: KEY, now: NOW, keyCapability: { '*': ['*'] }, operation: 'publish', resource: 'a', maxTtlSeconds: 3600 },
      (options) => verifyRequest(request({ headers: { Authorization: `Bearer ${token}` } }), options),
    ],
    createSandbox: [
      {
        now: () => NOW,
        seed: 'nobody guesses this',
        hosts: ['a.example'],
        port: 1234,
        origins: [],
        revokeChannels: true,
        state: [],
      },
      (options) => {
        const { keys, endpoint } = sandbox.createSandbox(options);
        return [keys, endpoint];
      },
    ],
  };

  for (const [name, [values, take]] of Object.entries(TAKERS)) {
    for (const [form, make] of Object.entries(FORMS))
      test(`${name}: options that are ${form}`, async () => equal(await take(make(values)), await take({ ...values })));
    for (const literal of [true, false])
      test(`${name}: each is read once, ${literal ? 'of a literal' : 'and not enumerable'}`, async () => {
        const { options, reads } = counted(values, literal);
        await take(options);
        equal(reads, Object.fromEntries(Object.keys(values).map((option) => [option, 1])));
      });
    // What came back from Ably may have more in it.
    if (name.includes('an entry') || name.includes('a target')) continue;
    for (const [form, make] of [
      ['inherited', FORMS.inherited],
      ['hidden', FORMS['not enumerable']],
    ]) {
      // Of all options these are read most often, and a look at hidden names is not for nothing.
      if (form === 'hidden' && /^(issuer\.|verifyJwt)/.test(name)) continue;
      test(`${name}: an unknown name that is ${form}`, async () => {
        let refused;
        try {
          const answer = await take(Object.assign(make({ unheardOf: 1 }), values));
          ok(false, `it gave ${JSON.stringify(answer)}`);
        } catch (error) {
          refused = error;
        }
        // The endpoint answers, and what onError throws is not heard: no token came of it.
        if (!name.includes('source gives') && !name.includes('authenticate gives'))
          ok(/there is no option "unheardOf"/.test(refused.message), refused.message);
      });
    }
  }

  const errors = [];
  const endpointOf = (granted, options) =>
    createTokenEndpoint({
      source: { key: KEY },
      authenticate: () => granted,
      onError: (error) => void errors.push(error),
      ...options,
    });
  const claimsOf = async (granted, options) => {
    const response = await endpointOf(granted, options)(request());
    return response.status === 200 ? (await openWith(JSON.parse(await response.text()).token)).claims : response.status;
  };

  test('the endpoint signs the capability that it checked, and never another', async () => {
    equal(
      (await claimsOf(Object.assign(Object.create({ capability: CAPABILITY }), { clientId: 'ada' })))[
        'x-ably-capability'
      ],
      CANONICAL,
    );
    for (const answers of [[CAPABILITY], [CAPABILITY, undefined], [CAPABILITY, { '*': ['*'] }, undefined]]) {
      let next = 0;
      const granted = {
        get capability() {
          return answers[Math.min(next++, answers.length - 1)];
        },
        clientId: 'ada',
      };
      equal((await claimsOf(granted))['x-ably-capability'], CANONICAL);
    }
  });
  test('what limit does to the grant meanwhile changes nothing', async () => {
    const granted = { capability: { a: ['subscribe'] }, clientId: 'ada' };
    const limit = async () => {
      granted.capability['*'] = ['*'];
      delete granted.capability;
      granted.clientId = 'eve';
      return true;
    };
    const claims = await claimsOf(granted, { limit });
    equal([claims['x-ably-capability'], claims['x-ably-clientId']], [CANONICAL, 'ada']);
  });
  test('at the endpoint there is no default capability', async () => {
    for (const capability of [
      undefined,
      null,
      '',
      'null',
      '{}',
      [],
      {},
      5,
      () => CAPABILITY,
      { toJSON: () => undefined },
      { toJSON: () => null },
      Promise.resolve(CAPABILITY),
    ]) {
      equal(await claimsOf({ capability, clientId: 'ada' }), 500, JSON.stringify(capability));
      for (const make of Object.values(FORMS)) equal(await claimsOf(make({ capability, clientId: 'ada' })), 500);
    }
    equal(await claimsOf({ clientId: 'ada' }), 500);
  });
  test('the endpoint reads its source once, when it is made', async () => {
    const source = { key: KEY };
    const endpoint = endpointOf(grant, { source });
    source.key = 'other.key:secret';
    equal(
      (await openWith(JSON.parse(await (await endpoint(request())).text()).token)).claims['x-ably-capability'],
      CANONICAL,
    );
  });

  /** Answers once with what may be, and then with more. */
  const changing = (first, then) => {
    let asked = 0;
    return () => (asked++ === 0 ? first : then);
  };
  const SHIFTY = {
    toJSON: () => ({ toJSON: changing(CAPABILITY, { '*': ['*'] }) }),
    'a getter': () => Object.defineProperty({}, 'a', { enumerable: true, get: changing(['subscribe'], ['*']) }),
    'a getter that has nothing the second time': () =>
      Object.defineProperty({ b: ['subscribe'] }, 'a', { enumerable: true, get: changing(['subscribe'], undefined) }),
    'a Proxy': () => {
      const get = changing(['subscribe'], ['*']);
      return new Proxy({ a: ['*'] }, { get: (target, name) => (name === 'a' ? get() : target[name]) });
    },
  };
  for (const [name, make] of Object.entries(SHIFTY)) {
    const canonical = name.includes('nothing') ? '{"a":["subscribe"],"b":["subscribe"]}' : CANONICAL;
    test(`a capability by ${name}: what is checked is what is signed`, async () => {
      equal(issueJwtSync({ key: KEY, capability: make() }).capability, canonical);
      equal((await issueJwt({ key: KEY, capability: make() })).capability, canonical);
      equal(createIssuer({ key: KEY, capability: make() }).capability, canonical);
      equal(createTokenRequest({ key: KEY, capability: make() }).capability, canonical);
      equal(parseCapability(make()).canonical, canonical);
      equal(checkCapability(make()).canonical, canonical);
      equal((await claimsOf({ capability: make() }))['x-ably-capability'], canonical);
      const [[, body]] = await sent(() => requestToken({ key: KEY, capability: make(), fetch, now: NOW }));
      equal(JSON.parse(JSON.parse(body).capability), JSON.parse(canonical));
      const client = createControlClient({ accessToken: 'made-up-access-token', fetch });
      const [[, fields]] = await sent(() => client.keys.create('app1', { name: 'key', capability: make() }));
      equal(JSON.parse(fields).capability, JSON.parse(canonical));
    });
  }
  test('a resource whose toJSON gives nothing is not left out', () => {
    const capability = { a: ['subscribe'], b: { toJSON: () => undefined } };
    refuses(AblyAuthError, () => issueJwtSync({ key: KEY, capability }), {
      kind: 'usage',
      path: 'capability["b"]',
      message: 'capability["b"] is undefined; give a list of operations',
    });
  });
  test('a resource that toJSON of the whole leaves undefined is not left out', () =>
    void refuses(
      AblyAuthError,
      () => issueJwtSync({ key: KEY, capability: { toJSON: () => ({ a: ['subscribe'], b: undefined }) } }),
      { kind: 'usage', path: 'capability["b"]' },
    ));
  test('a resource of any name', () =>
    equal(
      parseCapability(JSON.parse('{"__proto__":["publish"],"toJSON":["publish"]}')).canonical,
      '{"__proto__":["publish"],"toJSON":["publish"]}',
    ));

  test('claims: what is checked is what is signed', async () => {
    const claims = () => ({
      a: Object.defineProperty({}, 'x', { enumerable: true, get: changing(1, NaN) }),
      b: { toJSON: changing('text', undefined) },
      list: new Proxy([1], {
        get: (target, name, receiver) => (name === '0' ? first() : Reflect.get(target, name, receiver)),
      }),
      __proto__: null,
    });
    const first = changing(5, () => 1);
    const signed = (await openWith(issueJwtSync({ key: KEY, claims: claims() }).token)).claims;
    equal([signed.a, signed.b, signed.list], [{ x: 1 }, 'text', [5]]);
  });
  test('claims that JSON writes as what is in them', async () => {
    const claims = {
      n: new Number(5),
      s: new String('text'),
      b: new Boolean(false),
      nested: JSON.parse('{"__proto__":{"x":1}}'),
    };
    const { payload } = await openWith(issueJwtSync({ key: KEY, claims }).token);
    ok(payload.includes('"n":5,"s":"text","b":false,"nested":{"__proto__":{"x":1}}'), payload);
    refuses(AblyAuthError, () => issueJwtSync({ key: KEY, claims: { n: new Number(NaN) } }), {
      kind: 'usage',
      message: /^claims\["n"\] is NaN; /,
    });
    refuses(AblyAuthError, () => issueJwtSync({ key: KEY, claims: { n: Object(1n) } }), {
      kind: 'usage',
      message: /^claims\["n"\] is a bigint; /,
    });
  });
  test('fields of the Control API that are inherited are sent', async () => {
    const client = createControlClient({ accessToken: 'made-up-access-token', fetch });
    for (const fields of [
      Object.create({ name: 'key', capability: CAPABILITY, revocableTokens: true }),
      Object.assign(Object.create({ revocableTokens: true }), { name: 'key', capability: CAPABILITY }),
    ]) {
      const [[, body]] = await sent(() => client.keys.create('app1', fields));
      equal(JSON.parse(body), { name: 'key', capability: CAPABILITY, revocableTokens: true });
    }
  });
};
