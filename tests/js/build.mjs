// Texts and tokens of the vector files that are too big to stand there: see tests/vectors/README.md.
import { encodeText, hmac, toBase64url } from './tokens.mjs';

/** A text, or the pieces it is built of. */
export const textOf = (text) =>
  Array.isArray(text)
    ? text.map((piece) => (typeof piece === 'string' ? piece : piece.repeat.repeat(piece.times))).join('')
    : text;

const isPieces = (value) =>
  Array.isArray(value) && value.some((piece) => typeof piece === 'object' && piece !== null && 'repeat' in piece);

/** The same with every list of pieces in it joined. */
export function joined(value) {
  if (isPieces(value)) return textOf(value);
  if (Array.isArray(value)) return value.map(joined);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, joined(inner)]));
}

export async function tokenOf({ token, build }) {
  if (build === undefined) return token;
  if (build.token !== undefined) return textOf(build.token);
  const signed = `${encodeText(textOf(build.header))}.${encodeText(textOf(build.payload))}`;
  return `${signed}.${toBase64url(await hmac(build.secret, signed))}`;
}
