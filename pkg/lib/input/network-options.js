// Shared by the functions that use the network: their options, and how they call the module.
import { Call } from '../module/fetch-call.js';
import { AblyAuthError } from '../error.js';
import { module, refuseLoneSurrogate } from '../module/shared-buffer.js';
import { globalNamed } from '../module/globals.js';
import { Encoder } from '../module/utf8.js';
import { kindOf, optionalText, refuse, time } from './options.js';
import { refuseSecret } from './usage-error.js';

export const NETWORK_OPTIONS = ['endpoint', 'controlEndpoint', 'fetch', 'signal', 'timeoutMs'];
export const SOURCE_OPTIONS = ['key', 'accessToken', 'app', 'keyName'];

const MAX_MS = 600_000;

/** Checks the types of NetworkOptions. */
export function readNetwork({ endpoint, controlEndpoint, fetch, signal, timeoutMs }) {
  if (fetch !== undefined && typeof fetch !== 'function')
    throw refuse('fetch', kindOf(fetch), 'a function like the global fetch');
  if (
    signal !== undefined &&
    !(typeof signal?.addEventListener === 'function' && typeof signal.removeEventListener === 'function')
  )
    throw refuse('signal', kindOf(signal), 'an AbortSignal');
  if (timeoutMs !== undefined && !(Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= MAX_MS))
    throw refuse(
      'timeoutMs',
      typeof timeoutMs === 'number' ? String(timeoutMs) : kindOf(timeoutMs),
      `whole milliseconds, 1 to ${MAX_MS}`,
    );
  return {
    endpoint: optionalText('endpoint', endpoint),
    controlEndpoint: optionalText('controlEndpoint', controlEndpoint),
    timeoutMs,
    fetch,
    signal,
  };
}

/** Checks the types of KeySource. */
export function readSource({ key, accessToken, app, keyName }) {
  if (accessToken === undefined) {
    for (const [name, value] of [
      ['app', app],
      ['keyName', keyName],
    ])
      if (value !== undefined) throw refuse(name, 'given without an accessToken', 'an accessToken too, or only a key');
    return { key: secret('key', key) };
  }
  if (key !== undefined) throw refuse('key', 'given together with accessToken', 'only one of the two');
  if (app === undefined) throw refuse('app', 'undefined', "the app's id or its name");
  return {
    accessToken: secret('accessToken', accessToken),
    app: optionalText('app', app),
    keyName: optionalText('keyName', keyName),
  };
}

// The module refuses a value that is too long. Its limit is far below this one.
function secret(name, value) {
  if (typeof value !== 'string') throw refuseSecret(name, value);
  return value.slice(0, 8192);
}

/**
 * Calls a function of the module that promises a text. src/wasm/async_calls.rs defines the names and types of
 * `fields`.
 */
export function send(run, network, fields, onProgress) {
  const { signal, fetch, ...addresses } = network;
  if (signal?.aborted)
    throw new AblyAuthError({
      kind: 'aborted',
      message: 'the signal was already aborted, so nothing was sent',
    });
  // src/wasm/fetch.rs needs these globals.
  for (const name of ['AbortController', 'Headers', ...(fetch === undefined ? ['Request', 'fetch'] : [])])
    globalNamed(name);
  const options = { ...fields, ...addresses, transportId: transportNumber(fetch) };
  for (const [name, value] of Object.entries(options)) if (typeof value === 'string') refuseLoneSurrogate(value, name);
  // The module wipes these bytes, which may hold a key.
  const bytes = new Encoder().encode(JSON.stringify(options));
  return module()[run](bytes, new Call(fetch, signal, onProgress));
}

/** The time to use: the caller's `now`, or the time of Ably's clock or of this machine's. */
export async function moment({ queryTime, now }, network) {
  if (queryTime !== undefined && typeof queryTime !== 'boolean')
    throw refuse('queryTime', kindOf(queryTime), 'true or false');
  if (queryTime && now !== undefined) throw refuse('queryTime', 'given together with now', 'only one of the two');
  return queryTime ? serverTime(network) : time(now);
}

export async function serverTime(network) {
  return Number(await send('getTime', network, {}));
}

// Numbers each fetch function, because caches must not be shared between them: one may belong to a sandbox.
const known = new WeakMap();
let count = 0;

function transportNumber(fetch) {
  if (fetch === undefined) return 0;
  if (!known.has(fetch)) known.set(fetch, (count = (count + 1) % 2 ** 31));
  return known.get(fetch);
}
