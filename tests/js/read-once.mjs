// Options that are inherited, hidden, or answered by getters and Proxies: each is read once.
import { equal, ok, refuses } from './assert.mjs';
import { request } from './edge-request.mjs';
import { ablyByScript, FORMS } from './option-forms.mjs';
import { KEY, KEY_NAME, NOW, openWith } from './tokens.mjs';

const CAPABILITY = { a: ['subscribe'] };
const NONCE = '0123456789abcdef';

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
    requestToken,
    revokeTokens,
    verifyJwt,
    verifyRequest,
  } = library;
  const issuer = createIssuer({ key: KEY, now: NOW });
  const { token } = issuer.issue({ clientId: 'ada' });
  const store = () => ({ get: async (ids) => ids.map(() => undefined), put: async () => [] });
  const { fetch, sent } = ablyByScript();
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
};
