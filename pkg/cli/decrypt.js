// Decrypts messages as the Ably SDKs encrypt them: AES in CBC mode, the initialization vector first.
import { createDecipheriv } from 'node:crypto';

const IV_BYTES = 16;
const KEY_BYTES = [16, 32];

/**
 * @param {string} text the key in hexadecimal or base64
 * @returns {((bytes: Uint8Array, algorithm: string) => Uint8Array) | undefined} undefined if it is not a key
 */
export function decryptor(text) {
  const isHex = /^([\da-f]{32}|[\da-f]{64})$/i.test(text);
  if (!isHex && !/^[\w+/-]+={0,2}$/.test(text)) return undefined;
  // Node reads base64 with the alphabet for URLs as well.
  const key = Buffer.from(text, isHex ? 'hex' : 'base64');
  if (!KEY_BYTES.includes(key.length)) return undefined;
  const ours = `aes-${key.length * 8}-cbc`;
  return (bytes, algorithm) => {
    if (algorithm !== ours) throw new Error(`the message is encrypted with ${algorithm}, and the key is for ${ours}`);
    const decipher = createDecipheriv(ours, key, bytes.subarray(0, IV_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES)), decipher.final()]);
  };
}
