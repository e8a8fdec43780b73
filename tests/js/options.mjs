// Options of every function that has some: unknown ones, wrong types, and odd objects to hold them.
import { equal, ok, refuses, wholeMessage } from './assert.mjs';
import { forgeClaims, KEY, NOW } from './tokens.mjs';

/** What was typed, and what was probably meant. */
const SLIPS = {
  issueJwtSync: {
    ttl: 'ttlSeconds',
    TTL: 'ttlSeconds',
    ttlSecond: 'ttlSeconds',
    expires: undefined,
    clientID: 'clientId',
    client_id: 'clientId',
    capabilities: 'capability',
    Key: 'key',
    revocationkey: 'revocationKey',
    channelClaim: 'channelClaims',
    jwtID: 'jwtId',
    claim: 'claims',
    Now: 'now',
    unheardOf: undefined,
  },
  createIssuer: { ttl: 'ttlSeconds', clientid: 'clientId' },
  'issuer.issue': { ttl: 'ttlSeconds', clientID: 'clientId' },
  'issuer.token': { ttl: 'ttlSeconds', clientID: 'clientId' },
  verifyJwt: {
    clockTolerance: 'clockToleranceSeconds',
    maxTtl: 'maxTtlSeconds',
    Keys: 'keys',
    embed: 'embedded',
    algorithms: undefined,
  },
  decodeJwt: { Now: 'now', complete: undefined },
  checkCapability: { clientID: 'clientId', keyCapabilities: 'keyCapability' },
  createTokenRequest: { ttl: 'ttlSeconds', once: 'nonce', clientID: 'clientId' },
};

const TEXT = 'give a string';
/** Values of a wrong type, and how a message names them; and how the test does, where that is the name of two. */
const NO_TEXT = [
  [1, 'a number'],
  [true, 'a boolean'],
  [{}, 'an object'],
  [['a'], 'an array'],
  [() => 1, 'a function'],
  [1n, 'a bigint'],
  [Symbol('s'), 'a symbol'],
  [new String('x'), 'an object', 'a String'],
];
const NO_BOOLEAN = [
  [1, 'a number'],
  ['true', 'a string'],
  [null, 'null'],
  [{}, 'an object'],
];
const NO_TIME = [
  ['2023', 'a string'],
  [null, 'null'],
  [{}, 'an object'],
  [true, 'a boolean'],
  [[NOW], 'an array'],
  [1n, 'a bigint'],
];
const NO_CAPABILITY = [
  [1, 'a number'],
  [null, 'null'],
  [true, 'a boolean'],
  [() => 1, 'a function'],
];
const TIME = 'give ms since 1970 or a Date';

/** Function, option, values that are refused, what is asked for instead. */
const TYPES = [
  ['issueJwtSync', 'key', [...NO_TEXT, [undefined, 'undefined'], [null, 'null']], TEXT],
  ['issueJwtSync', 'clientId', NO_TEXT, TEXT],
  ['issueJwtSync', 'revocationKey', NO_TEXT, TEXT],
  ['issueJwtSync', 'jwtId', NO_TEXT.filter(([value]) => value !== true), TEXT],
  ['issueJwtSync', 'revocable', NO_BOOLEAN, 'give true or false'],
  [
    'issueJwtSync',
    'clientType',
    [
      [1, 'a number'],
      ['SERVER', 'a string other than "server"'],
      [true, 'a boolean'],
      [null, 'null'],
    ],
    'give "server", or leave it out',
  ],
  ['issueJwtSync', 'now', NO_TIME, TIME],
  ['issueJwtSync', 'capability', NO_CAPABILITY, 'give JSON text or an object'],
  ['issueJwtSync', 'keyCapability', NO_CAPABILITY, 'give JSON text or an object'],
  ['createIssuer', 'key', NO_TEXT, TEXT],
  ['createIssuer', 'now', NO_TIME, TIME],
  ['issuer.issue', 'clientId', NO_TEXT, TEXT],
  ['issuer.issue', 'jwtId', NO_TEXT.filter(([value]) => value !== true), TEXT],
  ['issuer.token', 'revocationKey', NO_TEXT, TEXT],
  ['verifyJwt', 'embedded', NO_BOOLEAN, 'give true or false'],
  ['verifyJwt', 'now', NO_TIME, TIME],
  ['verifyJwt', 'keyCapability', NO_CAPABILITY, 'give JSON text or an object'],
  ['decodeJwt', 'now', NO_TIME, TIME],
  ['createTokenRequest', 'key', [...NO_TEXT, [undefined, 'undefined']], TEXT],
  ['createTokenRequest', 'clientId', NO_TEXT, TEXT],
  ['createTokenRequest', 'nonce', NO_TEXT, TEXT],
  ['createTokenRequest', 'now', NO_TIME, TIME],
  ['createTokenRequest', 'capability', NO_CAPABILITY, 'give JSON text or an object'],
  ['checkCapability', 'clientId', NO_TEXT, TEXT],
  ['checkCapability', 'keyCapability', NO_CAPABILITY, 'give JSON text or an object'],
];

