// TextEncoder and TextDecoder, with replacements for environments that have neither, such as Jest's jsdom. The module
// could not start without them.

const REPLACEMENT = 0xfffd;
// Code units for one call of String.fromCharCode, whose number of arguments is limited.
const AT_ONCE = 4096;

/** The part of TextEncoder that the package uses. An unpaired surrogate becomes U+FFFD, as in the original. */
export class PlainEncoder {
  encode(text) {
    const bytes = new Uint8Array(text.length * 3);
    return bytes.slice(0, this.encodeInto(text, bytes).written);
  }

  /** `bytes` must have room for the whole text. */
  encodeInto(text, bytes) {
    let written = 0;
    for (const letter of text) {
      let code = letter.codePointAt(0);
      if (code >= 0xd800 && code <= 0xdfff) code = REPLACEMENT;
      if (code < 0x80) {
        bytes[written++] = code;
        continue;
      }
      const following = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
      bytes[written++] = [0xc0, 0xe0, 0xf0][following - 1] | (code >> (6 * following));
      for (let shift = 6 * (following - 1); shift >= 0; shift -= 6) bytes[written++] = 0x80 | ((code >> shift) & 0x3f);
    }
    return { read: text.length, written };
  }
}

/** The part of TextDecoder that the package uses. Invalid UTF-8 becomes U+FFFD, by the rules of the Encoding Standard. */
export class PlainDecoder {
  #ignoreBOM;

  constructor(_label, { ignoreBOM = false } = {}) {
    this.#ignoreBOM = ignoreBOM;
  }

  decode(bytes = new Uint8Array(0)) {
    let text = '';
    let units = [];
    for (let at = 0; at < bytes.length; ) {
      const { code, length } = codeAt(bytes, at);
      at += length;
      if (code > 0xffff) units.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + (code & 0x3ff));
      else units.push(code);
      if (units.length < AT_ONCE) continue;
      text += String.fromCharCode(...units);
      units = [];
    }
    text += String.fromCharCode(...units);
    return !this.#ignoreBOM && text.startsWith('\ufeff') ? text.slice(1) : text;
  }
}

/** The character that begins at `at` and its length in bytes. Invalid input gives U+FFFD, with the length of the longest valid beginning. */
function codeAt(bytes, at) {
  const first = bytes[at];
  if (first < 0x80) return { code: first, length: 1 };
  const following = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
  if (following === 0) return { code: REPLACEMENT, length: 1 };
  // Excludes overlong forms, surrogates, and code points above U+10FFFF.
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  let code = first & (0x3f >> following);
  for (let i = 1; i <= following; i++) {
    const byte = bytes[at + i];
    const fits = i === 1 ? byte >= least && byte <= most : byte >= 0x80 && byte <= 0xbf;
    if (!fits) return { code: REPLACEMENT, length: i };
    code = (code << 6) | (byte & 0x3f);
  }
  return { code, length: following + 1 };
}

export const Encoder = typeof TextEncoder === 'function' ? TextEncoder : PlainEncoder;
export const Decoder = typeof TextDecoder === 'function' ? TextDecoder : PlainDecoder;
