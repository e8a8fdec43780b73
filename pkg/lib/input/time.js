// Reads times. Does not need the module.
import { AblyAuthError } from '../error.js';
import { kindOf, refuse, refuseSeconds } from './usage-error.js';

/** Milliseconds since 1970. */
export function time(value, name = 'now') {
  if (value === undefined) return clock();
  return milliseconds(name, value instanceof Date ? value.getTime() : value, 'ms since 1970 or a Date');
}

export function milliseconds(name, value, wanted = 'ms since 1970') {
  // 8.64e15 is the latest time that a Date can hold.
  if (!(typeof value === 'number' && value >= 0 && value <= 8.64e15))
    throw refuse(name, typeof value === 'number' ? String(value) : kindOf(value), wanted);
  refuseSeconds(name, value);
  return Math.floor(value);
}

/** The platform's clock, which tests may set to any time. */
function clock() {
  const now = Date.now();
  if (now > 0) return now;
  const remediation = 'Workers have no clock at module scope: call this while handling a request';
  throw new AblyAuthError({ kind: 'usage', message: 'the clock is at 0', path: 'now', remediation });
}
