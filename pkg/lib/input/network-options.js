// What the functions that go over the network share: their options, and how the module is called.
import { Call } from '../module/fetch-call.js';
import { AblyAuthError } from '../error.js';
import { module, refuseLoneSurrogate } from '../module/shared-buffer.js';
import { globalNamed } from '../module/globals.js';
import { kindOf, optionalText, refuse, time } from './options.js';
import { refuseSecret } from './usage-error.js';

export const NETWORK_OPTIONS = ['endpoint', 'controlEndpoint', 'fetch', 'signal', 'timeoutMs'];
export const SOURCE_OPTIONS = ['key', 'accessToken', 'app', 'keyName'];

const MAX_MS = 600_000;

/** The options of NetworkOptions, checked for their types. */
export function readNetwork({ endpoint, controlEndpoint, fetch, signal, timeoutMs }) {
  if (fetch !== undefined && typeof fetch !== 'function')
    throw refuse('fetch', kindOf(fetch), 'a function, as the global fetch is');
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

/** The options of KeySource. */
export function readSource({ key, accessToken, app, keyName }) {
  if (accessToken === undefined) {
    for (const [name, value] of [
      ['app', app],
      ['keyName', keyName],
    ])
      if (value !== undefined)
        throw refuse(name, 'given without an accessToken', 'an accessToken beside it, or the key alone');
    return { key: secret('key', key) };
  }
  if (key !== undefined) throw refuse('key', 'given beside accessToken', 'one of the two');
  if (app === undefined) throw refuse('app', 'undefined', "the app's id or its name");
  return {
    accessToken: secret('accessToken', accessToken),
    app: optionalText('app', app),
    keyName: optionalText('keyName', keyName),
  };
}

// The module says what is wrong with one that is too long; its own bound is far below this.
function secret(name, value) {
  if (typeof value !== 'string') throw refuseSecret(name, value);
  return value.slice(0, 8192);
}

/**
 * Calls a function of the module that answers a promise. The names and types of `fields` are those that
 * src/wasm/async_calls.rs reads.
 */
export function send(run, network, fields, onProgress) {
  const { signal, fetch, ...addresses } = network;
  if (signal?.aborted)
    throw new AblyAuthError({
      kind: 'aborted',
      message: 'the signal had ended the call before it began; nothing was sent',
    });
  // As src/wasm/fetch.rs needs them.
  for (const name of ['AbortController', 'Headers', ...(fetch === undefined ? ['Request', 'fetch'] : [])])
    globalNamed(name);
  const options = { ...fields, ...addresses, transportId: transportNumber(fetch) };
  for (const [name, value] of Object.entries(options)) if (typeof value === 'string') refuseLoneSurrogate(value, name);
  // In ASCII: growing the buffer for longer characters would leave a copy of the credential behind in memory.
  const json = JSON.stringify(options).replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return module()[run](json, new Call(fetch, signal, onProgress));
}

/** The time that the options name: theirs, Ably's clock or this machine's. */
export async function moment({ queryTime, now }, network) {
  if (queryTime !== undefined && typeof queryTime !== 'boolean')
    throw refuse('queryTime', kindOf(queryTime), 'true or false');
  if (queryTime && now !== undefined) throw refuse('queryTime', 'given beside now', 'one of the two');
  return queryTime ? serverTime(network) : time(now);
}

export async function serverTime(network) {
  return send('getTime', network, {});
}

// What one fetch was told is not another's to use: a sandbox's answers, say.
const known = new WeakMap();
let count = 0;

function transportNumber(fetch) {
  if (fetch === undefined) return 0;
  if (!known.has(fetch)) known.set(fetch, (count = (count + 1) % 2 ** 31));
  return known.get(fetch);
}
