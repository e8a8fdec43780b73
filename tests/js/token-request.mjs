// createTokenRequest. The vectors have the macs; here are the options, and WebCrypto's own macs.
import { equal, ok, refuses } from './assert.mjs';
import { hmac, KEY, KEY_NAME, NOW } from './tokens.mjs';

const NONCE = '0123456789abcdef';

/** Options, and the members that come of them. */
const GIVES = {
  nothing: [{}, {}],
  'everything undefined': [{ capability: undefined, clientId: undefined, ttlSeconds: undefined }, {}],
  'a capability': [
    { capability: { b: ['subscribe', 'publish'], a: ['*'] } },
    { capability: '{"a":["*"],"b":["publish","subscribe"]}' },
  ],
  'a capability as text': [{ capability: '{ "a": ["*"] }' }, { capability: '{"a":["*"]}' }],
  'a client id': [{ clientId: 'zoë 🦊' }, { clientId: 'zoë 🦊' }],
  'no client id': [{ clientId: null }, {}],
  'a ttl': [{ ttlSeconds: 60 }, { ttl: 60_000 }],
  'a Date': [{ now: new Date(NOW + 1) }, { timestamp: NOW + 1 }],
  'a nonce': [{ nonce: 'ünïcode nonce of its own' }, { nonce: 'ünïcode nonce of its own' }],
};

const REFUSED = {
  'a short nonce': [
    { nonce: 'x'.repeat(15) },
    { kind: 'usage', path: 'nonce', message: 'the nonce is under 16 characters long; leave it out for a random one' },
  ],
  'a nonce with a line break': [
    { nonce: `${NONCE}\n` },
    { kind: 'usage', path: 'nonce', message: 'nonce has a line break, which a TokenRequest cannot contain' },
  ],
  'a client id with a line break': [{ clientId: 'a\nb' }, { kind: 'usage', path: 'clientId' }],
  'an empty client id': [{ clientId: '' }, { kind: 'token', code: 40012, path: 'clientId' }],
  'a ttl of 0': [{ ttlSeconds: 0 }, { kind: 'token', code: 40003, path: 'ttlSeconds' }],
  'a ttl over a day': [{ ttlSeconds: 86401 }, { kind: 'token', code: 40003 }],
  'a capability that grants nothing': [{ capability: {} }, { kind: 'capability', code: 40000 }],
  'a key that is none': [{ key: 'nope' }, { kind: 'key', code: 40005, path: 'key' }],
  'a nonce that is no text': [{ nonce: 1 }, { kind: 'usage', path: 'nonce' }],
  'an option of issueJwt': [{ revocationKey: 'g' }, { kind: 'usage', path: 'revocationKey' }],
};

const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

export default ({ test, library }) => {
  const { AblyAuthError, createTokenRequest } = library;
  const request = (options) => createTokenRequest({ key: KEY, now: NOW, nonce: NONCE, ...options });

  for (const [name, [options, members]] of Object.entries(GIVES))
    test(`with ${name}`, async () => {
      const { mac, ...fields } = request(options);
      equal(fields, { keyName: KEY_NAME, timestamp: NOW, nonce: NONCE, ...members });
      const { keyName, ttl = '', capability = '', clientId = '', timestamp, nonce } = fields;
      const text = [keyName, ttl, capability, clientId, timestamp, nonce].map((field) => `${field}\n`).join('');
      equal(mac, base64(await hmac('made-up-secret', text)));
    });
  for (const [name, [options, wanted]] of Object.entries(REFUSED))
    test(`refused: ${name}`, () => refuses(AblyAuthError, () => request(options), wanted));

  test("a nonce is random, and the time the clock's", () => {
    const [one, other] = [createTokenRequest({ key: KEY }), createTokenRequest({ key: KEY })];
    ok(/^[\da-f]{32}$/.test(one.nonce) && one.nonce !== other.nonce, `${one.nonce}, ${other.nonce}`);
    ok(Math.abs(one.timestamp - Date.now()) < 60_000);
  });
};
