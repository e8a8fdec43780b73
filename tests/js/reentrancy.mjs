// The caller's own code runs in the middle of a call (toJSON, getters, getTime) and calls in again:
// neither call may see the other's texts in the shared buffer.
import { equal } from './assert.mjs';
import { KEY, NOW, openWith } from './tokens.mjs';

const OTHER = 'other1.key001:the-other-secret';

export default ({ test, library }) => {
  const {
    capabilityAllows,
    checkCapability,
    createIssuer,
    createTokenRequest,
    decodeJwt,
    explainCapability,
    intersectCapabilities,
    issueJwtSync,
    parseCapability,
    verifyJwt,
  } = library;
  const plain = { a: ['publish'] };
  const token = issueJwtSync({ key: KEY, now: NOW }).token;

  /** Calls in everywhere, with long texts so that the buffer moves and the memory grows. */
  let depth = 0;
  const callIn = () => {
    if (depth++ > 0) return void depth--;
    const long = 'ü'.repeat(1000);
    issueJwtSync({ key: OTHER, now: NOW, clientId: long, capability: { [long]: ['*'] } });
    createIssuer({ key: OTHER, clientId: 'other' }).issue();
    verifyJwt(token, { keys: [OTHER, KEY], now: NOW });
    decodeJwt(token, { now: NOW });
    createTokenRequest({ key: OTHER });
    parseCapability({ [long]: ['history'] }).allows('history', long);
    checkCapability({ [long]: ['nope'] });
    explainCapability({ [long]: ['history'] }, 'history', long);
    intersectCapabilities({ '*': ['*'] }, { [long]: ['history'] });
    try {
      issueJwtSync({ key: 'nope', now: NOW });
    } catch {
      // An error left behind must not become the outer call's.
    }
    depth--;
  };
  class Calling {
    #value;
    constructor(value) {
      this.#value = value;
    }
    toJSON() {
      callIn();
      return this.#value;
    }
  }
  const calling = (value) => new Calling(value);
  const callingGetters = (values) => {
    const getter = (value) => ({
      enumerable: true,
      get() {
        callIn();
        return value;
      },
    });
    const getters = Object.entries(values).map(([name, value]) => [name, getter(value)]);
    return Object.defineProperties({}, Object.fromEntries(getters));
  };
  class CallingDate extends Date {
    getTime() {
      callIn();
      return super.getTime();
    }
  }

  const options = {
    key: KEY,
    now: NOW,
    capability: plain,
    keyCapability: { '*': ['*'] },
    clientId: 'ada',
    claims: { x: 1 },
  };
  const expected = issueJwtSync(options);
  const OUTER = {
    'issueJwtSync: toJSON of the capability': () => issueJwtSync({ ...options, capability: calling(plain) }),
    'issueJwtSync: toJSON of the key capability': () =>
      issueJwtSync({ ...options, keyCapability: calling({ '*': ['*'] }) }),
    'issueJwtSync: toJSON of a claim': () => issueJwtSync({ ...options, claims: { x: calling(1) } }),
    'issueJwtSync: getTime of now': () => issueJwtSync({ ...options, now: new CallingDate(NOW) }),
    'issueJwtSync: getters of all options': () => issueJwtSync(callingGetters(options)),
    'createIssuer: toJSON of the capability': () => createIssuer({ ...options, capability: calling(plain) }).issue(),
    'issuer.issue: getters of all overrides': () =>
      createIssuer(options).issue({
        get clientId() {
          callIn();
          return 'ada';
        },
        get now() {
          callIn();
          return new CallingDate(NOW);
        },
      }),
  };
  for (const [name, run] of Object.entries(OUTER))
    test(name, async () => {
      equal(run(), expected);
      await openWith(expected.token);
    });

  test('issuer.tokens: a list that calls in as it is read', () => {
    const issuer = createIssuer(options);
    equal(
      issuer.tokens({
        *[Symbol.iterator]() {
          callIn();
          yield {};
          callIn();
          yield { clientId: 'ada' };
        },
      }),
      [expected.token, expected.token],
    );
  });
  test('verifyJwt: toJSON of the key capability, getTime of now', () => {
    const wanted = verifyJwt(expected.token, { key: KEY, now: NOW, keyCapability: plain });
    equal(verifyJwt(expected.token, { key: KEY, now: new CallingDate(NOW), keyCapability: calling(plain) }), wanted);
  });
  test('createTokenRequest: toJSON of the capability', () => {
    const given = { key: KEY, now: NOW, nonce: '0123456789abcdef', capability: plain };
    equal(
      createTokenRequest({ ...given, capability: calling(plain), now: new CallingDate(NOW) }),
      createTokenRequest(given),
    );
  });
  test('capability functions: toJSON', () => {
    equal(parseCapability(calling(plain)).canonical, '{"a":["publish"]}');
    equal(capabilityAllows(calling(plain), 'publish', 'a'), true);
    equal(
      checkCapability(calling(plain), { keyCapability: calling(plain) }),
      checkCapability(plain, { keyCapability: plain }),
    );
    equal(explainCapability(calling(plain), 'publish', 'a'), explainCapability(plain, 'publish', 'a'));
    equal(intersectCapabilities(calling({ '*': ['*'] }), calling(plain)), '{"a":["publish"]}');
  });
};
