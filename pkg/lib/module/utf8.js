// TextEncoder and TextDecoder, or what does their work where they are missing: Jest's jsdom environment has neither,
// and without them the module could not even start.

const REPLACEMENT = 0xfffd;
// Of this many code units at once: String.fromCharCode takes only so many arguments.
const AT_ONCE = 4096;

/** As much of a TextEncoder as is used here. Half of a surrogate pair becomes U+FFFD, as there. */
export class PlainEncoder {
  encode(text) {
    const bytes = new Uint8Array(text.length * 3);
    return bytes.slice(0, this.encodeInto(text, bytes).written);
  }

  /** The caller sees to it that `bytes` has room for the whole text. */
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

/** As much of a TextDecoder as is used here: each part that is no UTF-8 becomes U+FFFD, by the rules of the Encoding Standard. */
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

/** The character that begins at a byte, and how many bytes it has; of what is none, as many as could have begun one. */
function codeAt(bytes, at) {
  const first = bytes[at];
  if (first < 0x80) return { code: first, length: 1 };
  const following = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
  if (following === 0) return { code: REPLACEMENT, length: 1 };
  // No character has two forms, is half of a pair, or lies behind the last one.
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
