// Text of every kind in every place: what goes in comes out, and half a surrogate pair is refused
// (it has no UTF-8, and would turn into another character in silence).
import { equal, ok, refuses } from './assert.mjs';
import { forgeClaims, hmac, KEY, NOW, openWith } from './tokens.mjs';

const TEXTS = {
  ASCII: 'plain',
  'two bytes': 'zoë',
  'three bytes': '日本語',
  'four bytes': '🦊🌍',
  'combined and right to left': 'ﷺ e\u0301 שלום \u202e',
  quotes: '"\\"\\\\/',
  controls: '\u0000\u0001\u001f\u007f\b\f\n\r\t',
  'a byte order mark': '\ufeffx\ufeff',
  'line separators': '\u2028\u2029',
  'the last character': '\u{10ffff}\uffff',
  'Latin-1': '\u0080\u00ff',
  mixed: 'aé日🦊"\\\u0000z',
};
/** Names that mean something to JavaScript objects. */
const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'then',
  'toJSON',
  'length',
  '0',
  '',
];
const HALVES = ['\ud800', '\udfff', 'a\ud83e', '\udd8ab', '\udc00\ud800'];

export default ({ test, library }) => {
  const {
    AblyAuthError,
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

  for (const [name, text] of Object.entries(TEXTS)) {
    test(`${name} as client id, revocation key, JWT id`, async () => {
      const varying = { clientId: text, revocationKey: `${text}!`, jwtId: `${text}?` };
      const issued = issueJwtSync({ key: KEY, now: NOW, ...varying });
      const { claims } = await openWith(issued.token);
      equal([claims['x-ably-clientId'], claims['x-ably-revocation-key'], claims.jti], [text, `${text}!`, `${text}?`]);
      equal(issued.clientId, text);
      equal(createIssuer({ key: KEY, now: NOW }).token(varying), issued.token);
      const verified = verifyJwt(issued.token, { key: KEY, now: NOW });
      equal([verified.clientId, verified.revocationKey, verified.claims.jti], [text, `${text}!`, `${text}?`]);
      const decoded = decodeJwt(issued.token, { now: NOW });
      equal([decoded.clientId, decoded.revocationKey], [text, `${text}!`]);
    });
    test(`${name} in claims`, async () => {
      const options = {
        claims: { [`c${text}`]: { [text]: text } },
        channelClaims: { [text]: text },
        roomClaims: { [text]: text },
        publishRateLimits: { [text]: 2 },
      };
      const { claims } = await openWith(issueJwtSync({ key: KEY, now: NOW, ...options }).token);
      equal(
        [
          claims[`c${text}`],
          claims[`ably.channel.${text}`],
          claims[`ably.room.${text}`],
          claims[`ably.limits.publish.perAttachment.maxRate.${text}`],
        ],
        [{ [text]: text }, text, text, 2],
      );
    });
    test(`${name} as a channel name`, () => {
      const capability = { [text]: ['publish'], [`${text}:*`]: ['history'] };
      const parsed = parseCapability(capability);
      equal(JSON.parse(parsed.canonical), capability);
      equal(parsed.allows('publish', text), true);
      equal(parsed.allows('history', `${text}:${text}`), true);
      equal(capabilityAllows(capability, 'subscribe', text), false);
      equal(
        explainCapability(capability, 'publish', text).because.map(({ entry }) => entry),
        [text],
      );
      equal(explainCapability(capability, text, text).operation, text);
      equal(JSON.parse(intersectCapabilities({ '*': ['publish'] }, capability)), { [text]: ['publish'] });
      equal(checkCapability(capability).capability, capability);
    });
    if (name !== 'ASCII')
      test(`${name} in a key is refused, wherever the key is given`, () => {
        const { token } = issueJwtSync({ key: KEY, now: NOW });
        for (const key of [`app.key:s-${text}-s`, `a${text}p.key:secret`]) {
          const wanted = { kind: 'key', code: 40005 };
          refuses(AblyAuthError, () => issueJwtSync({ key, now: NOW }), { ...wanted, path: 'key' });
          refuses(AblyAuthError, () => createIssuer({ key, now: NOW }), { ...wanted, path: 'key' });
          refuses(AblyAuthError, () => verifyJwt(token, { key, now: NOW }), { ...wanted, path: 'key' });
          refuses(AblyAuthError, () => verifyJwt(token, { keys: [KEY, key], now: NOW }), {
            ...wanted,
            path: 'keys[1]',
          });
          refuses(AblyAuthError, () => createTokenRequest({ key, now: NOW, nonce: 'x'.repeat(16) }), {
            ...wanted,
            path: 'key',
          });
        }
      });
  }
  test('all of ASCII that a key may have, in a secret', async () => {
    const key = 'app.k:az-AZ_09!#%&+./:=?@^|~';
    const { token } = issueJwtSync({ key, now: NOW });
    await openWith(token, key);
    equal(verifyJwt(token, { key, now: NOW }).keyName, 'app.k');
    equal(verifyJwt(token, { keys: [KEY, key], now: NOW }).keyName, 'app.k');
    const request = createTokenRequest({ key, now: NOW, nonce: 'x'.repeat(16) });
    const mac = await hmac(key.slice(key.indexOf(':') + 1), `app.k\n\n\n\n${NOW}\n${'x'.repeat(16)}\n`);
    equal(request.mac, btoa(String.fromCharCode(...mac)));
  });

  for (const name of NAMES)
    test(`${JSON.stringify(name)} for a name`, async () => {
      const own = (object, value) =>
        Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
      // Not `toJSON`: JSON.stringify calls that only when it is a function, and a list is none.
      const text = `{${JSON.stringify(name)}:["publish"]}`;
      for (const capability of [text, own({}, ['publish'])]) {
        equal(parseCapability(capability).canonical, text);
        equal(capabilityAllows(capability, 'publish', name), true);
        equal(capabilityAllows(capability, 'publish', `${name}x`), false);
        const report = checkCapability(capability);
        ok(Object.hasOwn(report.capability, name));
        equal(Object.getPrototypeOf(report.capability), Object.prototype);
      }
      const { token } = issueJwtSync({ key: KEY, now: NOW, claims: own({}, { admin: true }) });
      const { payload } = await openWith(token);
      ok(payload.includes(`${JSON.stringify(name)}:{"admin":true}`), payload);
      const verified = verifyJwt(token, { key: KEY, now: NOW });
      ok(Object.hasOwn(verified.claims, name) && verified.claims.admin === undefined && {}.admin === undefined);
    });
  test('__proto__ in a token changes no answer', async () => {
    const token = await forgeClaims(JSON.parse('{"__proto__":{"x-ably-clientId":"root","admin":true}}'));
    for (const answer of [verifyJwt(token, { key: KEY, now: NOW }), decodeJwt(token, { now: NOW })])
      ok(answer.clientId === undefined && answer.claims.admin === undefined && answer.admin === undefined);
  });
  test('an option __proto__ is no option', () => {
    refuses(AblyAuthError, () => issueJwtSync(JSON.parse(`{"key":"${KEY}","__proto__":1}`)), {
      kind: 'usage',
      path: '__proto__',
    });
  });

  for (const half of HALVES)
    test(`half a pair ${JSON.stringify(half)} is refused wherever it stands`, () => {
      const says = (path) => ({
        kind: 'usage',
        path,
        message: `${path} has half of a surrogate pair, which UTF-8 cannot represent`,
      });
      const issue = (options) => () => issueJwtSync({ key: KEY, now: NOW, ...options });
      const issuer = createIssuer({ key: KEY, now: NOW });
      const { token } = issuer.issue();
      const capability = `{"${half}":["publish"]}`;
      for (const [run, path] of [
        [issue({ clientId: half }), 'clientId'],
        [issue({ revocationKey: half }), 'revocationKey'],
        [issue({ jwtId: half }), 'jwtId'],
        [issue({ capability }), 'capability'],
        [issue({ keyCapability: capability }), 'keyCapability'],
        [issue({ key: `a.b:${half}` }), 'key'],
        [() => createIssuer({ key: KEY, clientId: half }), 'clientId'],
        [() => issuer.token({ clientId: half }), 'clientId'],
        [() => issuer.issue({ revocationKey: half }), 'revocationKey'],
        [() => verifyJwt(half, { key: KEY, now: NOW }), 'token'],
        [() => verifyJwt(token, { key: `a.b:${half}`, now: NOW }), 'key'],
        [() => verifyJwt(token, { keys: [KEY, `a.b:${half}`], now: NOW }), 'keys[1]'],
        [() => verifyJwt(token, { key: KEY, now: NOW, keyCapability: capability }), 'keyCapability'],
        [() => decodeJwt(half, { now: NOW }), 'token'],
        [() => createTokenRequest({ key: KEY, clientId: half }), 'clientId'],
        [() => createTokenRequest({ key: KEY, nonce: half.repeat(16) }), 'nonce'],
        [() => parseCapability(capability), 'capability'],
        [() => capabilityAllows('{"*":["*"]}', half, 'a'), 'operation'],
        [() => capabilityAllows('{"*":["*"]}', 'publish', half), 'resource'],
        [() => capabilityAllows(capability, 'publish', 'a'), 'capability'],
        [() => parseCapability('{"*":["*"]}').allows('publish', half), 'resource'],
        [() => explainCapability('{"*":["*"]}', half, 'a'), 'operation'],
        [() => intersectCapabilities(capability, '{"*":["*"]}'), 'keyCapability'],
        [() => library.accessTokenAllows([half], 'read:app'), 'capabilities[0]'],
      ])
        refuses(AblyAuthError, run, says(path));
      equal(
        checkCapability(capability).diagnostics.map(({ path, code }) => [code, path]),
        [['not-a-capability', 'capability']],
      );
      equal(issuer.token(), token, 'and nothing has changed');
    });
  test('half a pair in an object is refused too', () => {
    // JSON.stringify writes it as an escape, which is ASCII.
    for (const half of HALVES) {
      refuses(AblyAuthError, () => issueJwtSync({ key: KEY, now: NOW, capability: { [half]: ['publish'] } }), {});
      refuses(AblyAuthError, () => parseCapability({ [half]: ['publish'] }), {});
      refuses(AblyAuthError, () => issueJwtSync({ key: KEY, now: NOW, claims: { a: half } }), {});
      refuses(AblyAuthError, () => issueJwtSync({ key: KEY, now: NOW, claims: { [half]: 1 } }), {});
      refuses(AblyAuthError, () => issueJwtSync({ key: KEY, now: NOW, channelClaims: { a: half } }), {});
    }
  });
};
