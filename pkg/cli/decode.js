// The text in bytes that any program may have written. PowerShell's > writes UTF-16, its Out-File a mark before UTF-8.
import { Failure } from './failure.js';

const MARKS = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** By the byte order mark; UTF-8 without one. */
export function encodingOf(bytes) {
  return MARKS.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte))?.[0] ?? 'utf-8';
}

/**
 * Without its byte order mark. Bytes that are no text are refused: what would stand in their place is nobody's name.
 * @param what for the error: `The file of --targets-file, leaked.txt,`
 */
export function decode(bytes, what) {
  const encoding = encodingOf(bytes);
  let text;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new Failure(`${what} is not ${encoding.toUpperCase().replace(/[BL]E$/, '')}`, { hint: 'Save it as UTF-8.' });
  }
  if (text.includes('\0'))
    throw new Failure(`${what} has a NUL character in it, as UTF-16 without a byte order mark has`, {
      hint: 'Save it as UTF-8.',
    });
  return text;
}
