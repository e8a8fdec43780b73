// What comes a little too early: a promise, a Secrets Store binding, a key that the environment does not have yet. Each is
// refused in words that say what is missing.
import { equal, ok, refuses, rejects } from './assert.mjs';
import { request } from './edge-request.mjs';
import { KEY, NOW } from './tokens.mjs';

const CAPABILITY = { chat: ['publish'] };
/** A Secrets Store binding, https://developers.cloudflare.com/secrets-store/integrations/workers/ */
const BINDING = { get: async () => KEY };

export default ({ test, library }) => {
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
  const unsent = async () => {
    throw new Error('sent');
  };
  const grant = () => ({ capability: CAPABILITY });
  const bearer = request({ headers: { Authorization: 'Bearer a.b.c' } });
  const wanted = { keyCapability: CAPABILITY, operation: 'publish', resource: 'chat' };

  /** Everything that takes a key or an access token, by where it is. */
  const SECRETS = [
    ['issueJwtSync', 'key', (key) => issueJwtSync({ key })],
    ['issueJwt', 'key', (key) => issueJwt({ key })],
    ['issueJwt', 'accessToken', (accessToken) => issueJwt({ accessToken, app: 'app' })],
    ['createIssuer', 'key', (key) => createIssuer({ key })],
    ['createTokenRequest', 'key', (key) => createTokenRequest({ key })],
    ['requestToken', 'key', (key) => requestToken({ key, fetch: unsent })],
    ['revokeTokens', 'key', (key) => revokeTokens({ key, clientId: 'ada', fetch: unsent })],
    [
      'revokeTokens',
      'accessToken',
      (accessToken) => revokeTokens({ accessToken, app: 'app', clientId: 'ada', fetch: unsent }),
    ],
    ['verifyJwt', 'key', (key) => verifyJwt('a.b.c', { key })],
    ['verifyJwt', 'keys[1]', (key) => verifyJwt('a.b.c', { keys: [KEY, key] })],
    ['verifyRequest', 'key', (key) => verifyRequest(bearer, { key, ...wanted })],
    ['verifyRequest', 'keys[0]', (key) => verifyRequest(bearer, { keys: [key], ...wanted })],
    ['createControlClient', 'accessToken', (accessToken) => createControlClient({ accessToken })],
    ['createTokenEndpoint', 'key', (key) => createTokenEndpoint({ source: { key }, authenticate: grant })],
  ];
  const fails = (run, expected) => rejects(AblyAuthError, (async () => run())(), expected);
  const isBinding = (path) => ({
    kind: 'usage',
    path,
    remediation: 'await its get()',
    message: `${path} is an object with a get() method, like a Secrets Store binding; await its get()`,
  });
  const isPromise = (path) => ({
    kind: 'usage',
    path,
    remediation: 'await it',
    message: `${path} is a promise; await it`,
  });

  for (const [name, path, run] of SECRETS) {
    test(`${name}: ${path} is a Secrets Store binding`, () => fails(() => run(BINDING), isBinding(path)));
    test(`${name}: ${path} is a promise`, () => fails(() => run(BINDING.get()), isPromise(path)));
  }
  for (const [key, expected] of [
    [BINDING, isBinding('key')],
    [BINDING.get(), isPromise('key')],
  ])
    test(`the source function gives ${expected.remediation === 'await it' ? 'a promise' : 'a binding'} as key`, async () => {
      const told = [];
      const endpoint = createTokenEndpoint({
        source: () => ({ key }),
        authenticate: grant,
        onError: (error) => told.push(error),
      });
      equal((await endpoint(request())).status, 500);
      refuses(
        AblyAuthError,
        () => {
          throw told[0];
        },
        expected,
      );
    });

  const soon = () => Promise.resolve({});
  for (const [path, run] of [
    ['options', () => issueJwtSync(soon())],
    ['options', () => verifyJwt('a.b.c', soon())],
    ['source', () => createTokenEndpoint({ source: soon(), authenticate: grant })],
    ['cors', () => createTokenEndpoint({ source: { key: KEY }, authenticate: grant, cors: soon() })],
    [
      'cors.origins',
      () => createTokenEndpoint({ source: { key: KEY }, authenticate: grant, cors: { origins: soon() } }),
    ],
    ['capability', () => issueJwtSync({ key: KEY, capability: soon() })],
    ['capability', () => parseCapability(soon())],
    ['keyCapability', () => issueJwtSync({ key: KEY, keyCapability: soon() })],
    ['keyCapability', () => verifyJwt('a.b.c', { key: KEY, keyCapability: soon() })],
    ['clientId', () => issueJwtSync({ key: KEY, clientId: soon() })],
    ['now', () => issueJwtSync({ key: KEY, now: soon() })],
    ['claims["role"]', () => issueJwtSync({ key: KEY, claims: { role: soon() } })],
    ['channelClaims', () => issueJwtSync({ key: KEY, channelClaims: soon() })],
    ['token', () => verifyJwt(soon(), { key: KEY })],
    ['token', () => decodeJwt(soon())],
    ['revocations', () => verifyRequest(bearer, { key: KEY, ...wanted, revocations: soon() })],
    ['request', () => verifyRequest(soon(), { key: KEY, ...wanted })],
    ['report', () => createRevocations({ get: unsent, put: unsent }).record(soon())],
    ['store', () => createRevocations(soon())],
    ['fields', () => createControlClient({ accessToken: 'made-up', fetch: unsent }).apps.create(soon())],
  ])
    test(`${path} is a promise: ${String(run).slice(6, 60)}`, () => fails(run, isPromise(path)));
  test('a capability that is a promise, checked', () =>
    equal(checkCapability(soon()).diagnostics[0].message, 'capability is a promise; await it'));

  const noQuery = {
    kind: 'usage',
    path: 'queryTime',
    remediation: 'give now: await getTime()',
    message: 'this function has no option "queryTime"; give now: await getTime()',
  };
  for (const [name, run] of [
    ['issueJwtSync', () => issueJwtSync({ key: KEY, queryTime: true })],
    ['createIssuer', () => createIssuer({ key: KEY, queryTime: true })],
    ['issuer.token', () => createIssuer({ key: KEY }).token({ queryTime: true })],
    ['createTokenRequest', () => createTokenRequest({ key: KEY, queryTime: true })],
    ['verifyJwt', () => verifyJwt('a.b.c', { key: KEY, queryTime: true })],
    ['decodeJwt', () => decodeJwt('a.b.c', { queryTime: true })],
  ])
    test(`queryTime at ${name}`, () => refuses(AblyAuthError, run, noQuery));
  test('queryTime in a grant', async () => {
    for (const source of [{ key: KEY }, { accessToken: 'made-up', app: 'app', fetch: unsent }]) {
      const told = [];
      const endpoint = createTokenEndpoint({
        source,
        authenticate: () => ({ ...grant(), queryTime: true }),
        onError: (error) => told.push(error),
      });
      equal((await endpoint(request())).status, 500);
      refuses(
        AblyAuthError,
        () => {
          throw told[0];
        },
        noQuery,
      );
    }
  });
  test('what is named in its place', async () => {
    const fetch = async () => new Response(JSON.stringify([NOW]), { headers: { 'Content-Type': 'application/json' } });
    const now = await getTime({ endpoint: 'http://127.0.0.1:9', fetch });
    const endpoint = createTokenEndpoint({ source: { key: KEY }, authenticate: () => ({ ...grant(), now }) });
    const { issued } = JSON.parse(await (await endpoint(request())).text());
    ok(issued <= NOW && issued > NOW - 1000, `${issued}`);
  });

  const NOT_SET =
    'set the environment variable or secret that the key is read from, such as ABLY_API_KEY: it is probably not set';

  test('a key that the environment does not have yet', () => {
    const remediation = `${NOT_SET}. If the key is only available during requests, as "next build" has none, give a function as source: () => ({ key: process.env.ABLY_API_KEY })`;
    refuses(AblyAuthError, () => createTokenEndpoint({ source: { key: undefined }, authenticate: grant }), {
      kind: 'usage',
      path: 'source.key',
      remediation,
      message: `source.key is undefined; ${remediation}`,
    });
    refuses(AblyAuthError, () => createTokenEndpoint({ source: {}, authenticate: grant }), { path: 'source.key' });
  });
  test('a key that the environment does not have during the request either', async () => {
    for (const sourceNow of [{ key: undefined }, {}]) {
      let thrown;
      const onError = (error) => (thrown = error);
      const endpoint = createTokenEndpoint({ source: () => sourceNow, authenticate: grant, onError });
      equal((await endpoint(request())).status, 500);
      const { kind, path, message, remediation } = thrown;
      equal(
        { kind, path, message, remediation },
        {
          kind: 'usage',
          path: 'source.key',
          message: 'source.key is undefined',
          remediation: NOT_SET,
        },
      );
    }
  });
};
