// verifyJwt and decodeJwt: every option; tokens are made by WebCrypto, not by the package.
import { equal, ok, refuses } from './assert.mjs';
import { encodeText, forge, forgeClaims, KEY, KEY_NAME, NOW, SECONDS } from './tokens.mjs';

const OTHER = 'xVLyHw.other1:another-secret';
const ROTATED = `${KEY_NAME}:the-secret-after`;
const EXPIRED = { kind: 'expired', code: 40142, statusCode: 401 };
const AHEAD = 'check both clocks; clockToleranceSeconds allows for a difference';
const IN_FUTURE = { kind: 'token', code: 40144, path: 'claims["iat"]' };

/** Claims, options, and whether it is accepted (true) or how it is refused. Times are around NOW. */
const TIMES = {
  'expires in a second': [{ exp: SECONDS + 1 }, {}, true],
  'expires now': [{ iat: SECONDS - 9, exp: SECONDS }, {}, EXPIRED],
  'expired 10 s ago': [
    { iat: SECONDS - 60, exp: SECONDS - 10 },
    {},
    {
      ...EXPIRED,
      message: 'the token expired 10 s ago, at 22:13:10Z; the clock here says 22:13:20Z; ask for a new one',
      path: 'claims["exp"]',
    },
  ],
  'expired an hour ago': [
    { iat: SECONDS - 7000, exp: SECONDS - 3602 },
    {},
    {
      ...EXPIRED,
      message: 'the token expired 1 h ago, at 21:13:18Z; the clock here says 22:13:20Z; ask for a new one',
    },
  ],
  'expired the day before': [
    { iat: SECONDS - 90_000, exp: SECONDS - 86_000 },
    {},
    {
      ...EXPIRED,
      message:
        'the token expired 23 h 53 min ago, at 2023-11-13T22:20:00Z; the clock here says 2023-11-14T22:13:20Z; ask for a new one',
    },
  ],
  'expires this second': [
    { iat: SECONDS - 60, exp: SECONDS },
    {},
    {
      ...EXPIRED,
      message: 'the token expired just now, at 22:13:20Z; the clock here says 22:13:20Z; ask for a new one',
    },
  ],
  'expired, within the tolerance': [{ iat: SECONDS - 60, exp: SECONDS - 10 }, { clockToleranceSeconds: 11 }, true],
  'expired by the tolerance': [{ iat: SECONDS - 60, exp: SECONDS - 10 }, { clockToleranceSeconds: 10 }, EXPIRED],
  'issued 60 s ahead': [{ iat: SECONDS + 60 }, {}, true],
  'issued 61 s ahead': [{ iat: SECONDS + 61 }, {}, IN_FUTURE],
  'issued 5 min ahead': [
    { iat: SECONDS + 300 },
    {},
    {
      ...IN_FUTURE,
      remediation: AHEAD,
      message: `the token was issued 5 min in the future, at 22:18:20Z; the clock here says 22:13:20Z; ${AHEAD}`,
    },
  ],
  'issued in milliseconds': [
    { iat: NOW, exp: NOW + 3_600_000 },
    {},
    { ...IN_FUTURE, message: "the token's iat is 1700000000000, which looks like milliseconds; iat has seconds" },
  ],
  'issued 1 s ahead without tolerance': [{ iat: SECONDS + 1 }, { clockToleranceSeconds: 0 }, IN_FUTURE],
  'issued 61 s ahead with tolerance': [{ iat: SECONDS + 61 }, { clockToleranceSeconds: 61 }, true],
  'valid from 61 s ahead': [
    { nbf: SECONDS + 61 },
    {},
    {
      kind: 'token',
      code: 40144,
      path: 'claims["nbf"]',
      message: `the token becomes valid in 1 min 1 s, at 22:14:21Z; the clock here says 22:13:20Z; ${AHEAD}`,
    },
  ],
  'lives a day': [{ exp: SECONDS + 86400 }, {}, true],
  'lives over a day': [{ exp: SECONDS + 86401 }, {}, { kind: 'token', code: 40003, path: 'claims["exp"]' }],
  'lives over a day, which is allowed': [{ exp: SECONDS + 86401 }, { maxTtlSeconds: 86401 }, true],
  'lives longer than is allowed': [
    { exp: SECONDS + 61 },
    { maxTtlSeconds: 60 },
    { kind: 'token', code: 40003, message: 'the token lives 61 seconds, over the limit of 60' },
  ],
  'ends before it begins': [{ exp: SECONDS - 1 }, {}, { kind: 'token', code: 40144 }],
};

