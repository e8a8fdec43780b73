// The claims beside Ably's fixed ones, as JSON text.
import { AblyAuthError } from './error.js';
import { asJson, kindOf, refuse } from './options.js';
import { isPromise } from './refuse.js';

const OPTIONS = ['channelClaims', 'roomClaims', 'publishRateLimits', 'claims'];
const BOUND = 64 * 1024;
// As in the module; a circular value is deeper than anything.
const MOST_DEPTH = 128;

/** `{"channelClaims":{…},…}` of those that are given, or nothing. */
export function extraClaims(options) {
  let extra;
  for (const name of OPTIONS) {
    const given = options[name];
    if (given === undefined) continue;
    asJson(name, () => onlyJson(name, given, 1));
    (extra ??= {})[name] = given;
  }
  if (extra === undefined) return undefined;
  const json = asJson('claims', () => JSON.stringify(extra));
  if (json.length > BOUND)
    throw new AblyAuthError({ kind: 'usage', message: `the claims are over the bound of ${BOUND} characters`, path: 'claims' });
  return json;
}

/** Refuses what JSON.stringify would change or leave out in silence. A member that is undefined counts as absent. */
function onlyJson(path, value, depth) {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return;
    case 'number':
      if (Number.isFinite(value)) return;
      throw refuse(path, String(value), 'a value that JSON has a form for');
    case 'object':
      break;
    default:
      throw refuse(path, kindOf(value), 'a value that JSON has a form for');
  }
  if (value === null) return;
  if (depth > MOST_DEPTH) throw refuse(path.slice(0, path.indexOf('[')), `circular, or nested over ${MOST_DEPTH} levels deep`, 'a flatter value');
  if (typeof value.toJSON === 'function') {
    const json = value.toJSON();
    if (json === null) throw refuse(path, 'written by its toJSON as null', 'a valid value'); // such as an invalid Date
    return onlyJson(path, json, depth + 1);
  }
  if (isPromise(value)) throw refuse(path, kindOf(value));
  if (value instanceof Map || value instanceof Set) throw refuse(path, `a ${value.constructor.name}`, 'a plain object or an array');
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) onlyJson(`${path}[${i}]`, value[i], depth + 1);
    return;
  }
  for (const name of Object.keys(value))
    if (value[name] !== undefined) onlyJson(`${path}[${JSON.stringify(name)}]`, value[name], depth + 1);
}
