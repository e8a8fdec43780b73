// issueJwt and issueJwtSync: every option, what it puts into the token, and how it is refused.
import { equal, ok, refuses, rejects, wholeMessage } from './assert.mjs';
import { KEY, KEY_NAME, NOW, openWith, SECONDS } from './tokens.mjs';

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const TTL_HINT = 'give whole seconds, 1 to 86400 for any token';

/** Options, and the claims they add to the three that every token has. */
const CLAIMS = {
  'nothing but the key': [{}, {}],
  'a client id': [{ clientId: 'ada' }, { 'x-ably-clientId': 'ada' }],
  'any client id': [{ clientId: '*' }, { 'x-ably-clientId': '*' }],
  'a client id of null': [{ clientId: null }, {}],
  'everything undefined': [
    {
      capability: undefined,
      clientId: undefined,
      ttlSeconds: undefined,
      revocationKey: undefined,
      revocable: undefined,
      channelClaims: undefined,
      roomClaims: undefined,
      publishRateLimits: undefined,
      clientType: undefined,
      jwtId: undefined,
      claims: undefined,
      keyCapability: undefined,
    },
    {},
  ],
  'a revocation key': [{ revocationKey: 'group-1' }, { 'x-ably-revocation-key': 'group-1' }],
  'a server': [{ clientType: 'server' }, { 'x-ably-clientType': 'server' }],
  'a JWT id': [{ jwtId: 'id-1' }, { jti: 'id-1' }],
  'no JWT id': [{ jwtId: false }, {}],
  'the shortest life': [{ ttlSeconds: 1 }, { exp: SECONDS + 1 }],
  'the longest life': [{ ttlSeconds: 86400 }, { exp: SECONDS + 86400 }],
  'the longest life under a revocable key': [{ ttlSeconds: 3600, revocable: true }, {}],
  'not revocable': [{ ttlSeconds: 7200, revocable: false }, { exp: SECONDS + 7200 }],
  'channel claims, not only texts': [
    { channelClaims: { 'chat:*': 'admin', news: { level: [1, null] }, n: 1.5, yes: true, none: null } },
    {
      'ably.channel.chat:*': 'admin',
      'ably.channel.news': '{"level":[1,null]}',
      'ably.channel.n': '1.5',
      'ably.channel.yes': 'true',
      'ably.channel.none': 'null',
    },
  ],
  'room claims': [{ roomClaims: { lobby: 'guest' } }, { 'ably.room.lobby': 'guest' }],
  'publish rate limits': [
    { publishRateLimits: { 'chat:*': 10, slow: 0.5 } },
    { 'ably.limits.publish.perAttachment.maxRate.chat:*': 10, 'ably.limits.publish.perAttachment.maxRate.slow': 0.5 },
  ],
  'claims of any shape': [
    { claims: { iss: 'me', nbf: SECONDS, deep: { a: [true, null, 'x', 1e21] }, '': 0 } },
    { iss: 'me', nbf: SECONDS, deep: { a: [true, null, 'x', 1e21] }, '': 0 },
  ],
  'undefined in claims is left out, as JSON.stringify does': [
    { claims: { a: undefined, b: { c: undefined } }, channelClaims: {}, roomClaims: { x: undefined } },
    { b: {} },
  ],
  'text that looks like what JSON lacks': [
    { claims: { a: 'Infinity', b: 'NaN', c: ['-Infinity'] } },
    { a: 'Infinity', b: 'NaN', c: ['-Infinity'] },
  ],
  'members that JavaScript would call': [
    { claims: { a: { toString: 1, valueOf: 2 } } },
    { a: { toString: 1, valueOf: 2 } },
  ],
  'toJSON in claims': [{ claims: { at: new Date(NOW) } }, { at: '2023-11-14T22:13:20.000Z' }],
};

/** Reserved claim names and the option to use in their place. */
const RESERVED = {
  iat: 'it is the time of issue: use now',
  exp: 'it follows from ttlSeconds',
  jti: 'use jwtId',
  'x-ably-capability': 'use capability',
  'x-ably-clientId': 'use clientId',
  'x-ably-revocation-key': 'use revocationKey',
  'x-ably-clientType': 'use clientType',
  'x-ably-token': "names that begin with x-ably- are Ably's",
  'ably.channel.chat': 'use channelClaims',
  'ably.room.lobby': 'use roomClaims',
  'ably.limits.publish.perAttachment.maxRate.chat': 'use publishRateLimits',
  'ably.anything': "names that begin with ably. are Ably's",
};