export default ({ test, library }) => {
  const { AblyAuthError } = library;
  const issuer = library.createIssuer({ key: KEY, now: NOW });
  const { token } = issuer.issue();
  /** Each function with all that it needs, and with options of the test's. */
  const CALLS = {
    issueJwtSync: (options) => library.issueJwtSync({ key: KEY, now: NOW, ...options }),
    createIssuer: (options) => library.createIssuer({ key: KEY, ...options }),
    'issuer.issue': (options) => issuer.issue({ ...options }),
    'issuer.token': (options) => issuer.token({ ...options }),
    verifyJwt: (options) => library.verifyJwt(token, { key: KEY, now: NOW, ...options }),
    decodeJwt: (options) => library.decodeJwt(token, { now: NOW, ...options }),
    checkCapability: (options) => library.checkCapability('{"*":["*"]}', { ...options }),
    createTokenRequest: (options) => library.createTokenRequest({ key: KEY, now: NOW, ...options }),
  };

  for (const [name, slips] of Object.entries(SLIPS))
    for (const [typed, meant] of Object.entries(slips))
      test(`${name}: there is no option ${typed}`, () => {
        const error = refuses(AblyAuthError, () => CALLS[name]({ [typed]: 1 }), {
          kind: 'usage',
          code: undefined,
          statusCode: undefined,
          path: typed,
        });
        equal(error.message, `there is no option "${typed}"`);
        if (meant) equal(error.remediation, `did you mean "${meant}"?`);
        else ok(error.remediation.startsWith('the options are '), error.remediation);
      });
  test('an unknown option is refused even when it is undefined', () =>
    refuses(AblyAuthError, () => CALLS.issueJwtSync({ ttl: undefined }), {
      kind: 'usage',
      remediation: 'did you mean "ttlSeconds"?',
    }));

  for (const [name, option, values, wanted] of TYPES)
    for (const [value, found, title = found] of values)
      test(`${name}: ${option} is ${title}`, () =>
        void refuses(AblyAuthError, () => CALLS[name]({ [option]: value }), {
          kind: 'usage',
          code: undefined,
          path: option,
          remediation: wanted,
          message: `${option} is ${found}; ${wanted}`,
        }));

  for (const [value, found] of [
    [undefined, 'undefined'],
    [null, 'null'],
    ['x', 'a string'],
    [1, 'a number'],
    [() => 1, 'a function'],
  ]) {
    for (const name of ['issueJwtSync', 'createIssuer', 'createTokenRequest'])
      test(`${name}: options are ${found}`, () =>
        void refuses(AblyAuthError, () => library[name](value), {
          kind: 'usage',
          path: 'options',
          message: `options is ${found}; give an object`,
        }));
    test(`issueJwt: options are ${found}`, async () => {
      const error = await library.issueJwt(value).then(
        () => undefined,
        (reason) => reason,
      );
      equal(error && wholeMessage(error), `options is ${found}; give an object`);
    });
  }

  const answer = library.issueJwtSync({ key: KEY, clientId: 'ada', now: NOW }).token;
  test('options without a prototype', () => {
    const options = Object.assign(Object.create(null), { key: KEY, clientId: 'ada', now: NOW });
    equal(library.issueJwtSync(options).token, answer);
  });
  test('options that are inherited, and options by getters', () => {
    equal(library.issueJwtSync(Object.create({ key: KEY, clientId: 'ada', now: NOW })).token, answer);
    equal(
      library.issueJwtSync({
        key: KEY,
        now: NOW,
        get clientId() {
          return 'ada';
        },
      }).token,
      answer,
    );
    refuses(AblyAuthError, () => library.issueJwtSync(Object.create({ key: KEY, ttl: 1 })), {
      kind: 'usage',
      path: 'ttl',
    });
  });
  test('options of a class', () => {
    class Options {
      key = KEY;
      clientId = 'ada';
      now = NOW;
      helper() {}
    }
    equal(library.issueJwtSync(new Options()).token, answer);
  });
  test('options that are frozen', () =>
    equal(library.issueJwtSync(Object.freeze({ key: KEY, clientId: 'ada', now: NOW })).token, answer));
  test('what a getter throws comes through as it is', () => {
    const mine = new Error('mine');
    let error;
    try {
      library.issueJwtSync({
        key: KEY,
        now: NOW,
        get clientId() {
          throw mine;
        },
      });
    } catch (thrown) {
      error = thrown;
    }
    equal(error, mine);
    equal(library.issueJwtSync({ key: KEY, clientId: 'ada', now: NOW }).token, answer, 'and changes nothing');
  });
  test('what only has a getTime is no Date', async () => {
    const token = await forgeClaims({});
    const clock = { getTime: () => NOW };
    refuses(AblyAuthError, () => library.verifyJwt(token, { key: KEY, now: clock }), { kind: 'usage', path: 'now' });
  });
};
