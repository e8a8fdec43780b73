// Decodes text files and stdin. PowerShell's > writes UTF-16, and its Out-File puts a byte order mark before UTF-8.
import { Failure } from './failure.js';

const MARKS = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** The encoding that the byte order mark names; UTF-8 without a mark. */
export function encodingOf(bytes) {
  return MARKS.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte))?.[0] ?? 'utf-8';
}

/**
 * Decodes bytes and strips the byte order mark. Invalid bytes are an error: replacement characters would silently change a
 * client id or a channel name.
 * @param what the subject of the error message: `The file leaked.txt for --targets-file`
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
    throw new Failure(`${what} contains a NUL character. It may be UTF-16 without a byte order mark`, {
      hint: 'Save it as UTF-8.',
    });
  return text;
}
