// Options as a caller hands them in, read once into an object of our own. Nothing here needs the module.
import { isPromise, kindOf, refuse } from './usage-error.js';

/** Refuses what is not an object, and an option that is not among the known ones, be it own or inherited. */
export function checkNames(options, known, name, refuseOption) {
  if (typeof options !== 'object' || options === null || isPromise(options))
    throw refuse(name, kindOf(options), 'an object');
  for (const option in options) if (!known.has(option)) refuseOption(option, known);
  return options;
}

/**
 * The known options, each read exactly once by its name, whether it is the caller's own, inherited, not
 * enumerable, or answered by a getter or a Proxy. Only the result is used afterwards, so what was checked is
 * what counts. `pick` does the reading where a loop would be too slow.
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
