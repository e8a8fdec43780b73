// Times and durations as they are typed and shown.
import { isBefore2001 } from '../lib/input/usage-error.js';
import { misuse } from './failure.js';
import { secondsOf } from './flags.js';

/**
 * Parses a duration before now such as 1h, ms since 1970, or any format that Date reads.
 * @param forms the formats to name in the error
 */
export function typedTime(flag, text, forms) {
  const ago = secondsOf(text);
  if (ago !== undefined) return Date.now() - ago * 1_000;
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

/** `2026-11-28T12:00:00.000Z (in 59 minutes)`. An unverified token may have a time that no Date can hold. */
export function shownTime(ms, now = Date.now()) {
  if (Math.abs(ms) > 8.64e15) return String(ms);
  const seconds = Math.round(Math.abs(ms - now) / 1_000);
  const [count, unit] = roughly(seconds);
  const distance = `${count} ${unit}${count === 1 ? '' : 's'}`;
  return `${new Date(ms).toISOString()} (${seconds === 0 ? 'now' : ms > now ? `in ${distance}` : `${distance} ago`})`;
}

/** The largest unit that gives at least two, so that `90 minutes` does not become `1 hour`. */
function roughly(seconds) {
  for (const [unit, length] of [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ])
    if (seconds >= 2 * length) return [Math.round(seconds / length), unit];
  return [seconds, 'second'];
}
