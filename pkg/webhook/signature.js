// Checks the signature of a webhook with the HMAC of the platform, which compares in constant time and needs no module.
import { AblyAuthError } from '../lib/error.js';
import { globalNamed } from '../lib/module/globals.js';
import { Encoder } from '../lib/module/utf8.js';

const ALGORITHM = { name: 'HMAC', hash: 'SHA-256' };
/** The padded base64 of 32 bytes. */
const SIGNATURE = /^[A-Za-z0-9+/]{43}=$/;

/** The bytes of a signature, or undefined if it is not base64 as Ably writes it. */
export function readSignature(text) {
  if (!SIGNATURE.test(text)) return undefined;
  const decoded = atob(text);
  // The last character has two bits that decoding ignores, so four texts would stand for the same bytes.
  if (btoa(decoded) !== text) return undefined;
  return Uint8Array.from(decoded, (character) => character.charCodeAt(0));
}

/** The key that signed the body, or undefined. A name may occur twice while its secret is being rotated. */
export async function signerOf(body, signature, keys) {
  const subtle = subtleCrypto();
  let signer;
  for (const key of keys) {
    const secret = new Encoder().encode(key.secret);
    const hmac = await subtle.importKey('raw', secret, ALGORITHM, false, ['verify']);
    if (await subtle.verify(ALGORITHM, hmac, signature, body)) signer ??= key;
  }
  return signer;
}

function subtleCrypto() {
  const { subtle } = globalNamed('crypto');
  if (subtle !== undefined) return subtle;
  throw new AblyAuthError({
    kind: 'usage',
    message: 'this environment has no crypto.subtle',
    path: 'crypto.subtle',
    remediation: 'verify webhooks on a server; browsers have it on pages served over HTTPS or from localhost only',
  });
}
