// The wasm file as a JavaScript module: no plug-in, no file access and no fetch is needed to load it, in
// any runtime or bundler.
//
// As text in which each byte is one character, or two for the rare ones. In base64 a byte has no
// characters of its own, so gzip finds nothing that repeats: the file gets a quarter larger.

/** Characters that need no escape in a string with quotation marks of any kind, nor in a page. */
const ALPHABET = ' !#%&()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~';
/** The first two of them begin a pair; each of the others is a byte by itself. */
const PAIRS = 2;
const SINGLE = ALPHABET.length - PAIRS;

/** @param {Uint8Array} wasm */
export function embed(wasm) {
  const order = byFrequency(wasm);
  const texts = new Array(256);
  order.forEach((byte, rank) => {
    const rare = rank - SINGLE;
    texts[byte] =
      rare < 0
        ? ALPHABET[PAIRS + rank]
        : ALPHABET[Math.floor(rare / ALPHABET.length)] + ALPHABET[rare % ALPHABET.length];
  });
  const text = Array.from(wasm, (byte) => texts[byte]).join('');
  return `import { Encoder } from '../lib/module/utf8.js'; // some environments have no TextEncoder

const text = "${text}";
const alphabet = "${ALPHABET}";
const order = "${Buffer.from(order).toString('base64')}";
${DECODE}`;
}

/** All 256 bytes, the most frequent first. */
function byFrequency(bytes) {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte]++;
  return Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a]);
}

/** Decodes in place: no more bytes are ever written than have been read. */
const DECODE = `
function decode() {
  const bytes = atob(order);
  const alone = alphabet.length - ${PAIRS};
  const places = new Uint8Array(128);
  for (let i = 0; i < alphabet.length; i++) places[alphabet.charCodeAt(i)] = i;
  const codes = new Encoder().encode(text);
  let length = 0;
  for (let i = 0; i < codes.length; i++) {
    const place = places[codes[i]];
    const rank = place < ${PAIRS} ? alone + place * alphabet.length + places[codes[++i]] : place - ${PAIRS};
    codes[length++] = bytes.charCodeAt(rank);
  }
  return codes.slice(0, length);
}

export const bytes = /* @__PURE__ */ decode();
`;
