// The table of Ably's error codes, and how a code is found in it.
import { CONNECTIONS } from './connections.js';
import { CREDENTIALS } from './credentials.js';
import { PRODUCTS } from './products.js';
import { REQUESTS } from './requests.js';
import { TOKENS } from './tokens.js';

/** By number. */
export const errorCodes = Object.freeze(
  [...REQUESTS, ...CREDENTIALS, ...TOKENS, ...CONNECTIONS, ...PRODUCTS].sort((one, other) => one.code - other.code),
);

const BY_CODE = new Map(errorCodes.map((entry) => [entry.code, entry]));
/** Longest first, because some texts begin with another one. */
const BY_TEXT = errorCodes
  .flatMap((entry) => (entry.texts ?? []).map((text) => [text.toLowerCase(), entry]))
  .sort(([one], [other]) => other.length - one.length);

/** The ways in which SDKs and servers write a code into a message, before any other number counts. */
const WRITTEN = [/\/error\/(\d{5,6})\b/, /\bcode["']?\s*[=:]\s*"?(\d{5,6})\b/i];
const ANY_NUMBER = /(?<![\w.-])\d{5,6}(?![\w-]|\.\d)/g;
/** Longer messages are cut off: no message of Ably's is nearly as long. */
const MAX_CHARACTERS = 10_000;

export const entryOf = (code) => BY_CODE.get(code);

/** The code that a message names or, by its words, means. A named code need not be in the table. */
export function codeIn(message) {
  const text = message.slice(0, MAX_CHARACTERS);
  for (const pattern of WRITTEN) {
    const [, code] = pattern.exec(text) ?? [];
    if (code !== undefined) return Number(code);
  }
  const [number] = (text.match(ANY_NUMBER) ?? []).map(Number).filter((code) => BY_CODE.has(code));
  if (number !== undefined) return number;
  const words = text.toLowerCase();
  return BY_TEXT.find(([known]) => words.includes(known))?.[1].code;
}
