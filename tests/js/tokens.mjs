// Tokens made and checked by WebCrypto, independently of the package.

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Visibly made up. */
export const KEY = 'xVLyHw.A-pwh7:made-up-secret';
export const KEY_NAME = 'xVLyHw.A-pwh7';
/** ms: a whole second. */
export const NOW = 1_700_000_000_000;
export const SECONDS = NOW / 1000;

export function toBase64url(bytes) {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export function fromBase64url(text) {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}

export const encodeText = (text) => toBase64url(encoder.encode(text));
export const decodeText = (text) => decoder.decode(fromBase64url(text));
export const utf8Length = (text) => encoder.encode(text).length;

export async function hmac(secret, text) {
  const raw = typeof secret === 'string' ? encoder.encode(secret) : secret;
  const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, typeof text === 'string' ? encoder.encode(text) : text));
}

const secretOf = (key) => key.slice(key.indexOf(':') + 1);
const asText = (part) => (typeof part === 'string' ? part : JSON.stringify(part));

/** A token with any header and payload (objects, or texts as they shall stand there). */
export async function forge(header, payload, key = KEY) {
  const signed = `${encodeText(asText(header))}.${encodeText(asText(payload))}`;
  return `${signed}.${toBase64url(await hmac(secretOf(key), signed))}`;
}

/** One that would be accepted but for `claims`; a claim that is undefined is left out. */
export function forgeClaims(claims, key = KEY) {
  const kid = key.slice(0, key.indexOf(':'));
  return forge(
    { typ: 'JWT', alg: 'HS256', kid },
    { iat: SECONDS, exp: SECONDS + 3600, 'x-ably-capability': '{"*":["*"]}', ...claims },
    key,
  );
}

/** Takes a token apart; throws unless its signature is `key`'s. */
export async function openWith(token, key = KEY) {
  const parts = token.split('.');
  if (parts.length !== 3) throw new Error(`${parts.length} parts`);
  const tag = toBase64url(await hmac(secretOf(key), `${parts[0]}.${parts[1]}`));
  if (tag !== parts[2]) throw new Error('the signature is not what WebCrypto makes');
  return {
    header: JSON.parse(decodeText(parts[0])),
    claims: JSON.parse(decodeText(parts[1])),
    payload: decodeText(parts[1]),
  };
}
