// Parses a time from the command line.
import { isBefore2001 } from '../lib/input/usage-error.js';
import { misuse } from './failure.js';

/**
 * Parses ms since 1970, or any format that Date reads.
 * @param forms the formats to name in the error
 */
export function typedTime(flag, text, forms) {
  const isNumber = /^\d+$/.test(text);
  const ms = isNumber ? Number(text) : Date.parse(text);
  if (Number.isNaN(ms)) throw misuse(`${flag} is not a time`, `Give ${forms}.`);
  // Only digits are repeated: any other text may be a secret.
  if (isBefore2001(ms))
    throw misuse(
      isNumber ? `${flag} is ${text}, which looks like seconds` : `${flag} is before 2001`,
      `Give ${forms}.`,
    );
  return ms;
}
