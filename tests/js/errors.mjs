// explainError and the table of error codes.
import { equal, ok, refuses } from './assert.mjs';
import { KEY } from './tokens.mjs';

/** What Ably's servers and SDKs say, and the code that they say it with. Source: ably/ably-common errors/codes, ably-js. */
const TEXTS = [
  ['operation not permitted with provided capability', 40160],
  ['Unauthorized to publish to channel', 40160],
  ['Listing channels requires the channel-metadata capability', 40160],
  ['token unrecognized', 40143],
  ['Token unrecognized: aaaaaa.bbb', 40143],
  ['Token expired', 40142],
  ['Timestamp not current', 40104],
  ['Nonce value replayed', 40105],
  ['authUrl response is missing a Content-Type header', 40170],
  ['Mismatch between clientId in token (ada) and current clientId (bob)', 40102],
  ['Access denied to channel: namespace orders requires identified clients', 40161],
  ['Rate limit exceeded; request rejected (nonfatal); metric = connection.inboundRate; x', 42911],
  ['Rate limit exceeded; request rejected (nonfatal); metric = channel.maxRate; x', 42910],
  ['Unable to activate account due to placement constraint (incompatible site)', 40332],
  ['Unable to activate account due to placement constraint', 40330],
  ['Annotations are only supported on channels with mutable messages enabled in channel namespace settings', 93002],
  ['[ErrorInfo: Channel denied access; statusCode=401; code=40160]', 40160],
  ['Something. See https://help.ably.io/error/40142 for help.', 40142],
  ['(40171) the client cannot renew', 40171],
  ['  40160 ', 40160],
  ['{"error":{"code":40300,"statusCode":403,"message":"no"}}', 40300],
  ['{not JSON, but code: 40144}', 40144],
  ['code=45678 is not in the table, 40160 is', 45678],
  ['a number such as 1404051 or 40160.5 or x40160 is no code', undefined],
  ['nothing that Ably says', undefined],
  ['', undefined],
];

const FORMS = [
  ['a code', 40160, 40160],
  ['an ErrorInfo', { code: 40160, statusCode: 401, message: 'x' }, 40160],
  ['the body of a response', { error: { code: 40142, statusCode: 401, message: 'x' } }, 40142],
  ['an Error with the code in its message', new Error('token revoked (code: 40141)'), 40141],
  ['a code as text', { code: '40160' }, 40160],
  [
    'a response with headers only',
    { status: 429, headers: { get: (n) => (n === 'x-ably-errorcode' ? '42922' : null) } },
    42922,
  ],
  ['nothing', undefined, undefined],
  ['null', null, undefined],
  ['a function', () => 40160, undefined],
  ['an empty object', {}, undefined],
  ['a broken code', { code: 4.5 }, undefined],
];

