// Errors for values of the wrong type.
import { AblyAuthError } from '../error.js';

const PROMISE = 'a promise';

export function refuse(path, found, wanted) {
  const remediation = found === PROMISE ? 'await it' : `give ${wanted}`;
  return new AblyAuthError({ kind: 'usage', message: `${path} is ${found}`, path, remediation });
}

export function kindOf(value) {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (isPromise(value)) return PROMISE;
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}

export function isPromise(value) {
  try {
    return typeof value === 'object' && typeof value?.then === 'function';
  } catch {
    return false; // a getter that throws
  }
}

/** The error for a key or an access token that is not a string. Does not show the value. */
export function refuseSecret(path, value) {
  if (typeof value?.get !== 'function') return refuse(path, kindOf(value), 'a string');
  const remediation = 'await its get()';
  return new AblyAuthError({
    kind: 'usage',
    message: `${path} is an object with a get() method, like a Secrets Store binding`,
    path,
    remediation,
  });
}

/** True before 2001-09-09, which is every time in seconds until the year 33658 and no realistic time in ms. */
export function isBefore2001(ms) {
  return ms < 1e12;
}

/** Refuses a time that was probably given in seconds. The platform's clock is not checked, because tests set it to any time. */
export function refuseSeconds(path, ms) {
  if (isBefore2001(ms)) throw refuse(path, `${ms}, which looks like seconds`, 'milliseconds');
}
