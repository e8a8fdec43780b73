// The time and timers of a realtime client. A test or a page with a clock of its own passes another one.
import { globalNamed } from '../module/globals.js';

/**
 * @typedef {object} Clock
 * @property {() => number} now the time in ms since 1970
 * @property {(ms: number, run: () => void) => () => void} after calls `run` later; the result cancels that
 */

/** @type {Clock} */
export const systemClock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = globalNamed('setTimeout')(run, ms);
    return () => globalNamed('clearTimeout')(timer);
  },
};

/**
 * Waits for the next whole second. A token's `iat` is in seconds, so a token that is issued in the second of a
 * revocation counts as issued before it.
 *
 * @param {Clock} clock
 * @returns {Promise<void>}
 */
export const nextSecond = (clock) =>
  new Promise((resolve) => {
    const later = () => {
      const left = end - clock.now();
      if (left > 0) clock.after(left, later);
      else resolve();
    };
    const end = (Math.floor(clock.now() / 1000) + 1) * 1000;
    later();
  });