const WRONG_TYPES = {
  'no options': [undefined, { kind: 'usage', path: 'options', message: 'options is undefined; give an object' }],
  'no key': [{}, { kind: 'usage', path: 'key', message: 'key is undefined; give a string' }],
  'key and keys': [
    { key: KEY, keys: [KEY] },
    { kind: 'usage', path: 'key', message: 'key is given together with keys; give only one of the two' },
  ],
  'keys as text': [{ keys: KEY }, { kind: 'usage', path: 'keys', message: 'keys is a string; give a list of keys' }],
  'no keys': [{ keys: [] }, { kind: 'usage', path: 'keys', message: 'keys is empty; give a list of keys' }],
  'a key that is none': [{ keys: [KEY, 'bad'] }, { kind: 'key', code: 40005, path: 'keys[1]' }],
  'a key that is no text': [
    { keys: [KEY, 1] },
    { kind: 'usage', path: 'keys[1]', message: 'keys[1] is a number; give a string' },
  ],
  'a key without a colon': [{ keys: [KEY, 'nope'] }, { kind: 'key', code: 40005, path: 'keys[1]' }],
  'clockToleranceSeconds below 0': [
    { key: KEY, clockToleranceSeconds: -1 },
    { kind: 'usage', path: 'clockToleranceSeconds', message: 'clockToleranceSeconds is -1; give whole seconds' },
  ],
  'maxTtlSeconds as text': [
    { key: KEY, maxTtlSeconds: '60' },
    { kind: 'usage', path: 'maxTtlSeconds', message: 'maxTtlSeconds is a string; give whole seconds' },
  ],
  'embedded as text': [
    { key: KEY, embedded: 'yes' },
    { kind: 'usage', path: 'embedded', message: 'embedded is a string; give true or false' },
  ],
  'now as text': [
    { key: KEY, now: '2023-11-14' },
    { kind: 'usage', path: 'now', message: 'now is a string; give ms since 1970 or a Date' },
  ],
  'a key capability that is none': [
    { key: KEY, keyCapability: { a: 'publish' } },
    { kind: 'capability', code: 40000, path: 'keyCapability["a"]' },
  ],
};

