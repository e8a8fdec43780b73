// No error holds a key's secret or a token: not its message, nor anything that a logger would print.
import { equal, ok, thrownBy } from './assert.mjs';
import { forge, forgeClaims, KEY, KEY_NAME, NOW, SECONDS } from './tokens.mjs';

const SECRET = 'hush-this-is-the-secret-5150';
const SECRET_KEY = `secret.keyid1:${SECRET}`;

/** All that can be read off an error, its causes included. */
function everythingIn(error, seen = new Set()) {
  if (typeof error !== 'object' || error === null || seen.has(error)) return String(error);
  seen.add(error);
  const texts = [String(error), Object.prototype.toString.call(error), safely(() => JSON.stringify(error))];
  for (let object = error; object && object !== Object.prototype; object = Object.getPrototypeOf(object))
    for (const name of Reflect.ownKeys(object))
      texts.push(
        String(name),
        everythingIn(
          safely(() => error[name]),
          seen,
        ),
      );
  return texts.join('\n');
}
const safely = (run) => {
  try {
    return run();
  } catch {
    return '';
  }
};

export default ({ test, library }) => {
  const { AblyAuthError, createIssuer, createTokenRequest, decodeJwt, issueJwt, issueJwtSync, verifyJwt } = library;
  const { token } = issueJwtSync({ key: SECRET_KEY, now: NOW, clientId: 'ada' });
  const signature = token.split('.')[2];
  const issuer = createIssuer({ key: SECRET_KEY, now: NOW });
  const issueWith = (options) => () => issueJwtSync({ key: SECRET_KEY, now: NOW, ...options });

  const FAILURES = {
    'a key with white space': () => issueJwtSync({ key: ` ${SECRET_KEY}` }),
    'a key with a line end': () => issueJwtSync({ key: `${SECRET_KEY}\n` }),
    'a key with a blank inside': () => issueJwtSync({ key: `secret.keyid1: ${SECRET}` }),
    'a key without its dot': () => issueJwtSync({ key: `secretkeyid1:${SECRET}` }),
    'a key without its colon': () => issueJwtSync({ key: `secret.keyid1${SECRET}` }),
    'a key with two dots': () => issueJwtSync({ key: `se.cret.keyid1:${SECRET}` }),
    'the secret alone': () => issueJwtSync({ key: SECRET }),
    'a key that is too long': () => issueJwtSync({ key: SECRET_KEY + SECRET.repeat(20) }),
    'a key in a list': () => issueJwtSync({ key: [SECRET_KEY] }),
    'a key in an object': () => issueJwtSync({ key: { key: SECRET_KEY } }),
    'a key with half a pair': () => issueJwtSync({ key: `${SECRET_KEY}\ud800` }),
    'a key for options': () => issueJwtSync(SECRET_KEY),
    'a token for a key': () => issueJwtSync({ key: token }),
    'a token for keys': () => verifyJwt(token, { keys: token }),
    'a key for a client type': issueWith({ clientType: SECRET_KEY }),
    'a key for what is needed': () => library.accessTokenAllows(['read:app'], SECRET_KEY),
    'a token for what is needed': () => library.accessTokenAllows(['read:app'], token),
    'a bad capability': issueWith({ capability: 'nope' }),
    'an unknown option': issueWith({ ttl: 1 }),
    'a bad client id': issueWith({ clientId: 1 }),
    'half a pair beside a key': issueWith({ clientId: '\ud800' }),
    'a bad ttl': issueWith({ ttlSeconds: 0 }),
    'a reserved claim': issueWith({ claims: { iat: 1 } }),
    'a token that would be too long': issueWith({ clientId: 'x'.repeat(8000) }),
    'nothing left': issueWith({ capability: { a: ['*'] }, keyCapability: { b: ['*'] } }),
    "an issuer's override": () => issuer.token({ ttlSeconds: 0 }),
    "an issuer's unknown override": () => issuer.issue({ key: SECRET_KEY }),
    "an issuer's long override": () => issuer.token({ clientId: 'x'.repeat(8000) }),
    'an expired token': () => verifyJwt(token, { key: SECRET_KEY, now: NOW + 1e9 }),
    'a token from the future': () => verifyJwt(token, { key: SECRET_KEY, now: NOW - 1e9 }),
    'another key': () => verifyJwt(token, { key: KEY, now: NOW }),
    'another secret': () => verifyJwt(token, { key: `secret.keyid1:x${SECRET}`, now: NOW }),
    'several other keys': () => verifyJwt(token, { keys: [KEY, `secret.keyid1:x${SECRET}`], now: NOW }),
    'a bad key of several': () => verifyJwt(token, { keys: [SECRET_KEY, SECRET], now: NOW }),
    'a token cut short': () => verifyJwt(token.slice(0, -3), { key: SECRET_KEY, now: NOW }),
    'a token with a part more': () => verifyJwt(`${token}.x`, { key: SECRET_KEY, now: NOW }),
    'a token with a blank': () => verifyJwt(`${token} `, { key: SECRET_KEY, now: NOW }),
    'a token with half a pair': () => verifyJwt(`${token}\ud800`, { key: SECRET_KEY, now: NOW }),
    'a token for options': () => verifyJwt(SECRET_KEY, token),
    'a token in an object': () => verifyJwt({ token }, { key: SECRET_KEY, now: NOW }),
    'a narrow key': () => verifyJwt(token, { key: SECRET_KEY, now: NOW, keyCapability: { '[meta]x': ['publish'] } }),
    'a token to decode': () => decodeJwt(`${token.slice(0, 10)}.${token}`, { now: NOW }),
    'half a pair to decode': () => decodeJwt(`${token}\ud800`, { now: NOW }),
    'a token request': () => createTokenRequest({ key: SECRET_KEY, nonce: 'short' }),
    'a token request with half a pair': () => createTokenRequest({ key: SECRET_KEY, clientId: '\ud800' }),
    'a key for a capability': issueWith({ capability: SECRET_KEY }),
    'circular claims with a key in them': () => {
      const claims = { key: SECRET_KEY };
      claims.claims = claims;
      return issueJwtSync({ key: SECRET_KEY, now: NOW, claims });
    },
  };

  const check = (error) => {
    ok(error instanceof AblyAuthError, `threw ${error}`);
    const all = everythingIn(error);
    for (const [what, text] of Object.entries({
      'the secret': SECRET,
      'the token': token,
      'its signature': signature,
      'its claims': token.split('.')[1],
    }))
      ok(!all.includes(text), `${what} stands in it: ${error.message}`);
  };
  for (const [name, run] of Object.entries(FAILURES)) test(name, () => check(thrownBy(run)));

  test('issueJwt rejects with no more', async () => {
    const error = await issueJwt({ key: `${SECRET_KEY}\n` }).then(
      () => undefined,
      (reason) => reason,
    );
    check(error);
  });
  test('tokens that are wrong in their claims', async () => {
    for (const claims of [
      { iat: 'x' },
      { exp: SECONDS },
      { 'x-ably-clientId': 5 },
      { 'x-ably-capability': 'nope' },
      { 'x-ably-token': token },
    ]) {
      const wrong = await forgeClaims(claims, SECRET_KEY);
      const all = everythingIn(thrownBy(() => verifyJwt(wrong, { key: SECRET_KEY, now: NOW })));
      for (const text of [SECRET, wrong, token, signature]) ok(!all.includes(text), all);
    }
    const wrong = await forge({ alg: 'none', kid: KEY_NAME }, { iat: 1 }, SECRET_KEY);
    const all = everythingIn(thrownBy(() => verifyJwt(wrong, { key: SECRET_KEY, now: NOW, embedded: true })));
    for (const text of [SECRET, wrong, wrong.split('.')[2]]) ok(!all.includes(text), all);
  });
  test('an issuer shows no secret', () => {
    const all = everythingIn(issuer) + everythingIn({ ...issuer });
    ok(!all.includes(SECRET), all);
    equal(JSON.stringify(issuer), '{"keyName":"secret.keyid1","capability":"{\\"*\\":[\\"*\\"]}"}');
  });
};