/** Options that are refused, and how. */
const REFUSED = {
  'ttlSeconds of 0': [
    { ttlSeconds: 0 },
    {
      kind: 'token',
      code: 40003,
      statusCode: 400,
      path: 'ttlSeconds',
      message: 'ttlSeconds is 0; give whole seconds, 1 to 86400 for any token',
    },
  ],
  'ttlSeconds over a day': [
    { ttlSeconds: 86401 },
    { kind: 'token', code: 40003, message: 'ttlSeconds is 86401; give whole seconds, 1 to 86400 for any token' },
  ],
  'ttlSeconds over 32 bits': [{ ttlSeconds: 2 ** 32 + 60 }, { kind: 'token', code: 40003 }],
  'ttlSeconds over an hour when revocable': [
    { ttlSeconds: 3601, revocable: true },
    {
      kind: 'token',
      code: 40003,
      message: 'ttlSeconds is 3601; give whole seconds, 1 to 3600 for a key with revocable tokens',
    },
  ],
  'ttlSeconds with a fraction': [
    { ttlSeconds: 1.5 },
    {
      kind: 'token',
      code: 40003,
      statusCode: 400,
      path: 'ttlSeconds',
      message: `ttlSeconds is 1.5; ${TTL_HINT}`,
      remediation: TTL_HINT,
    },
  ],
  'ttlSeconds below 0': [{ ttlSeconds: -1 }, { kind: 'token', code: 40003, message: `ttlSeconds is -1; ${TTL_HINT}` }],
  'ttlSeconds NaN': [{ ttlSeconds: NaN }, { kind: 'token', code: 40003, message: `ttlSeconds is NaN; ${TTL_HINT}` }],
  'ttlSeconds Infinity': [
    { ttlSeconds: Infinity },
    { kind: 'token', code: 40003, message: `ttlSeconds is Infinity; ${TTL_HINT}` },
  ],
  'ttlSeconds as text': [
    { ttlSeconds: '60' },
    { kind: 'token', code: 40003, message: `ttlSeconds is a string; ${TTL_HINT}` },
  ],
  'ttlSeconds null': [{ ttlSeconds: null }, { kind: 'token', code: 40003, message: `ttlSeconds is null; ${TTL_HINT}` }],
  'ttlSeconds as a BigInt': [
    { ttlSeconds: 60n },
    { kind: 'token', code: 40003, message: `ttlSeconds is a bigint; ${TTL_HINT}` },
  ],
  'an empty client id': [
    { clientId: '' },
    {
      kind: 'token',
      code: 40012,
      statusCode: 400,
      path: 'clientId',
      message: 'clientId is empty; leave it out for a token without a client id',
    },
  ],
  'an empty revocation key': [
    { revocationKey: '' },
    {
      kind: 'token',
      code: 40144,
      path: 'revocationKey',
      message: 'revocationKey is empty; leave it out if there is none',
    },
  ],
  'an empty JWT id': [
    { jwtId: '' },
    { kind: 'token', code: 40144, path: 'jwtId', message: 'jwtId is empty; leave it out if there is none' },
  ],
  'another client type': [
    { clientType: 'client' },
    {
      kind: 'usage',
      code: undefined,
      path: 'clientType',
      message: 'clientType is a string other than "server"; give "server", or leave it out',
    },
  ],
  "a capability outside the key's": [
    { capability: { a: ['publish'] }, keyCapability: { b: ['*'] } },
    { kind: 'capability', code: 40160, statusCode: 401, path: 'capability' },
  ],
  'a key capability that is no list': [
    { keyCapability: { b: 1 } },
    { kind: 'capability', code: 40000, path: 'keyCapability["b"]' },
  ],
  'a key capability that is no JSON': [
    { keyCapability: 'nope' },
    { kind: 'capability', code: 40000, path: 'keyCapability', message: /^the keyCapability is not JSON/ },
  ],
  'an unknown operation': [
    { capability: { 'chat:*': ['publsh'] } },
    {
      kind: 'capability',
      code: 40000,
      statusCode: 400,
      path: 'capability["chat:*"][0]',
      remediation: 'did you mean "publish"?',
      message: 'capability["chat:*"][0] is the unknown operation "publsh"; did you mean "publish"?',
    },
  ],
  'an empty capability': [{ capability: {} }, { kind: 'capability', code: 40000 }],
  'a rate of 0': [
    { publishRateLimits: { a: 0 } },
    {
      kind: 'usage',
      path: 'publishRateLimits["a"]',
      message: 'publishRateLimits["a"] is not a number above 0 (messages per second)',
    },
  ],
  'a rate below 0': [{ publishRateLimits: { a: -1 } }, { kind: 'usage', path: 'publishRateLimits["a"]' }],
  'a rate as text': [{ publishRateLimits: { a: '1' } }, { kind: 'usage', path: 'publishRateLimits["a"]' }],
  'a rate of Infinity': [{ publishRateLimits: { a: Infinity } }, { kind: 'usage' }],
  'a claim for no channel': [
    { channelClaims: { '': 'x' } },
    { kind: 'usage', path: 'channelClaims[""]', message: 'channelClaims[""] has an empty name, which no channel has' },
  ],
  'channelClaims as a list': [
    { channelClaims: ['a'] },
    { kind: 'usage', path: 'channelClaims', message: /^channelClaims is an array, not an object/ },
  ],
  'claims as text': [
    { claims: '{"a":1}' },
    { kind: 'usage', path: 'claims', message: /^claims is a string, not an object/ },
  ],
  'claims null': [{ claims: null }, { kind: 'usage', path: 'claims', message: /^claims is null, not an object/ }],
  'roomClaims as a number': [{ roomClaims: 1 }, { kind: 'usage', path: 'roomClaims' }],
  'claims over the bound': [
    { claims: { a: 'x'.repeat(65536) } },
    { kind: 'usage', path: 'claims', message: 'the claims have more than 65536 characters' },
  ],
};

