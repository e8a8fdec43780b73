// Reads a caller's options once, into a new object. Does not need the module.
import { isPromise, kindOf, refuse } from './usage-error.js';

/** Refuses a value that is not an object, and unknown options, own or inherited. */
export function checkNames(options, known, name, refuseOption) {
  if (typeof options !== 'object' || options === null || isPromise(options))
    throw refuse(name, kindOf(options), 'an object');
  for (const option in options) if (!known.has(option)) refuseOption(option, known);
  return options;
}

/**
 * Reads each known option exactly once by its name, whether it is own, inherited, not enumerable, or comes from a
 * getter or a Proxy. Callers use only the result, so that a checked value cannot change afterwards. `pick` replaces the
 * loop where that would be too slow.
 */
export function readKnown(options, known, name, refuseOption, pick = (given) => pickAll(given, known)) {
  checkNames(options, known, name, refuseOption);
  for (const option of Object.getOwnPropertyNames(options)) if (!known.has(option)) refuseOption(option, known);
  return pick(options);
}

function pickAll(options, known) {
  const read = {};
  for (const option of known) read[option] = options[option];
  return read;
}
