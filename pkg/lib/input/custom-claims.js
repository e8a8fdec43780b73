// Converts custom claims, channel claims, room claims and rate limits to JSON text.
import { AblyAuthError } from '../error.js';
import { asJson, kindOf, refuse } from './options.js';
import { isPromise } from './usage-error.js';

const OPTIONS = ['channelClaims', 'roomClaims', 'publishRateLimits', 'claims'];
const MAX_JSON_LENGTH = 64 * 1024;
// The same limit as in the module. It also ends the recursion for a circular value.
const MAX_DEPTH = 128;

/** `{"channelClaims":{…},…}` with the given options, or undefined if none is given. */
export function extraClaims(options) {
  // Most tokens have none.
  if (OPTIONS.every((name) => options[name] === undefined)) return undefined;
  const extra = {};
  for (const name of OPTIONS) {
    const given = options[name];
    if (given !== undefined) extra[name] = asJson(name, () => onlyJson(name, given, 1));
  }
  const json = asJson('claims', () => JSON.stringify(extra));
  if (json.length > MAX_JSON_LENGTH)
    throw new AblyAuthError({
      kind: 'usage',
      message: `the claims have more than ${MAX_JSON_LENGTH} characters`,
      path: 'claims',
    });
  return json;
}

/** Wrapper objects of primitive values, which JSON.stringify writes as the value that they wrap. */
const BOXES = [Number, String, Boolean, BigInt, Symbol];

/**
 * Copies a value and refuses everything that JSON.stringify would silently change or omit. Reads each member once, so
 * that the checked value is the one that is written. A member that is undefined counts as absent.
 */
function onlyJson(path, value, depth) {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      throw refuse(path, String(value), 'a value that JSON can represent');
    case 'object':
      break;
    default:
      throw refuse(path, kindOf(value), 'a value that JSON can represent');
  }
  if (value === null || JSON.isRawJSON?.(value)) return value;
  if (depth > MAX_DEPTH)
    throw refuse(
      path.slice(0, path.indexOf('[')),
      `circular, or nested over ${MAX_DEPTH} levels deep`,
      'a flatter value',
    );
  const { toJSON } = value;
  if (typeof toJSON === 'function') {
    const json = toJSON.call(value);
    if (json === null) throw refuse(path, 'converted to null by its toJSON', 'a valid value'); // such as an invalid Date
    return onlyJson(path, json, depth + 1);
  }
  if (isPromise(value)) throw refuse(path, kindOf(value));
  if (value instanceof Map || value instanceof Set)
    throw refuse(path, `a ${value.constructor.name}`, 'a plain object or an array');
  if (BOXES.some((box) => value instanceof box)) return onlyJson(path, value.valueOf(), depth + 1);
  if (Array.isArray(value))
    return Array.from({ length: value.length }, (_, i) => onlyJson(`${path}[${i}]`, value[i], depth + 1));
  // Without a prototype, so that a member may have any name.
  const copy = { __proto__: null };
  for (const name of Object.keys(value)) {
    const member = value[name];
    if (member !== undefined) copy[name] = onlyJson(`${path}[${JSON.stringify(name)}]`, member, depth + 1);
  }
  return copy;
}
