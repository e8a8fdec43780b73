// verifyRequest: from the header to the verdict.
import { equal, rejects } from './assert.mjs';
import { errorOf, request } from './edge-request.mjs';
import { OPERATIONS } from './properties.mjs';
import { forgeClaims, KEY, KEY_NAME, NOW, SECONDS } from './tokens.mjs';

const EVERYTHING = { '[*]*': ['*'] };
const OPTIONS = { key: KEY, keyCapability: EVERYTHING, operation: 'publish', resource: 'chat:lobby', now: NOW };

/** What is changed in a token or an option; then status, code and challenge, or none if it is accepted. */
const CASES = [
  ['a token that may', {}, {}],
  ['exactly what it may', { 'x-ably-capability': '{"chat:*":["publish"]}' }, {}],
  ['another operation', { 'x-ably-capability': '{"chat:*":["subscribe"]}' }, {}, 403, 40160, 'insufficient_scope'],
  ['another channel', { 'x-ably-capability': '{"news":["publish"]}' }, {}, 403, 40160, 'insufficient_scope'],
  ['more than its key', {}, { keyCapability: { 'chat:*': ['subscribe'] } }, 403, 40160, 'insufficient_scope'],
  [
    'nothing in common with its key',
    { 'x-ably-capability': '{"a":["publish"]}' },
    { keyCapability: { b: ['publish'] } },
    403,
    40160,
    'insufficient_scope',
  ],
  ["no capability, so its key's", { 'x-ably-capability': undefined }, {}],
  [
    'no capability, and a narrow key',
    { 'x-ably-capability': undefined },
    { keyCapability: { news: ['publish'] } },
    403,
    40160,
    'insufficient_scope',
  ],
  ['expired', { iat: SECONDS - 7200, exp: SECONDS - 3600 }, {}, 401, 40142, 'invalid_token'],
  ['from the future', { iat: SECONDS + 3600, exp: SECONDS + 7200 }, {}, 401, 40144, 'invalid_token'],
  ['too long a life', { exp: SECONDS + 90_000 }, {}, 401, 40003, 'invalid_token'],
  ['another secret', {}, { key: `${KEY_NAME}:other` }, 401, 40101, 'invalid_token'],
  ['another key', {}, { key: 'other.key:secret' }, 401, 40101, 'invalid_token'],
  ['a capability that is none', { 'x-ably-capability': '[]' }, {}, 401, 40144, 'invalid_token'],
  ['presence, unidentified', {}, { operation: 'presence' }, 403, 40161, 'insufficient_scope'],
  ['presence, identified', { 'x-ably-clientId': 'ada' }, { operation: 'presence' }],
  [
    'revoked',
    { 'x-ably-clientId': 'ada', iat: SECONDS - 10 },
    { revocations: [{ keyName: KEY_NAME, target: 'clientId:ada', issuedBefore: NOW, appliesAt: NOW }] },
    401,
    40141,
    'invalid_token',
  ],
  [
    'revoked and not allowed',
    { 'x-ably-clientId': 'ada', iat: SECONDS - 10, 'x-ably-capability': '{"news":["publish"]}' },
    { revocations: [{ keyName: KEY_NAME, target: 'clientId:ada', issuedBefore: NOW, appliesAt: NOW }] },
    401,
    40141,
    'invalid_token',
  ],
];

/** How the token is presented, and whether it is found. */
const HEADERS = [
  ['as it is', (token) => `Bearer ${token}`, true],
  ['in base64, as ably-js does', (token) => `Bearer ${btoa(token)}`, true],
  [
    'in base64url',
    (token) => `Bearer ${btoa(token).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`,
    true,
  ],
  ['in other letters', (token) => `bEARER   ${token}`, true],
  ['no scheme', (token) => token, 'none'],
  ['another scheme', (token) => `Basic ${btoa(token)}`, 'none'],
  ['two tokens', (token) => `Bearer ${token} ${token}`, 'none'],
  ['nothing', () => undefined, 'none'],
  ['an empty one', () => 'Bearer ', 'none'],
  ['base64 of something else', () => `Bearer ${btoa('\ud83d\0'.slice(1))}`, false],
  ['no base64', () => 'Bearer !!!', false],
  ['a letter outside ASCII', (token) => `Bearer ${token}\u00e9`, false],
  ['base64 twice', (token) => `Bearer ${btoa(btoa(token))}`, false],
  ['200,000 characters', () => `Bearer ${'a.'.repeat(100_000)}`, false],
];

