// RFC 4231, RFC 7515 and Wycheproof through the wasm module itself, not a native build of the same code.
import { equal, refuses } from './assert.mjs';
import { rawCalls } from './raw.mjs';
import { decodeText, fromBase64url, toBase64url } from './tokens.mjs';

const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const ascii = (text) => Uint8Array.from(text, (char) => char.charCodeAt(0));

export default ({ test, library, frame, vectors }) => {
  const raw = rawCalls(frame);
  const hs256 = (key, message) => toHex(raw('hs256', fromHex(key), fromHex(message)));
  const open = (key, jws) => raw('openJws', fromBase64url(key), ascii(jws));

  for (const { name, key, message, mac } of vectors.rfc4231)
    test(`RFC 4231 ${name}`, () => equal(hs256(key, message).slice(0, mac.length), mac));

  for (const { tcId, comment, key, msg, tag, tagBits, result } of vectors['wycheproof/hmac_sha256'].tests)
    test(`Wycheproof HMAC ${tcId} ${comment}`, () => {
      equal(hs256(key, msg).slice(0, tagBits / 4) === tag, result === 'valid');
    });

  for (const { name, key, jws, payload } of vectors.rfc7515)
    test(`RFC 7515 ${name}`, () => equal(decodeText(toBase64url(open(key, jws))), payload));

  for (const { comment: group, key, tests } of vectors['wycheproof/jws_symmetric'].groups)
    for (const { tcId, comment, jws, result, ours = result } of tests)
      test(`Wycheproof JWS ${group} ${tcId} ${comment}`, () => {
        if (ours !== 'valid') return void refuses(library.AblyAuthError, () => open(key.k, jws), { kind: 'token' });
        equal(toBase64url(open(key.k, jws)), jws.split('.')[1]);
      });
};
