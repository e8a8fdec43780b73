// Embeds the wasm file in a JavaScript module, which every runtime and bundler can load without a plug-in, file access or
// fetch.
//
// The text has one character for each byte, and two for rare bytes. In base64 the same bytes give different characters
// at different positions, so gzip finds fewer repetitions and the file gets a quarter larger.

/** Characters that need no escape in string literals with any quotation marks, nor in HTML. */
const ALPHABET = ' !#%&()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~';
/** The first two characters begin a pair; each of the others is one byte. */
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

const alphabet = "${ALPHABET}";
const order = "${Buffer.from(order).toString('base64')}";
${decoder(wasm.length, text)}`;
}

/** All 256 byte values, the most frequent first. */
function byFrequency(bytes) {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte]++;
  return Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a]);
}

/**
 * Decodes in place, because it never writes more bytes than it has read. The text is no constant of its own: Parcel's
 * minifier would copy it to where it is used, and keep the constant.
 */
const decoder = (length, text) => `
/** The length of the .wasm file. */
export const length = ${length};

/** Decodes the module. */
export function bytes() {
  const values = atob(order);
  const alone = alphabet.length - ${PAIRS};
  const places = new Uint8Array(128);
  for (let i = 0; i < alphabet.length; i++) places[alphabet.charCodeAt(i)] = i;
  const codes = new Encoder().encode("${text}");
  let end = 0;
  for (let i = 0; i < codes.length; i++) {
    const place = places[codes[i]];
    const rank = place < ${PAIRS} ? alone + place * alphabet.length + places[codes[++i]] : place - ${PAIRS};
    codes[end++] = values.charCodeAt(rank);
  }
  return codes.slice(0, end);
}
`;
