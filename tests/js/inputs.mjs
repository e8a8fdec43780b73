// What is handed in: never changed, read once, and refused where JSON would change it in silence.
import { equal, ok, refuses, thrownBy } from './assert.mjs';
import { KEY, NOW, openWith } from './tokens.mjs';

function frozen(value) {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}

const circular = { name: 'loop' };
circular.self = circular;

/** Claims that JSON cannot represent. */
const NO_JSON = {
  circular: [circular, /^[a-zC]+ is circular, or nested over 128 levels deep; give a flatter value$/],
  'a BigInt': [{ n: 1n }, /a bigint|cannot be written as JSON/],
  NaN: [{ n: NaN }, /^[a-zC]+\["n"\] is NaN; give a value that JSON can represent$/],
  Infinity: [{ deep: { n: -Infinity } }, /^[a-zC]+\["deep"\]\["n"\] is -Infinity; /],
  'a function': [{ f() {} }, /^[a-zC]+\["f"\] is a function; /],
  'a symbol': [{ s: Symbol('s') }, /^[a-zC]+\["s"\] is a symbol; /],
  'NaN in a list': [{ list: [1, NaN] }, /^[a-zC]+\["list"\]\[1\] is NaN; /],
  'undefined in a list': [{ list: [undefined] }, /^[a-zC]+\["list"\]\[0\] is undefined; /],
  'an invalid date': [{ at: new Date(NaN) }, /^[a-zC]+\["at"\] is converted to null by its toJSON; /],
  'a Map': [{ map: new Map([['a', 1]]) }, /^[a-zC]+\["map"\] is a Map; give a plain object or an array$/],
  'a Map in place of an object': [new Map([['a', 1]]), /^[a-zC]+ is a Map; give a plain object or an array$/],
  'a function in a list': [{ list: [() => 1] }, /^[a-zC]+\["list"\]\[0\] is a function; /],
};