export default ({ test, library }) => {
  const { AblyAuthError, issueJwt, issueJwtSync } = library;
  const issue = (options) => issueJwtSync({ key: KEY, now: NOW, ...options });

  for (const [name, [options, claims]] of Object.entries(CLAIMS))
    test(`claims: ${name}`, async () => {
      const { token } = issue(options);
      const opened = await openWith(token);
      equal(opened.header, { typ: 'JWT', alg: 'HS256', kid: KEY_NAME });
      equal(opened.claims, { 'x-ably-capability': '{"*":["*"]}', iat: SECONDS, exp: SECONDS + 3600, ...claims });
      equal((await issueJwt({ key: KEY, now: NOW, ...options })).token, token, 'issueJwt');
    });

  for (const [name, [options, wanted]] of Object.entries(REFUSED))
    test(`refused: ${name}`, async () => {
      refuses(AblyAuthError, () => issue(options), wanted);
      await rejects(AblyAuthError, issueJwt({ key: KEY, now: NOW, ...options }), wanted);
    });

  for (const [name, remediation] of Object.entries(RESERVED))
    test(`reserved: ${name}`, () => {
      refuses(AblyAuthError, () => issue({ claims: { [name]: 1 } }), {
        kind: 'usage',
        remediation,
        path: `claims["${name}"]`,
        message: `claims["${name}"] is a reserved claim name; ${remediation}`,
      });
    });

  test('the answer is a TokenDetails', () => {
    const { token, ...plain } = issue({
      capability: { 'chat:*': ['subscribe', 'publish', 'publish'] },
      clientId: 'ada',
      ttlSeconds: 60,
    });
    equal(typeof token, 'string');
    equal(plain, {
      keyName: KEY_NAME,
      appId: 'xVLyHw',
      issued: NOW,
      expires: NOW + 60_000,
      ttlSeconds: 60,
      clientId: 'ada',
      capability: '{"chat:*":["publish","subscribe"]}',
      warnings: [],
    });
  });
  test('without a client id there is no such member', () => ok(!('clientId' in issue({ clientId: null }))));

  test('capability as text and as an object', () => {
    const capability = { b: ['publish'], a: ['*'] };
    equal(issue({ capability }).token, issue({ capability: JSON.stringify(capability) }).token);
    equal(issue({ capability: ' { "b" : [ "publish" ] , "a" : [ "*" ] } ' }).capability, '{"a":["*"],"b":["publish"]}');
  });

  test('now: ms are dropped', () => equal(issue({ now: NOW + 999 }).issued, NOW));
  test('now: a fraction of a ms', () => equal(issue({ now: NOW + 0.5 }).issued, NOW));
  test('now: a Date', () => equal(issue({ now: new Date(NOW) }).token, issue({}).token));
  test('now: the earliest that is not taken for seconds', () => equal(issue({ now: 1e12 }).issued, 1e12));
  test('now: the last ms of a Date', () => equal(issue({ now: 8.64e15 }).issued, 8.64e15));
  test('now: the clock', () => ok(Math.abs(issueJwtSync({ key: KEY }).issued - Date.now()) < 60_000));
  for (const now of [NaN, Infinity, -1, 8.64e15 + 1])
    test(`now: ${now} is refused`, () =>
      refuses(AblyAuthError, () => issue({ now }), {
        kind: 'usage',
        path: 'now',
        message: `now is ${now}; give ms since 1970 or a Date`,
      }));
  test('now: an invalid Date is refused', () =>
    refuses(AblyAuthError, () => issue({ now: new Date('?') }), {
      kind: 'usage',
      path: 'now',
      message: 'now is NaN; give ms since 1970 or a Date',
    }));

  test('jwtId true is another UUID each time', async () => {
    const ids = await Promise.all(
      [issue({ jwtId: true }), issue({ jwtId: true })].map(async ({ token }) => (await openWith(token)).claims.jti),
    );
    ok(
      ids.every((id) => UUID.test(id)),
      String(ids),
    );
    ok(ids[0] !== ids[1]);
  });

  test('jwtId true is a UUID even where crypto.randomUUID is missing, as on a page by plain HTTP', async () => {
    Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
    try {
      for (let i = 0; i < 50; i++) {
        const { jti } = (await openWith(issue({ jwtId: true }).token)).claims;
        ok(UUID.test(jti), jti);
      }
    } finally {
      delete crypto.randomUUID;
    }
    ok(crypto.randomUUID());
  });

  test('warnings come with the answer', () => {
    const { warnings } = issue({ capability: { 'chat*': ['publish', 'stats'] } });
    equal(
      warnings.map(({ severity, code }) => [severity, code]),
      [
        ['warning', 'literal-star'],
        ['warning', 'stats-needs-star'],
      ],
    );
    equal(warnings[0].suggestion, 'chat:*');
  });
  test('a warning for what the key takes away', () => {
    const { warnings, capability } = issue({
      capability: { a: ['publish'], b: ['publish'] },
      keyCapability: { a: ['*'] },
    });
    equal(
      warnings.map(({ code, path }) => [code, path]),
      [['outside-key', 'capability["b"]']],
    );
    equal(capability, '{"a":["publish"],"b":["publish"]}', 'what is signed is what was asked for');
  });
  test('a warning of a claim for a literal star', () =>
    equal(
      issue({ channelClaims: { 'chat*': 'x' } }).warnings.map(({ code, path }) => [code, path]),
      [['literal-star', 'channelClaims["chat*"]']],
    ));

  test('warnings about what is written for a product', () => {
    const codes = (options) => issue(options).warnings.map(({ code, path }) => [code, path]);
    const room = { 'support:7::$chat': ['publish', 'subscribe'] };
    equal(codes({ capability: room, clientId: 'ada' }), []);
    equal(codes({ capability: room, clientId: '*', ttlSeconds: 599 }), [
      ['short-ttl', 'ttlSeconds'],
      ['wildcard-client-id', 'clientId'],
    ]);
    equal(codes({ capability: room, clientId: null }), [['unidentified', 'clientId']]);
    equal(codes({ capability: { '[chat]support:7': ['presence'] }, clientId: 'ada' }), [
      ['deprecated-qualifier', 'capability["[chat]support:7"]'],
      ['presence-without-subscribe', 'capability["[chat]support:7"]'],
    ]);
    equal(codes({ capability: { 'support:7': ['presence'] }, clientId: '*', ttlSeconds: 599 }), []);
  });

  test('warnings of one token are not those of the next', () => {
    equal(issue({ capability: { 'chat*': ['publish'] } }).warnings.length, 1);
    equal(issue({}).warnings, []);
  });

  test('over 6,000 characters warns, over 8,000 is refused with the way out', () => {
    const sized = (times) =>
      issue({ capability: Object.fromEntries(Array.from({ length: times }, (_, i) => [`channel-${i}`, ['publish']])) });
    let times = 1;
    while (sized(times).warnings.length === 0) times++;
    const long = sized(times);
    equal(
      long.warnings.map(({ code }) => code),
      ['long-token'],
    );
    ok(long.token.length > 6000 && sized(times - 1).token.length <= 6000);
    const error = refuses(
      AblyAuthError,
      () => {
        for (;;) sized(times++);
      },
      { kind: 'token', path: 'token' },
    );
    ok(
      /^the token would be 8\d\d\d characters long, over the bound of 8000; .*createTokenRequest/.test(
        wholeMessage(error),
      ),
      wholeMessage(error),
    );
  });
};
