// Token endpoints that are broken in one way each, and what the doctor has to say of it: the one check that fails.
import { createHmac, randomUUID } from 'node:crypto';
import { createTokenRequest, issueJwtSync } from '../../pkg/index.js';

export const KEY = 'aaaaaa.bbbbbb:made-up-secret-of-22-ch';
export const ORIGIN = 'https://app.example';
const [KEY_NAME, SECRET] = KEY.split(':');
const GRANT = { capability: { 'chat:*': ['publish'] }, clientId: 'ada' };

export const jwt = (options) => issueJwtSync({ key: KEY, ...GRANT, jwtId: true, ...options }).token;
const details = (options) => {
  const { token, keyName, issued, expires, capability, clientId } = issueJwtSync({
    key: KEY,
    ...GRANT,
    jwtId: true,
    ...options,
  });
  return { token, keyName, issued, expires, capability, clientId };
};
const request = (options) => createTokenRequest({ key: KEY, ...GRANT, ...options });

/** A token with any header and claims, signed. */
export function signed(claims, header = {}, secret = SECRET) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const all = {
    iat: now,
    exp: now + 3600,
    jti: randomUUID(),
    'x-ably-capability': '{"chat:*":["publish"]}',
    ...claims,
  };
  const text = `${encode({ alg: 'HS256', typ: 'JWT', kid: KEY_NAME, ...header })}.${encode(all)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

const seconds = () => Math.floor(Date.now() / 1000);
const answer = (body, headers = {}, status = 200) => ({ status, headers, body });
export const json = (value, headers = {}, status = 200) =>
  answer(
    JSON.stringify(value),
    { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    status,
  );
export const text = (body, headers = {}) =>
  answer(body, { 'content-type': 'text/plain', 'cache-control': 'no-store', ...headers });
const allowed = {
  'access-control-allow-origin': ORIGIN,
  'access-control-allow-credentials': 'true',
  'access-control-allow-headers': 'x-session',
};
const kept = { nonce: request(), token: jwt() };
const AUTHORIZED = ['--origin', ORIGIN, '--header', 'X-Session: a-session-of-ada'];

/** Endpoints without a fault. */
export const FINE = {
  'a token as text': [() => text(jwt())],
  'a token as application/jwt': [() => text(jwt(), { 'content-type': 'application/jwt' })],
  'a token as JSON': [() => json(jwt())],
  'a TokenDetails': [() => json(details(), { 'content-type': 'application/json; charset=utf-8' })],
  'a TokenRequest': [() => json(request())],
  'a TokenRequest with a lifetime': [() => json(request({ ttlSeconds: 3600 }))],
  'tokens of one second that are equal': [() => text(jwt({ jwtId: false }), { 'cache-control': 'private' })],
  'POST only': [(method) => (method === 'POST' ? text(jwt()) : answer('', {}, 405))],
  'GET only': [(method) => (method === 'GET' ? text(jwt()) : answer('no such route', {}, 404))],
  'for pages of another origin': [() => text(jwt(), allowed), ['--origin', ORIGIN]],
  'for all pages': [() => text(jwt(), { 'access-control-allow-origin': '*' }), ['--origin', ORIGIN]],
  'for pages with a header of their own': [() => text(jwt(), allowed), AUTHORIZED],
  'for a page of its own origin': [() => text(jwt()), ['--origin', 'own']],
};

/** By name: the endpoint, the check that fails, what it says, and further arguments. */
export const BROKEN = {
  'the page of a single-page app': [
    () => answer('<!doctype html><title>app</title>', { 'content-type': 'text/html' }),
    'html',
    /page \(HTML\)/,
  ],
  'a page that is declared as text': [() => text('\n<!DOCTYPE html><p>log in'), 'html', /page \(HTML\)/],
  'a redirect to the log-in page': [
    () => answer('', { location: '/login?next=x' }, 302),
    'redirect',
    /redirects to \/login \(status 302\)/,
  ],
  'no session': [() => json({ error: {} }, {}, 401), 'status', /status 401/],
  'a ban': [() => json({ error: {} }, {}, 403), 'status', /status 403/],
  'the wrong path': [() => answer('', {}, 404), 'status', /status 404/],
  'a crash': [() => answer('oops', {}, 500), 'status', /status 500/],
  'no content': [() => answer('', {}, 204), 'empty', /status 204/],
  'an empty text': [() => text(''), 'empty', /is empty/],
  'no Content-Type': [() => answer(jwt(), {}), 'content-type', /no Content-Type/],
  'a Content-Type of its own': [
    () => answer(jwt(), { 'content-type': 'application/octet-stream' }),
    'content-type',
    /application\/octet-stream/,
  ],
  'JSON that is none': [() => answer('{token', { 'content-type': 'application/json' }), 'body', /is not JSON/],
  'an object as text': [() => text(JSON.stringify(details())), 'double-encoded', /object is sent as text/],
  'JSON inside JSON': [() => json(JSON.stringify(details())), 'double-encoded', /encoded twice/],
  'a token in quotation marks': [() => text(`"${jwt()}"`), 'body', /quotation marks/],
  'the text undefined': [() => text('undefined'), 'body', /"undefined"/],
  'an envelope': [() => json({ token: jwt() }), 'shape', /neither issued nor keyName \(it has token\)/],
  'a list': [() => json([jwt()]), 'shape', /neither an object nor a text/],
  'too large': [() => text('x'.repeat(200_000)), 'size', /128 KiB/],
  'no CORS at all': [() => text(jwt()), 'cors', /Access-Control-Allow-Origin is missing/, ['--origin', ORIGIN]],
  'CORS for another origin': [
    () => text(jwt(), { 'access-control-allow-origin': 'https://other.example' }),
    'cors',
    /names another origin/,
    ['--origin', ORIGIN],
  ],
  'CORS for all, with a cookie': [
    () => text(jwt(), { 'access-control-allow-origin': '*' }),
    'cors',
    /does not work with credentials/,
    ['--origin', ORIGIN, '--header', 'Cookie: user=ada'],
  ],
  'an origin that is refused': [
    () => json({}, {}, 403),
    'cors',
    /refuses pages of https:\/\/app\.example/,
    ['--origin', ORIGIN],
  ],
  'a preflight that is refused': [
    (method) => (method === 'OPTIONS' ? answer('', {}, 405) : text(jwt(), allowed)),
    'preflight',
    /status 405/,
    AUTHORIZED,
  ],
  'a preflight without the header': [
    () => text(jwt(), { ...allowed, 'access-control-allow-headers': 'authorization' }),
    'preflight',
    /lacks x-session/,
    AUTHORIZED,
  ],
  'one TokenRequest for all': [() => json(kept.nonce), 'cache', /same nonce/],
  'one token for all': [() => text(kept.token), 'cache', /same token/],
  'an answer that caches may keep': [
    () => text(jwt(), { 'cache-control': 'public, max-age=60' }),
    'cache',
    /public, max-age=60/,
  ],
  'an answer out of a cache': [() => text(jwt(), { age: '17' }), 'cache', /17 s old/],
  'a client id that is misspelt': [
    () => text(signed({ 'x-ably-clientid': 'ada' })),
    'claims',
    /"x-ably-clientid" \(x-ably-clientId\)/,
  ],
  'a capability without its prefix': [
    () => text(signed({ capability: '{}', 'x-ably-capability': undefined })),
    'claims',
    /"capability" \(x-ably-capability\)/,
  ],
  'a token without iat': [() => text(signed({ iat: undefined })), 'claims', /has no iat/],
  'a token without kid': [() => text(signed({}, { kid: undefined })), 'claims', /has no kid/],
  'a token of another algorithm': [() => text(signed({}, { alg: 'HS512' })), 'claims', /"HS512"/],
  'a capability as an object': [
    () => text(signed({ 'x-ably-capability': { a: ['publish'] } })),
    'claims',
    /is an object/,
  ],
  'times in milliseconds': [
    () => text(signed({ iat: Date.now(), exp: Date.now() + 3_600_000 })),
    'units',
    /in milliseconds/,
  ],
  'TokenDetails in seconds': [
    () => json({ ...details(), issued: seconds(), expires: seconds() + 3600 }),
    'units',
    /issued and expires of the TokenDetails are in seconds/,
  ],
  'a ttl in seconds': [() => json({ ...request(), ttl: 3600 }), 'units', /ttl of the TokenRequest is 3600/],
  'a timestamp in seconds': [
    () => json({ ...request(), timestamp: seconds() }),
    'units',
    /timestamp of the TokenRequest is in seconds/,
  ],
  'a clock that is slow': [() => json(request({ now: Date.now() - 300_000 })), 'clock', /behind the clock here/],
  'a clock that is fast': [() => text(jwt({ now: Date.now() + 300_000 })), 'clock', /in the future/],
  'a token that has expired': [() => text(jwt({ now: Date.now() - 7_200_000 })), 'clock', /expired/],
  'a short life': [() => text(jwt({ ttlSeconds: 60 })), 'lifetime', /60 s only/],
  'too long a life': [() => text(signed({ exp: seconds() + 100_000 })), 'lifetime', /28 hours/],
  'any client id': [() => text(jwt({ clientId: '*' })), 'client-id', /client id is \*/],
  'the key in place of a token': [() => text(KEY), 'secret', /whole API key/],
  'the key as kid': [() => text(signed({}, { kid: KEY })), 'secret', /whole API key/],
  'the key beside the token': [() => json({ ...details(), apiKey: KEY }), 'secret', /whole API key/],
  'a text that is no token': [() => text(`hello ${Math.random()}`), 'token', /./],
  'another secret': [
    () => text(signed({}, {}, 'another-secret-of-22-char')),
    'signature',
    /signature/,
    [],
    { ABLY_API_KEY: KEY },
  ],
  'a TokenRequest that was changed': [
    () => json({ ...request(), clientId: 'eve' }),
    'signature',
    /mac does not match/,
    [],
    { ABLY_API_KEY: KEY },
  ],
  'a TokenRequest without mac': [() => json({ ...request(), mac: undefined }), 'shape', /has no mac/],
  'a TokenRequest with a short nonce': [
    () => json({ ...request(), nonce: String(Math.random()).slice(2, 10) }),
    'nonce',
    /8 characters/,
  ],
  'a right that is missing': [
    () => text(jwt()),
    'rights',
    /history on chat:1 is not allowed/,
    ['--channel', 'chat:1', '--can', 'history'],
  ],
  'a feature that is missing': [
    () => text(jwt()),
    'rights',
    /^the token does not allow it: typing in the chat room chat:1 is not allowed/,
    ['--channel', 'chat:1', '--feature', 'chat: typing'],
  ],
  'a feature without a client id': [
    () => text(jwt({ clientId: null })),
    'rights',
    /^chat: send needs a client id/,
    ['--channel', 'chat:1', '--feature', 'chat: send'],
  ],
  'presence without a client id': [
    () => text(jwt({ clientId: null, capability: { a: ['presence'] } })),
    'rights',
    /needs a client id/,
    ['--channel', 'a', '--can', 'presence'],
  ],
};
