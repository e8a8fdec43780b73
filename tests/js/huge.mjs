// Inputs without measure are refused by what they are, quickly, and leave the module no larger.
import { equal, ok, refuses } from './assert.mjs';
import { KEY, NOW, openWith } from './tokens.mjs';

const MEGABYTES = 2 ** 20;
/** One text, reused: what is to be seen is what the package makes of it. */
const HUGE = 'x'.repeat(50 * MEGABYTES);
const EMOJI = '😀'.repeat(MEGABYTES);
const overBound = (path) => ({ kind: 'usage', path, message: `${path} has more than 131072 characters` });
const OVER_128_KB = (what) => new RegExp(`^the ${what} is over the bound of 131072 bytes`);

export default ({ test, library, frame }) => {
  const {
    AblyAuthError,
    capabilityAllows,
    checkCapability,
    createIssuer,
    createTokenRequest,
    decodeJwt,
    compactCapability,
    explainCapability,
    intersectCapabilities,
    issueJwtSync,
    parseCapability,
    verifyJwt,
  } = library;
  const ALL = '{"*":["*"]}';
  const issue = (options) => issueJwtSync({ key: KEY, now: NOW, ...options });
  const issuer = createIssuer({ key: KEY, now: NOW });
  const { token } = issuer.issue();
  const verify = (options) => verifyJwt(token, { key: KEY, now: NOW, ...options });
  const unreadable = (path) => ({ kind: 'capability', code: 40000, path, message: OVER_128_KB(path) });
  const malformed = { kind: 'token', code: 40144, path: 'token', message: OVER_128_KB('token') };
  const tooLongKey = { kind: 'key', code: 40005, message: /^the key is over 512 bytes long; / };

  for (const [what, text] of [
    ['50 MB', HUGE],
    ['2 MB of emoji', EMOJI],
  ]) {
    const CASES = {
      'a token to verify': [() => verifyJwt(text, { key: KEY, now: NOW }), malformed],
      'a token to decode': [() => decodeJwt(text, { now: NOW }), malformed],
      'a token in three parts': [() => decodeJwt(`${text}.${text}.x`, { now: NOW }), malformed],
      'an embedded token': [() => verifyJwt(text, { key: KEY, now: NOW, embedded: true }), malformed],
      'a key': [() => issue({ key: text }), tooLongKey],
      'a key to verify with': [() => verify({ key: text }), tooLongKey],
      'a key of several': [() => verify({ key: undefined, keys: [KEY, text] }), tooLongKey],
      'a client id': [() => issue({ clientId: text }), overBound('clientId')],
      'a client id of one token': [() => issuer.token({ clientId: text }), overBound('clientId')],
      'a client id of a token request': [() => createTokenRequest({ key: KEY, clientId: text }), overBound('clientId')],
      'a nonce': [() => createTokenRequest({ key: KEY, nonce: text }), overBound('nonce')],
      // Cut in two, a resource could match what it does not.
      'a resource': [() => capabilityAllows(ALL, 'publish', text), overBound('resource')],
      'a resource to ask a parsed capability': [
        () => parseCapability(ALL).allows('publish', text),
        overBound('resource'),
      ],
      'a resource to explain': [() => explainCapability(ALL, 'publish', text), overBound('resource')],
      'an operation': [() => capabilityAllows(ALL, text, 'a'), overBound('operation')],
      'a revocation key': [() => issue({ revocationKey: text }), overBound('revocationKey')],
      'a JWT id': [() => issue({ jwtId: text }), overBound('jwtId')],
      claims: [
        () => issue({ claims: { text } }),
        { kind: 'usage', path: 'claims', message: 'the claims have more than 65536 characters' },
      ],
      'channel claims': [
        () => issue({ channelClaims: { a: text } }),
        { kind: 'usage', path: 'claims', message: 'the claims have more than 65536 characters' },
      ],
      'a capability': [() => issue({ capability: text }), unreadable('capability')],
      'a capability as an object': [() => issue({ capability: { [text]: ['publish'] } }), unreadable('capability')],
      'a key capability': [() => issue({ keyCapability: text }), unreadable('keyCapability')],
      'a capability to parse': [() => parseCapability(text), unreadable('capability')],
      'a capability to ask': [() => capabilityAllows(text, 'publish', 'a'), unreadable('capability')],
      'a capability to compact': [() => compactCapability(text), unreadable('capability')],
      'a capability to explain': [() => explainCapability(text, 'publish', 'a'), unreadable('capability')],
      'a capability to intersect': [() => intersectCapabilities(ALL, text), unreadable('capability')],
      'a key capability to intersect': [() => intersectCapabilities(text, ALL), unreadable('keyCapability')],
    };
    for (const [name, [run, wanted]] of Object.entries(CASES))
      test(`${what}: ${name}`, () => void refuses(AblyAuthError, run, wanted));

    test(`${what}: a capability to check`, () => {
      equal(
        checkCapability(text).diagnostics.map(({ severity, code, path }) => [severity, code, path]),
        [['error', 'too-large', 'capability']],
      );
    });
  }

  test('a client id of a token request is bounded', () => {
    ok(createTokenRequest({ key: KEY, clientId: 'x'.repeat(1000) }).mac);
  });

  test('5,001 resources, 101 operations, 10,000 levels', () => {
    const resources = (count) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}`, ['*']])));
    ok(parseCapability(resources(5000)).allows('publish', '4999'));
    refuses(AblyAuthError, () => parseCapability(resources(5001)), {
      kind: 'capability',
      code: 40000,
      message: /over 5000 resources/,
    });
    refuses(AblyAuthError, () => parseCapability({ a: Array(101).fill('publish') }), {
      kind: 'capability',
      code: 40000,
      message: /over 100 operations/,
    });
    refuses(AblyAuthError, () => parseCapability(`{"a":${'['.repeat(10_000)}`), { kind: 'capability', code: 40000 });
    refuses(AblyAuthError, () => issue({ claims: JSON.parse(`${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`) }), {
      kind: 'usage',
    });
  });
  test('100,000 levels, which JSON.stringify itself may not take', () => {
    let deep = {};
    for (let i = 0; i < 100_000; i++) deep = { a: deep };
    for (const option of ['claims', 'channelClaims', 'capability', 'keyCapability'])
      refuses(AblyAuthError, () => issue({ [option]: deep }), { kind: /^(usage|capability)$/ });
    equal(checkCapability(deep).ok, false);
  });
  test('an intersection that would explode is refused', () => {
    const many = (suffix) => Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`*:${suffix}${i}:*`, ['*']]));
    const key = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`k${i}:*`, ['*']]));
    refuses(AblyAuthError, () => intersectCapabilities(key, many('r')), {
      kind: 'capability',
      code: 40000,
      message: /over 5000 resources/,
    });
  });

  test('the module is hardly larger for it, and works as before', async () => {
    equal(issuer.token(), token);
    await openWith(token);
    if (frame) {
      frame.write([], []); // renews the view, should the memory have grown
      const { byteLength } = frame.numbers.buffer;
      ok(byteLength < 32 * MEGABYTES, `its memory is ${byteLength / MEGABYTES} MB`);
    }
  });
};