export default ({ test, library, errors }) => {
  const { AblyAuthError, issueJwtSync } = library;
  const { errorCodes, explainError } = errors;

  test('the table has each code once, in order, and every row is complete', () => {
    ok(errorCodes.length >= 127, `${errorCodes.length} codes`);
    const codes = errorCodes.map(({ code }) => code);
    equal(
      codes,
      [...new Set(codes)].sort((one, other) => one - other),
    );
    for (const { code, meaning, causes, remediation } of errorCodes) {
      ok(meaning !== '' && !meaning.endsWith('.'), `${code}: ${meaning}`);
      ok(causes.length > 0 && causes.every((cause) => cause !== '' && !cause.endsWith('.')), `${code}: ${causes}`);
      ok(/^[A-Z].*\.$/.test(remediation), `${code}: ${remediation}`);
    }
  });
  test('no text of the table belongs to two codes', () => {
    const texts = errorCodes.flatMap(({ texts = [] }) => texts.map((text) => text.toLowerCase()));
    equal(texts, [...new Set(texts)]);
  });
  test('every text of the table leads to its code', () => {
    for (const { code, texts = [] } of errorCodes) for (const text of texts) equal(explainError(text).code, code, text);
  });
  for (const [text, code] of TEXTS) test(`by text: ${text}`, () => equal(explainError(text).code, code));
  for (const [name, error, code] of FORMS) test(`by form: ${name}`, () => equal(explainError(error).code, code));

  test('a code has its status, its page, its causes and what to do', () => {
    const { causes, ...rest } = explainError(40105);
    equal(rest, {
      code: 40105,
      statusCode: 401,
      meaning: 'The nonce has been used before',
      remediation: 'Answer with Cache-Control: no-store, or issue JWTs.',
      href: 'https://help.ably.io/error/40105',
    });
    equal(causes.length, 2);
  });
  test('an unknown code still has its page', () =>
    equal(explainError(45678), {
      code: 45678,
      meaning: 'The code 45678 is not in the table of this package',
      causes: [],
      remediation: 'Read the message of the error, and the page that its href leads to.',
      href: 'https://help.ably.io/error/45678',
    }));
  test('the status of the error counts before that of the table', () =>
    equal(explainError({ code: 80019, statusCode: 403 }).statusCode, 403));
  test('a cause is explained too', () => {
    const { code, cause } = explainError({ code: 80019, statusCode: 403, cause: { code: 40300 } });
    equal([code, cause.code, cause.cause], [80019, 40300, undefined]);
  });
  test('a circle of causes ends', () => {
    const error = { code: 80019 };
    error.cause = error;
    ok(explainError(error).code === 80019);
  });
  test('a getter that throws is passed over', () =>
    equal(
      explainError({
        code: 40160,
        get message() {
          throw new Error('no');
        },
      }).code,
      40160,
    ));
  test('a caller may change what it gets', () => {
    explainError(40160).causes.length = 0;
    ok(explainError(40160).causes.length > 0);
  });
  test('an error of this package', () => {
    try {
      issueJwtSync({ key: KEY, ttlSeconds: 100_000 });
    } catch (error) {
      equal(explainError(error).code, 40003);
    }
  });

  const NOW = Date.now();
  const issue = (options) => issueJwtSync({ key: KEY, now: NOW, ...options }).token;
  const here = (code, options, context = {}) =>
    explainError(code, { token: issue(options), now: NOW, ...context }).here.map(({ message }) => message);
  const CHAT = { capability: { 'chat:1': ['subscribe'] } };
  const ASKED = { channel: 'chat:1', operation: 'publish' };
  test('what to grant: the operation on the entry, or a narrower entry', () => {
    const remedy = (capability) =>
      explainError(40160, { token: issue({ capability }), now: NOW, ...ASKED }).here.map((it) => it.remediation);
    equal(remedy({ 'chat:1': ['subscribe'] }), ['grant publish on chat:1']);
    equal(remedy({ 'chat:*': ['subscribe'] }), ['issue a token with {"chat:1":["publish"]}']);
    equal(remedy({ news: ['publish'] }), ['issue a token with {"chat:1":["publish"]}']);
  });

  const FOUND = [
    [
      'the operation is missing',
      40160,
      CHAT,
      ASKED,
      ['publish on chat:1 is not allowed: `chat:1` matches but grants subscribe, not publish'],
    ],
    ['what the token grants', 40160, CHAT, {}, ['the token grants subscribe on chat:1']],
    [
      'the key is the reason',
      40160,
      { capability: { '*': ['*'] } },
      { ...ASKED, keyCapability: { news: ['*'] } },
      [/^the key does not allow it: publish on chat:1 is not allowed/],
    ],
    [
      'the token is not the reason',
      40160,
      { capability: { '*': ['*'] } },
      ASKED,
      [/^the token allows publish on chat:1, so the capability of its key/],
    ],
    [
      'an older token',
      40160,
      { capability: { '*': ['*'] } },
      { ...ASKED, keyCapability: { '*': ['*'] } },
      [/and so does its key$/],
    ],
    [
      'a room by its name',
      40160,
      { capability: { room: ['publish'] } },
      { channel: 'room::$chat', operation: 'publish' },
      [/^the token allows publish on room::\$chat/],
    ],
    [
      'the operation follows from the code',
      91008,
      { capability: { a: ['presence'] } },
      { channel: 'a' },
      [/^subscribe on a is not allowed/],
    ],
    [
      'only the mode is missing',
      40165,
      { capability: { a: ['publish'] } },
      { channel: 'a', operation: 'publish' },
      ['the token allows publish on a'],
    ],
    ['no client id', 91000, {}, {}, ['the token has no client id']],
    ['another client id', 40102, { clientId: 'ada' }, {}, ['the client id of the token is "ada"']],
    ['any client id', 40012, { clientId: '*' }, {}, [/^the client id of the token is \*/]],
    [
      'expired',
      40142,
      { now: NOW - 7_200_000, ttlSeconds: 60 },
      {},
      [/^the token expired at /, 'the token lives for 60 s only'],
    ],
    ['not expired', 40142, {}, {}, [/^by the clock here the token is valid until /]],
    [
      'too long for a revocable key',
      40003,
      { ttlSeconds: 7200 },
      {},
      [/^the token lives for 7200 s, which is too long/],
    ],
    [
      'what a revocation matches',
      40141,
      { clientId: 'ada', revocationKey: 'g' },
      {},
      [/^the token has the client id "ada" and the revocation key "g", issued at /],
    ],
    ['no client type', 40167, {}, {}, ['the token has no x-ably-clientType']],
    ['a client type', 40167, { clientType: 'server' }, {}, []],
    [
      'a rate limit',
      42911,
      { publishRateLimits: { 'chat:*': 2 } },
      {},
      ['the token allows 2 messages per second for each connection on chat:*'],
    ],
    ['a code that no token explains', 40009, {}, {}, []],
  ];
  for (const [name, code, options, context, expected] of FOUND)
    test(`here: ${name}`, () => {
      const found = here(code, options, context);
      equal(found.length, expected.length, found.join('\n'));
      for (const [index, wanted] of expected.entries())
        ok(wanted instanceof RegExp ? wanted.test(found[index]) : wanted === found[index], found[index]);
    });
  test('here: a text that is no token', () =>
    ok(/Ably token/.test(explainError(40143, { token: `aaaaaa.${'A'.repeat(60)}` }).here[0].message)));
  test('here: claims that are misspelt', () => {
    const encode = (value) => btoa(JSON.stringify(value)).replaceAll('=', '');
    const token = `${encode({ alg: 'HS256', kid: 'a.b' })}.${encode({ iat: 1, exp: 9e9, 'x-ably-clientid': 'a' })}.AAAA`;
    const { message, remediation } = explainError(40101, { token }).here.find(({ message }) =>
      /clientid/.test(message),
    );
    ok(message.includes('"x-ably-clientid"') && remediation.includes('x-ably-clientId'), message);
  });
  test('here is absent without a token', () => ok(!('here' in explainError(40160, ASKED))));
  test('no message holds the token', () => {
    const token = issue({ clientId: 'ada' });
    for (const { code } of errorCodes)
      ok(!JSON.stringify(explainError(code, { token, ...ASKED })).includes(token.slice(0, 20)), `${code}`);
  });
  test('unknown options and wrong types are refused', () => {
    refuses(AblyAuthError, () => explainError(40160, { chanel: 'a' }), { kind: 'usage', path: 'chanel' });
    refuses(AblyAuthError, () => explainError(40160, { token: 5 }), { kind: 'usage', path: 'token' });
    refuses(AblyAuthError, () => explainError(40160, null), { kind: 'usage' });
  });
};
