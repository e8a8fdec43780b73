// A session of your own: a cookie with the user and an expiry, signed with HMAC-SHA-256.
import { createTokenEndpoint } from 'ably-edge-auth';

const { ABLY_API_KEY, SESSION_SECRET } = process.env;
const HMAC = { name: 'HMAC', hash: 'SHA-256' };
const encode = (text) => new TextEncoder().encode(text);
const secret = crypto.subtle.importKey('raw', encode(SESSION_SECRET), HMAC, false, ['sign', 'verify']);

/** The Set-Cookie header of a successful login. */
export async function sessionCookie(user, expires = Date.now() + 7 * 24 * 3600 * 1000) {
  const payload = btoa(JSON.stringify({ user, expires }));
  const signature = new Uint8Array(await crypto.subtle.sign(HMAC, await secret, encode(payload)));
  const value = encodeURIComponent(`${payload}.${btoa(String.fromCharCode(...signature))}`);
  return `session=${value}; HttpOnly; Secure; SameSite=Lax; Path=/; Expires=${new Date(expires).toUTCString()}`;
}

/** The user of a session that this server has signed and that has not expired, or undefined. */
async function userOf(request) {
  const [, value = ''] = /(?:^|; )session=([^;]+)/.exec(request.headers.get('Cookie') ?? '') ?? [];
  try {
    const [payload, signature] = decodeURIComponent(value).split('.');
    const bytes = Uint8Array.from(atob(signature), (character) => character.charCodeAt(0));
    if (!(await crypto.subtle.verify(HMAC, await secret, bytes, encode(payload)))) return undefined;
    const { user, expires } = JSON.parse(atob(payload));
    return expires > Date.now() ? user : undefined;
  } catch {
    return undefined; // not a cookie of this server
  }
}

export default createTokenEndpoint({
  source: { key: ABLY_API_KEY },
  async authenticate(request) {
    const user = await userOf(request);
    return user ? { clientId: user, capability: { 'chat:*': ['publish', 'subscribe'] } } : null;
  },
});
