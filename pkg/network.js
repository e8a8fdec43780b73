// What the functions that go over the network have in common: their options, and what they bring along.
import { Call } from './exchange.js';
import { AblyAuthError } from './error.js';
import { module, numbers, write } from './frame.js';
import { kindOf, optionalText, refuse, time } from './options.js';

export const NETWORK_OPTIONS = ['endpoint', 'controlEndpoint', 'fetch', 'signal', 'timeoutMs'];
export const SOURCE_OPTIONS = ['key', 'accessToken', 'app', 'keyName'];

const TEXTS = ['key', 'app', 'keyName', 'endpoint', 'controlEndpoint'];
// As TEXTS in src/wasm/network.rs: what is not there is said to be absent.
const MOST_TEXTS = 10;
const TIMEOUT = 10;
const TRANSPORT = 11;
const COUNT = 12;
const TIME = 13;
const FLAGS = 14;
const BY_ACCESS_TOKEN = 1;
export const REVOCABLE = 2;
export const MARGIN = 4;

const MOST_MS = 600_000;

/** The options of NetworkOptions, checked for their types. */
export function readNetwork({ endpoint, controlEndpoint, fetch, signal, timeoutMs }) {
  if (fetch !== undefined && typeof fetch !== 'function') throw refuse('fetch', kindOf(fetch), 'a function, as the global fetch is');
  if (signal !== undefined && !(typeof signal?.addEventListener === 'function' && typeof signal.removeEventListener === 'function')) throw refuse('signal', kindOf(signal), 'an AbortSignal');
  if (timeoutMs !== undefined && !(Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= MOST_MS))
    throw refuse('timeoutMs', typeof timeoutMs === 'number' ? String(timeoutMs) : kindOf(timeoutMs), `whole milliseconds, 1 to ${MOST_MS}`);
  return {
    texts: [optionalText('endpoint', endpoint), optionalText('controlEndpoint', controlEndpoint)],
    timeoutMs,
    fetch,
    signal,
  };
}

/** The options of KeySource. */
export function readSource({ key, accessToken, app, keyName }) {
  if (accessToken === undefined) {
    for (const [name, value] of [['app', app], ['keyName', keyName]])
      if (value !== undefined) throw refuse(name, 'given without an accessToken', 'an accessToken beside it, or the key alone');
    return { texts: [secret('key', key), undefined, undefined], flags: 0 };
  }
  if (key !== undefined) throw refuse('key', 'given beside accessToken', 'one of the two');
  if (app === undefined) throw refuse('app', 'undefined', "the app's id or its name");
  return { texts: [secret('accessToken', accessToken), optionalText('app', app), optionalText('keyName', keyName)], flags: BY_ACCESS_TOKEN };
}

// The module says what is wrong with one that is too long; its own bound is far below this.
function secret(name, value) {
  if (typeof value !== 'string') throw refuse(name, kindOf(value), 'a string');
  return value.slice(0, 8192);
}

/** In place of a key that is still to be found. */
export const NO_KEY = 'none.none:none';

/** No key: for what needs none. */
const NO_SOURCE = { texts: ['', undefined, undefined], flags: 0 };

// In the order of src/wasm/network.rs.
const FUNCTIONS = ['getTime', 'findKey', 'requestToken', 'revokeTokens', 'control'];

/**
 * Calls a function of the module that answers with a promise. It reads what is written here before it
 * returns, so nothing comes in between.
 */
export function send(run, network, source, { texts = [], names = [], count = NaN, time = NaN, flags = 0, onProgress } = {}) {
  const { signal, timeoutMs = NaN, fetch } = network;
  if (signal?.aborted) throw new AblyAuthError({ kind: 'aborted', message: 'the signal had ended the call before it began; nothing was sent' });
  const all = [...source.texts, ...network.texts, ...texts];
  all.length = MOST_TEXTS;
  write(all, [...TEXTS, ...names]);
  numbers[TIMEOUT] = timeoutMs;
  numbers[TRANSPORT] = transportNumber(fetch);
  numbers[COUNT] = count;
  numbers[TIME] = time;
  numbers[FLAGS] = source.flags | flags;
  const call = new Call(fetch, signal, onProgress);
  module().send(FUNCTIONS.indexOf(run), call);
  return call.answer;
}

/** The time that the options name: theirs, Ably's clock or this machine's. */
export async function moment({ queryTime, now }, network) {
  if (queryTime !== undefined && typeof queryTime !== 'boolean') throw refuse('queryTime', kindOf(queryTime), 'true or false');
  if (queryTime && now !== undefined) throw refuse('queryTime', 'given beside now', 'one of the two');
  return queryTime ? serverTime(network) : time(now);
}

export async function serverTime(network) {
  return Number(await send('getTime', network, NO_SOURCE));
}

// What one fetch was told is not another's to use: a sandbox's answers, say.
const known = new WeakMap();
let count = 0;

function transportNumber(fetch) {
  if (fetch === undefined) return 0;
  if (!known.has(fetch)) known.set(fetch, (count = (count + 1) % 2 ** 31));
  return known.get(fetch);
}
