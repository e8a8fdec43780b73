// What callers hand in, checked for its type only: what it means is the module's business.
import { AblyAuthError } from './error.js';
import { module, refuseLoneSurrogate } from './frame.js';

// No text is read beyond this bound by the module, so no more of it needs to cross.
const BOUND = 128 * 1024 + 1;

export function refuse(path, found, wanted) {
  const hint = `give ${wanted}`;
  return new AblyAuthError({ kind: 'usage', message: `${path} is ${found}; ${hint}`, path, hint });
}

export function kindOf(value) {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}

/** An object with no option but the known ones. */
export function checkOptions(options, known) {
  if (typeof options !== 'object' || options === null) throw refuse('options', kindOf(options), 'an object');
  for (const name in options)
    if (!known.has(name)) throw module().unknownOption(name, [...known].join());
  return options;
}

export function optionalText(name, value) {
  if (value === undefined || value === null) return undefined;
  return text(name, value);
}

export function text(name, value) {
  if (typeof value !== 'string') throw refuse(name, kindOf(value), 'a string');
  return value.length > BOUND ? value.slice(0, BOUND).replace(/[\ud800-\udbff]$/, '') : value; // no pair cut in two
}

/** A text that crosses by itself, not through the frame. */
export function crossing(name, value) {
  const checked = text(name, value);
  refuseLoneSurrogate(checked, name);
  return checked;
}

/** JSON text of a capability, which may be given as text or as an object. */
export function capabilityText(value, name = 'capability') {
  if (typeof value === 'string') return text(name, value);
  if (typeof value !== 'object' || value === null)
    throw refuse(name, kindOf(value), 'JSON text or an object');
  // JSON.stringify leaves these out without a word.
  for (const resource of Object.keys(value)) {
    const list = value[resource];
    if (list === undefined || typeof list === 'function' || typeof list === 'symbol')
      throw refuse(`${name}[${JSON.stringify(resource)}]`, kindOf(list), 'a list of operations');
  }
  return text(name, jsonText(name, value));
}

export function optionalCapability(value, name) {
  return value === undefined ? undefined : capabilityText(value, name);
}

export function jsonText(name, value, replacer) {
  try {
    return JSON.stringify(value, replacer);
  } catch (cause) {
    if (cause instanceof AblyAuthError) throw cause;
    throw new AblyAuthError({
      kind: 'usage',
      message: `${name} cannot be written as JSON: it is circular, or holds what JSON has no form for`,
      path: name,
      cause,
    });
  }
}

/** A whole number of seconds, or NaN when absent; the limits are the module's. */
export function seconds(name, value, wanted = 'whole seconds, 1 to 86400 for any token') {
  if (value === undefined) return NaN;
  if (Number.isInteger(value) && value >= 0) return value;
  const found = typeof value === 'number' ? String(value) : kindOf(value);
  const hint = `give ${wanted}`;
  throw new AblyAuthError({
    kind: name === 'ttlSeconds' ? 'token' : 'usage',
    ...(name === 'ttlSeconds' && { code: 40003, statusCode: 400 }),
    message: `${name} is ${found}; ${hint}`,
    path: name,
    hint,
  });
}

/** Milliseconds since 1970. */
export function time(value) {
  if (value === undefined) return clock();
  const ms = value instanceof Date ? value.getTime() : value;
  // 8.64e15 is the end of time for a Date.
  if (typeof ms === 'number' && ms >= 0 && ms <= 8.64e15) return Math.floor(ms);
  throw refuse('now', typeof ms === 'number' ? String(ms) : kindOf(ms), 'ms since 1970 or a Date');
}

function clock() {
  const now = Date.now();
  if (now > 0) return now;
  const hint = 'Workers have no clock at module scope: call this while handling a request';
  throw new AblyAuthError({ kind: 'usage', message: `the clock stands at 0; ${hint}`, path: 'now', hint });
}

export function randomHex(bytes) {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