export default ({ test, library }) => {
  const { AblyAuthError, decodeJwt, issueJwtSync, verifyJwt } = library;
  const verify = (token, options) => verifyJwt(token, { key: KEY, now: NOW, ...options });

  for (const [name, [claims, options, wanted]] of Object.entries(TIMES))
    test(`times: ${name}`, async () => {
      const token = await forgeClaims(claims);
      if (wanted === true) equal(verify(token, options).issued, (claims.iat ?? SECONDS) * 1000);
      else refuses(AblyAuthError, () => verify(token, options), wanted);
    });

  for (const [name, [options, wanted]] of Object.entries(WRONG_TYPES))
    test(`wrong types: ${name}`, async () => {
      const token = await forgeClaims({});
      refuses(AblyAuthError, () => verifyJwt(token, options), wanted);
    });
  const A_STRING = 'give a string, such as the token that issueJwt returns or that an Authorization header contains';
  const IN_PLACE_OF_A_TOKEN = {
    undefined: [undefined, `undefined; ${A_STRING}; the value is missing where it was read`],
    null: [null, `null; ${A_STRING}; the value is missing where it was read`],
    'a number': [1, `a number; ${A_STRING}`],
    'an empty object': [{}, `an object; ${A_STRING}`],
    'a list': [[], `an array; ${A_STRING}`],
    'a promise': [Promise.resolve('x'), 'a promise; await it'],
    TokenDetails: [
      { token: 'x.y', issued: NOW, expires: NOW },
      'an object that contains a token, such as TokenDetails; give its token property',
    ],
    'a TokenRequest': [
      { keyName: KEY_NAME, nonce: 'x', mac: 'x' },
      'a TokenRequest; give the token that Ably returns for it, which requestToken gets',
    ],
    'a Request': [
      new Request('https://example.com/'),
      'a Request or a Response; give the token in its Authorization header, or the Request to verifyRequest',
    ],
    'an object that throws': [
      {
        // biome-ignore lint/suspicious/noThenProperty: it is looked at, to tell a promise
        get then() {
          throw new Error('no');
        },
      },
      `an object; ${A_STRING}`,
    ],
  };
  for (const [name, [given, says]] of Object.entries(IN_PLACE_OF_A_TOKEN))
    test(`in place of a token: ${name}`, () => {
      const wanted = { kind: 'usage', path: 'token', message: `token is ${says}` };
      refuses(AblyAuthError, () => verify(given), wanted);
      refuses(AblyAuthError, () => decodeJwt(given, { now: NOW }), wanted);
    });

  test('the claims are what was signed, whatever a key leaves of the capability', async () => {
    const capabilities = [
      '{"a":["publish"]}',
      '{"a":["*"],"b":["publish"]}',
      '{"b":["publish"],"a":["*"]}',
      '{"a":["subscribe","publish"]}',
      '{ "a": ["publish"] }',
      '{"é\\"a":["publish"]}',
    ];
    const keys = [undefined, '{"*":["*"]}', '{"a":["publish"]}', '{"*":["publish"]}'];
    for (const capability of capabilities)
      for (const others of [{}, { 'x-ably-clientId': 'ada' }, { own: [1] }]) {
        const claims = { 'x-ably-capability': capability, iat: SECONDS, exp: SECONDS + 60, ...others };
        const token = await forge({ typ: 'JWT', alg: 'HS256', kid: KEY_NAME }, claims);
        for (const keyCapability of keys.concat(keys))
          try {
            equal(verify(token, { keyCapability }).claims, claims);
          } catch (error) {
            if (error.code !== 40160) throw error;
          }
      }
  });

  test('the whole answer', async () => {
    const claims = {
      'x-ably-clientId': 'ada',
      'x-ably-revocation-key': 'g',
      own: { a: [1] },
      'x-ably-capability': '{"b":["publish"],"a":["*"]}',
    };
    equal(verify(await forgeClaims(claims)), {
      keyName: KEY_NAME,
      appId: 'xVLyHw',
      issued: NOW,
      expires: NOW + 3_600_000,
      clientId: 'ada',
      revocationKey: 'g',
      narrowed: false,
      capability: '{"a":["*"],"b":["publish"]}',
      claims: { iat: SECONDS, exp: SECONDS + 3600, ...claims },
      diagnostics: [
        {
          severity: 'info',
          code: 'narrowing-unknown',
          path: 'claims["x-ably-capability"]',
          message:
            'x-ably-capability is what the token asks for; what its key may do is not known here, so this is the most it can be',
        },
      ],
    });
  });
  test('by the clock', () => ok(verifyJwt(issueJwtSync({ key: KEY }).token, { key: KEY }).keyName));
  test('now as a Date', async () => equal(verify(await forgeClaims({}), { now: new Date(NOW) }).issued, NOW));

  test('kid picks one of several keys', async () => {
    const keys = [KEY, OTHER];
    for (const key of keys)
      equal(verify(await forgeClaims({}, key), { key: undefined, keys }).keyName, key.split(':')[0]);
  });
  test('an old and a new secret of one name are both tried, in either order', async () => {
    for (const key of [KEY, ROTATED])
      for (const keys of [
        [KEY, ROTATED],
        [ROTATED, KEY],
      ])
        equal(verify(await forgeClaims({}, key), { key: undefined, keys }).keyName, KEY_NAME);
  });
  test('another secret of that name', async () => {
    const wanted = {
      kind: 'token',
      code: 40101,
      statusCode: 401,
      path: 'token',
      message: "the token's signature is not this key's; it was signed with another secret, or changed afterwards",
    };
    const token = await forgeClaims({}, ROTATED);
    refuses(AblyAuthError, () => verify(token), wanted);
  });
  test('a key that was not given', async () => {
    const token = await forgeClaims({}, OTHER);
    refuses(AblyAuthError, () => verify(token), {
      kind: 'token',
      code: 40101,
      path: 'token',
      message: `the token is signed by the key "xVLyHw.other1"; the key given is "${KEY_NAME}"; give the key that signed it, or check which app the token is for`,
    });
  });
  test('the signature is looked at before any claim', async () => {
    const token = await forgeClaims({ iat: 'nonsense', exp: 1 });
    const changed = token.slice(0, -2) + (token.endsWith('AA') ? 'BA' : 'AA');
    refuses(AblyAuthError, () => verify(changed), { kind: 'token', code: /^(40101|40144)$/ });
    refuses(AblyAuthError, () => verify(token, { key: ROTATED }), { kind: 'token', code: 40101 });
  });

  test("the capability is narrowed by the key's", async () => {
    const token = await forgeClaims({ 'x-ably-capability': '{"*":["publish","subscribe"]}' });
    const verified = verify(token, { keyCapability: { 'chat:*': ['subscribe', 'history'] } });
    equal([verified.capability, verified.diagnostics], ['{"chat:*":["subscribe"]}', []]);
    refuses(AblyAuthError, () => verify(token, { keyCapability: '{"*":["history"]}' }), {
      kind: 'capability',
      code: 40160,
      statusCode: 401,
    });
  });
  test("without a capability claim: the key's, or none", async () => {
    const token = await forgeClaims({ 'x-ably-capability': undefined });
    equal(verify(token, { keyCapability: { b: ['publish'], a: ['*'] } }).capability, '{"a":["*"],"b":["publish"]}');
    const verified = verify(token);
    ok(!('capability' in verified));
    equal(
      verified.diagnostics.map(({ code }) => code),
      ['no-capability'],
    );
  });
  test('a capability as an object is read, and noted', async () => {
    const verified = verify(await forgeClaims({ 'x-ably-capability': { a: ['subscribe', 'publish'] } }));
    equal(verified.capability, '{"a":["publish","subscribe"]}');
    equal(
      verified.diagnostics.map(({ code }) => code),
      ['object-capability', 'narrowing-unknown'],
    );
  });
  test("diagnostics are the caller's own to change", async () => {
    const token = await forgeClaims({});
    const before = verify(token).diagnostics;
    before[0].message = 'changed';
    before.length = 0;
    equal(verify(token).diagnostics.length, 1);
    ok(verify(token).diagnostics[0].message !== 'changed');
  });

  test('an embedded token is refused unless wanted', async () => {
    const inner = await forgeClaims({ 'x-ably-clientId': 'ada' });
    const outer = await forge(
      { alg: 'HS256' },
      { 'x-ably-token': inner, exp: SECONDS + 60 },
      'outer.outer:outer-secret',
    );
    refuses(AblyAuthError, () => verify(outer), { kind: 'token', code: 40144 });
    refuses(AblyAuthError, () => verify(outer, { embedded: false }), { kind: 'token', code: 40144 });
    const verified = verify(outer, { embedded: true });
    equal([verified.clientId, verified.expires], ['ada', NOW + 60_000]);
    equal(verify(inner, { embedded: true }).clientId, 'ada', 'none inside');
    const twice = await forge(
      { alg: 'HS256' },
      { 'x-ably-token': outer, exp: SECONDS + 60 },
      'outer.outer:outer-secret',
    );
    refuses(AblyAuthError, () => verify(twice, { embedded: true }), { kind: 'token' });
  });

  // ---- decodeJwt
  test('decode: the whole answer', async () => {
    const token = await forgeClaims({ 'x-ably-clientId': 'ada', 'x-ably-revocation-key': 'g' }, OTHER);
    const { diagnostics, ...decoded } = decodeJwt(token, { now: NOW });
    equal(decoded, {
      verified: false,
      header: { typ: 'JWT', alg: 'HS256', kid: 'xVLyHw.other1' },
      keyName: 'xVLyHw.other1',
      appId: 'xVLyHw',
      claims: {
        iat: SECONDS,
        exp: SECONDS + 3600,
        'x-ably-capability': '{"*":["*"]}',
        'x-ably-clientId': 'ada',
        'x-ably-revocation-key': 'g',
      },
      clientId: 'ada',
      revocationKey: 'g',
      capability: '{"*":["*"]}',
      issued: NOW,
      expires: NOW + 3_600_000,
    });
    equal(
      diagnostics.map(({ severity }) => severity).filter((severity) => severity === 'error'),
      [],
    );
  });
  test('decode: a token of another kind', () => {
    const token = `${encodeText('{"alg":"RS256"}')}.${encodeText('{"sub":"x"}')}.AAAA`;
    const { diagnostics, ...decoded } = decodeJwt(token, { now: NOW });
    equal(decoded, { verified: false, header: { alg: 'RS256' }, claims: { sub: 'x' } });
    equal(
      diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code),
      ['bad-header', 'missing-kid', 'missing-claim', 'missing-claim'],
    );
  });
  test('decode: by the clock', () => {
    equal(
      decodeJwt(issueJwtSync({ key: KEY }).token).diagnostics.filter(({ severity }) => severity === 'error'),
      [],
    );
    const old = decodeJwt(issueJwtSync({ key: KEY, now: NOW }).token);
    equal(
      old.diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code),
      ['expired'],
    );
  });
  test('decode: not a JWT at all', () => {
    for (const token of ['', 'a', 'a.b', 'a.b.c', 'a.b.c.d', '..', 'xVLyHw.opaque-ably-token'])
      refuses(AblyAuthError, () => decodeJwt(token, { now: NOW }), { kind: 'token', code: 40144, path: 'token' });
  });
  test('decode: a kid without a dot gives no app', () => {
    const decoded = decodeJwt(`${encodeText('{"alg":"HS256","kid":"nodot"}')}.${encodeText('{}')}.AAAA`, { now: NOW });
    ok(decoded.keyName === 'nodot' && !('appId' in decoded));
  });
};