export default ({ test, library }) => {
  const { AblyAuthError, checkCapability, verifyRequest } = library;
  const bearer = (token) => request({ headers: { Authorization: `Bearer ${token}` } });

  for (const [name, claims, options, status, code, challenge] of CASES)
    test(name, async () => {
      const token = await forgeClaims(claims);
      const { verified, response } = await verifyRequest(bearer(token), { ...OPTIONS, ...options });
      if (status === undefined) {
        equal([verified?.keyName, response], [KEY_NAME, undefined]);
        return;
      }
      equal(
        [verified, response.status, response.headers.get('WWW-Authenticate'), response.headers.get('Cache-Control')],
        [undefined, status, `Bearer error="${challenge}"`, 'no-store'],
      );
      const error = await errorOf(response);
      equal([error.code, error.statusCode, response.headers.get('X-Ably-ErrorCode')], [code, status, String(code)]);
    });
  test('the operations that need a client id are those that checkCapability warns of', async () => {
    const warned = (operation) =>
      checkCapability({ a: [operation] }, { clientId: null }).diagnostics.some(
        ({ code }) => code === 'needs-client-id',
      );
    const token = await forgeClaims({ 'x-ably-capability': '{"[*]*":["*"]}' });
    const refused = [];
    for (const operation of OPERATIONS) {
      const { response } = await verifyRequest(bearer(token), { ...OPTIONS, operation });
      if (response !== undefined && (await errorOf(response)).code === 40161) refused.push(operation);
    }
    equal(refused, OPERATIONS.filter(warned));
    equal(refused.length > 0, true);
  });
  for (const [name, header, found] of HEADERS)
    test(`a token, presented ${name}`, async () => {
      const value = header(await forgeClaims({}));
      const { verified, response } = await verifyRequest(
        request({ headers: value === undefined ? {} : { Authorization: value } }),
        OPTIONS,
      );
      if (found === true) {
        equal(verified?.keyName, KEY_NAME);
        return;
      }
      equal(
        [response?.status, response?.headers.get('WWW-Authenticate')],
        [401, found === 'none' ? 'Bearer' : 'Bearer error="invalid_token"'],
      );
    });
  for (const [name, change, path] of [
    ['no capability of the key', { keyCapability: undefined }, 'keyCapability'],
    ['a capability of the key that is none', { keyCapability: '[]' }, 'keyCapability'],
    ['no operation', { operation: undefined }, 'operation'],
    ['no resource', { resource: undefined }, 'resource'],
    ['an unknown option', { channel: 'a' }, 'channel'],
    ['no key', { key: undefined }, 'key'],
    ['a key that is none', { key: 'none' }, undefined],
    ['odd revocations', { revocations: {} }, 'revocations'],
    ['a revocation that is none', { revocations: [1] }, 'revocations[0]'],
  ])
    test(`${name} is the developer's mistake, and no response`, async () => {
      const error = await rejects(
        AblyAuthError,
        verifyRequest(bearer(await forgeClaims({})), { ...OPTIONS, ...change }),
        {},
      );
      if (path) equal(error.path, path);
    });
  test('what revocations throw that is no verdict is thrown', async () => {
    const mine = new Error('mine');
    const thrown = await verifyRequest(bearer(await forgeClaims({})), {
      ...OPTIONS,
      revocations: {
        check: async () => {
          throw mine;
        },
      },
    }).catch((error) => error);
    equal(thrown, mine);
  });
};
