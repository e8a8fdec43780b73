// Checks the types of the callers' values. The module checks their meaning.
import { AblyAuthError } from '../error.js';
import { REFUSE_OPTION_TEXTS, refuseOptionTexts } from '../../generated/abi.js';
import { call, module, refuseLoneSurrogate, write } from '../module/shared-buffer.js';
import { globalNamed } from '../module/globals.js';
import { checkNames as checkKnown, readKnown } from './read-options.js';
import { isBefore2001, isPromise, kindOf, refuse, refuseSecret, refuseSeconds } from './usage-error.js';

export { milliseconds, time } from './time.js';
export { isBefore2001, kindOf, refuse, refuseSeconds };

const SECRET = /^(key|keys\[\d+\])$/;
// Longer than any valid text. The module has lower limits.
const MAX_TEXT_LENGTH = 128 * 1024;
// Everything outside printable ASCII, because JSON.stringify escapes unpaired surrogates too.
const NEEDS_ESCAPE = /["\\]|[^ -~]/;

/** Copies the known options into a new object, reading each once. Refuses an unknown option. */
export function readOptions(options, known, name = 'options', pick = undefined) {
  return readKnown(options, known, name, refuseOption, pick);
}

/** Checks the names only, for hot paths: the caller destructures the options once. */
export function checkNames(options, known, name = 'options') {
  return checkKnown(options, known, name, refuseOption);
}

function refuseOption(name, known) {
  if (name === 'queryTime' && known.has('now')) {
    const remediation = 'give now: await getTime()';
    throw new AblyAuthError({
      kind: 'usage',
      message: 'this function has no option "queryTime"',
      path: name,
      remediation,
    });
  }
  const texts = { name: name.slice(0, 100).replace(/\p{Surrogate}/gu, '\ufffd'), known: [...known].join() };
  write(refuseOptionTexts(texts), REFUSE_OPTION_TEXTS);
  call(module().refuseOption);
}

export function optionalText(name, value) {
  if (value === undefined || value === null) return undefined;
  return text(name, value);
}

export function text(name, value) {
  if (typeof value !== 'string')
    throw SECRET.test(name) ? refuseSecret(name, value) : refuse(name, kindOf(value), 'a string');
  if (value.length > MAX_TEXT_LENGTH)
    throw new AblyAuthError({
      kind: 'usage',
      message: `${name} has more than ${MAX_TEXT_LENGTH} characters`,
      path: name,
    });
  return value;
}

/** For a key, a token or a capability. The module refuses one that is too long, so only its beginning is passed on. */
export function clipped(name, value) {
  if (typeof value !== 'string' || value.length <= MAX_TEXT_LENGTH) return text(name, value);
  return value.slice(0, MAX_TEXT_LENGTH + 1).replace(/[\ud800-\udbff]$/, '\ufffd'); // still too long, without half of a surrogate pair
}

/** A text without unpaired surrogates. */
export function crossing(name, value, check = text) {
  const checked = check(name, value);
  refuseLoneSurrogate(checked, name);
  return checked;
}

/** The JSON text of a capability, which the caller gives as text or as an object. */
export function capabilityText(value, name = 'capability') {
  if (typeof value === 'string') return clipped(name, value);
  if (typeof value !== 'object' || value === null || isPromise(value))
    throw refuse(name, kindOf(value), 'JSON text or an object');
  return clipped(
    name,
    asJson(name, () => objectText(name, value)),
  );
}

/**
 * Reads each member of the object once, because a getter or a Proxy may return another value when it is read again. What is
 * checked and signed is the text.
 */
function objectText(name, value) {
  const { toJSON } = value;
  const plain = typeof toJSON === 'function' ? toJSON.call(value, '') : value;
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) return JSON.stringify(plain);
  const resources = Object.keys(plain);
  const lists = resources.map((resource) => plain[resource]);
  return (
    textOfLists(resources, lists) ?? JSON.stringify(Object.fromEntries(resources.map(convertedEntry(name, lists))))
  );
}

/**
 * The same text as JSON.stringify returns, or undefined for anything but lists of strings. For objects whose names differ
 * from call to call, JSON.stringify of a copy takes about five times as long.
 */
function textOfLists(resources, lists) {
  let text = '{';
  for (let i = 0; i < resources.length; i++) {
    const list = lists[i];
    if (!Array.isArray(list) || list.toJSON !== undefined) return undefined;
    text += i === 0 ? '' : ',';
    text += quoted(resources[i]);
    text += ':[';
    const { length } = list;
    for (let j = 0; j < length; j++) {
      const operation = list[j];
      if (typeof operation !== 'string') return undefined;
      text += j === 0 ? '' : ',';
      text += quoted(operation);
    }
    text += ']';
  }
  return `${text}}`;
}

function quoted(text) {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

function convertedEntry(name, lists) {
  return (resource, i) => {
    const given = lists[i];
    const toJSON = given?.toJSON;
    const list = typeof toJSON === 'function' ? toJSON.call(given, resource) : given;
    // JSON.stringify would omit these silently.
    if (list === undefined || typeof list === 'function' || typeof list === 'symbol')
      throw refuse(`${name}[${JSON.stringify(resource)}]`, kindOf(list), 'a list of operations');
    return [resource, list];
  };
}

export function optionalCapability(value, name) {
  return value === undefined ? undefined : capabilityText(value, name);
}

/** Returns the result of `write`, which converts a caller's value. Errors from it name `name`. */
export function asJson(name, write) {
  try {
    return write();
  } catch (cause) {
    if (cause instanceof AblyAuthError) throw cause;
    throw new AblyAuthError({
      kind: 'usage',
      message: `${name} cannot be written as JSON: it is circular or contains a value that JSON cannot represent`,
      path: name,
      cause,
    });
  }
}

// The module reads these numbers as u32.
const MAX_SECONDS = 2 ** 32 - 1;

/** A whole number of seconds, or NaN if absent. The module checks the limits. */
export function seconds(name, value, wanted = 'whole seconds, 1 to 86400 for any token') {
  if (value === undefined) return NaN;
  if (Number.isInteger(value) && value >= 0 && value <= MAX_SECONDS) return value;
  const found = typeof value === 'number' ? String(value) : kindOf(value);
  const remediation = `give ${wanted}`;
  throw new AblyAuthError({
    kind: name === 'ttlSeconds' ? 'token' : 'usage',
    ...(name === 'ttlSeconds' && { code: 40003, statusCode: 400 }),
    message: `${name} is ${found}`,
    path: name,
    remediation,
  });
}

export function randomHex(bytes) {
  const random = globalNamed('crypto').getRandomValues(new Uint8Array(bytes));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