export default ({ test, library }) => {
  const { AblyAuthError, checkCapability, createIssuer, createTokenRequest, issueJwtSync, parseCapability, verifyJwt } =
    library;

  test('frozen options, capabilities and claims work everywhere', async () => {
    const options = frozen({
      key: KEY,
      now: NOW,
      capability: { a: ['publish'] },
      keyCapability: { '*': ['*'] },
      claims: { x: [{ y: 1 }] },
      channelClaims: { a: 'b' },
      roomClaims: { a: 'b' },
      publishRateLimits: { a: 1 },
      clientId: 'ada',
    });
    const { token } = issueJwtSync(options);
    equal(createIssuer(options).tokens(frozen([{ clientId: 'ada' }, {}])), [token, token]);
    const verify = frozen({ keys: [KEY], now: NOW, keyCapability: { '*': ['*'] } });
    equal(verifyJwt(token, verify).clientId, 'ada');
    createTokenRequest(frozen({ key: KEY, now: NOW, capability: { a: ['publish'] } }));
    equal(
      checkCapability(frozen({ a: ['publish'] }), frozen({ clientId: null, keyCapability: { a: ['*'] } })).ok,
      true,
    );
    equal(parseCapability(frozen({ a: ['publish'] })).allows('publish', 'a'), true);
  });
  test('nothing is changed or added', () => {
    const capability = { b: ['subscribe', 'publish', 'publish'], a: ['*'] };
    const options = { key: KEY, now: new Date(NOW), capability, claims: { x: 1 } };
    const before = JSON.stringify(options);
    issueJwtSync(options);
    createIssuer(options).issue();
    checkCapability(capability, { keyCapability: capability });
    equal(JSON.stringify(options), before);
    equal(Object.keys(options), ['key', 'now', 'capability', 'claims']);
  });
  test('answers share nothing', () => {
    const issuer = createIssuer({ key: KEY, now: NOW, capability: { 'a*': ['publish'] } });
    issuer.issue().warnings[0].message = 'changed';
    issuer.issue().warnings.length = 0;
    equal(issuer.issue().warnings.length, 1);
    ok(issuer.issue().warnings[0].message !== 'changed');
  });

  for (const [name, [claims, message]] of Object.entries(NO_JSON))
    for (const option of ['claims', 'channelClaims', 'roomClaims'])
      test(`${option}: ${name} is refused`, () =>
        void refuses(AblyAuthError, () => issueJwtSync({ key: KEY, now: NOW, [option]: claims }), {
          kind: 'usage',
          message,
        }));

  test('a circular or BigInt capability is refused', () => {
    for (const capability of [circular, { a: [1n] }, { a: circular }])
      refuses(AblyAuthError, () => issueJwtSync({ key: KEY, now: NOW, capability }), {
        kind: 'usage',
        path: 'capability',
        message: /^capability cannot be written as JSON: it is circular or contains a value that JSON cannot represent/,
      });
    equal(
      checkCapability(circular).diagnostics.map(({ code, path }) => [code, path]),
      [['not-a-capability', 'capability']],
    );
  });
  test('undefined inside a list is refused by its place', () => {
    for (const list of [[undefined], ['publish', () => 1], [Symbol('s')], [NaN], [null]])
      refuses(AblyAuthError, () => issueJwtSync({ key: KEY, now: NOW, capability: { a: list } }), {
        kind: 'capability',
        code: 40000,
        path: `capability["a"][${list.length - 1}]`,
      });
  });
  test('a hole in a list is refused by its place', () => {
    const list = ['publish'];
    list[2] = 'subscribe';
    refuses(AblyAuthError, () => issueJwtSync({ key: KEY, now: NOW, capability: { a: list } }), {
      kind: 'capability',
      path: 'capability["a"][1]',
    });
  });
  test('a list that is none', () => {
    for (const list of [null, 1, true, {}, new Set(['publish'])])
      refuses(AblyAuthError, () => issueJwtSync({ key: KEY, now: NOW, capability: { a: list } }), {
        kind: 'capability',
        code: 40000,
        path: 'capability["a"]',
      });
    refuses(AblyAuthError, () => issueJwtSync({ key: KEY, now: NOW, capability: { a: 'publish' } }), {
      kind: 'capability',
      path: 'capability["a"]',
      message: 'capability["a"] is a string, not a list of operations; did you mean "[\\"publish\\"]"?',
    });
  });
  test('a Map or a list for a capability is not taken for an empty one', () => {
    for (const capability of [new Map([['a', ['publish']]]), [], ['publish'], new Date(NOW)]) {
      const error = thrownBy(() => issueJwtSync({ key: KEY, now: NOW, capability }));
      ok(error instanceof AblyAuthError, String(error));
    }
  });
  test('toJSON of a capability is what counts', async () => {
    class Grant {
      toJSON() {
        return { a: ['publish'] };
      }
    }
    equal(issueJwtSync({ key: KEY, now: NOW, capability: new Grant() }).capability, '{"a":["publish"]}');
    equal(parseCapability(new Grant()).canonical, '{"a":["publish"]}');
  });
  test('toJSON that gives nothing is refused', () => {
    const capability = { toJSON: () => undefined };
    ok(thrownBy(() => issueJwtSync({ key: KEY, now: NOW, capability })) instanceof AblyAuthError);
    ok(thrownBy(() => parseCapability(capability)) instanceof AblyAuthError);
    equal(checkCapability(capability).ok, false);
  });
  test('inherited and hidden members of a capability are not read', () => {
    const capability = Object.create({ inherited: ['*'] }, { hidden: { value: ['*'], enumerable: false } });
    capability.own = ['publish'];
    equal(parseCapability(capability).canonical, '{"own":["publish"]}');
  });
  test('claims of a class, with a getter', async () => {
    const claims = {
      get role() {
        return 'admin';
      },
    };
    equal((await openWith(issueJwtSync({ key: KEY, now: NOW, claims }).token)).claims.role, 'admin');
  });
};
