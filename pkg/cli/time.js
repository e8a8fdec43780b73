// A time that was typed.
import { isBefore2001 } from '../lib/input/usage-error.js';
import { misuse } from './failure.js';

/** ms since 1970, or what Date reads. `forms` says what to give. */
export function typedTime(flag, text, forms) {
  const isNumber = /^\d+$/.test(text);
  const ms = isNumber ? Number(text) : Date.parse(text);
  if (Number.isNaN(ms)) throw misuse(`${flag} is no time`, `Give ${forms}.`);
  // Only digits are repeated: anything else may be a secret.
  if (isBefore2001(ms))
    throw misuse(
      isNumber ? `${flag} is ${text}, which looks like seconds` : `${flag} is before 2001`,
      `Give ${forms}.`,
    );
  return ms;
}
