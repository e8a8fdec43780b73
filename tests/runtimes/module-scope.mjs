// What must work, and what must not, while a Worker's modules are loaded: there Date.now() is 0, and
// random values, timers and fetch throw. So this is done here, and judged in a test later.
import { library, sandbox, stores } from '../.work/runtimes/staged.mjs';
import { equal, ok, wholeMessage } from '../js/assert.mjs';
import { KEY, KEY_NAME, NOW, openWith } from '../js/tokens.mjs';

const clock = Date.now();
const capability = { 'chat:*': ['publish', 'subscribe'] };

const attempt = (run) => {
  try {
    return { value: run() };
  } catch (error) {
    return { error };
  }
};

const issuer = attempt(() => library.createIssuer({ key: KEY, capability }));
const issued = attempt(() => library.issueJwtSync({ key: KEY, capability, now: NOW }));
const done = {
  createIssuer: issuer,
  'issuer.issue with now': attempt(() => issuer.value.issue({ now: NOW })),
  'issuer.token with now': attempt(() => issuer.value.token({ now: NOW })),
  'createIssuer with now, issuer.tokens': attempt(() => library.createIssuer({ key: KEY, now: NOW }).tokens([{}, {}])),
  'issueJwtSync with now': issued,
  'verifyJwt with now': attempt(() => library.verifyJwt(issued.value.token, { key: KEY, now: NOW })),
  'decodeJwt with now': attempt(() => library.decodeJwt(issued.value.token, { now: NOW })),
  parseCapability: attempt(() => library.parseCapability(capability).allows('publish', 'chat:a')),
  capabilityAllows: attempt(() => library.capabilityAllows(capability, 'publish', 'chat:a')),
  checkCapability: attempt(() => library.checkCapability(capability)),
  compactCapability: attempt(() => library.compactCapability(capability)),
  explainCapability: attempt(() => library.explainCapability(capability, 'publish', 'chat:a')),
  intersectCapabilities: attempt(() => library.intersectCapabilities({ '*': ['*'] }, capability)),
  'createTokenRequest with now and nonce': attempt(() =>
    library.createTokenRequest({ key: KEY, now: NOW, nonce: '0123456789abcdef' }),
  ),
  createControlClient: attempt(() => library.createControlClient({ accessToken: 'made-up-access-token' })),
  createSandbox: attempt(() => sandbox.createSandbox()),
  'createSandbox with a state': attempt(() => sandbox.createSandbox({ state: sandbox.createSandbox().snapshot() })),
  createTokenEndpoint: attempt(() =>
    library.createTokenEndpoint({
      source: { key: KEY },
      authenticate: () => null,
      cors: { origins: ['https://a.example'] },
    }),
  ),
  createRevocations: attempt(() => library.createRevocations(stores.memoryStore())),
  'stores of a namespace': attempt(() => [
    stores.cloudflareKvStore({ get() {}, put() {} }),
    stores.durableObjectStore({ idFromName() {} }),
  ]),
  accessTokenAllows: attempt(() => library.accessTokenAllows(['read:app'], 'read:app')),
};
const withoutClock = {
  issueJwtSync: attempt(() => library.issueJwtSync({ key: KEY })),
  'issuer.issue': attempt(() => issuer.value.issue()),
  'issuer.token': attempt(() => issuer.value.token()),
  'issuer.tokens': attempt(() => issuer.value.tokens([{}])),
  verifyJwt: attempt(() => library.verifyJwt(issued.value.token, { key: KEY })),
  decodeJwt: attempt(() => library.decodeJwt(issued.value.token)),
  createTokenRequest: attempt(() => library.createTokenRequest({ key: KEY, nonce: '0123456789abcdef' })),
};

export default ({ test }) => {
  test('the clock stood at 0', () => equal(clock, 0));
  for (const [name, { value, error }] of Object.entries(done))
    test(`${name} works`, () => {
      if (error) throw error;
      ok(value);
    });
  for (const [name, { error }] of Object.entries(withoutClock))
    test(`${name} without now says that there is no clock`, () => {
      ok(error instanceof library.AblyAuthError, `threw ${error}`);
      equal(
        wholeMessage(error),
        'the clock is at 0; Workers have no clock at module scope: call this while handling a request',
      );
      equal([error.kind, error.path], ['usage', 'now']);
    });
  test('an issuer made there diagnostics later, by the clock', async () => {
    const { claims, header } = await openWith(issuer.value.token());
    equal(header.kid, KEY_NAME);
    ok(Math.abs(claims.iat - Date.now() / 1000) < 60, `iat is ${claims.iat}`);
  });
  for (const name of ['createSandbox', 'createSandbox with a state'])
    test(`${name}: one made there answers later, by the clock`, async () => {
      const [now] = await (await done[name].value.fetch('/time')).json();
      ok(Math.abs(now - Date.now()) < 60_000, `it is ${now}`);
    });
};
