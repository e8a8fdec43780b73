// What the functions that go over the network have in common: their options, and what they bring along.
import { AblyAuthError } from './error.js';
import { module, numbers, write } from './frame.js';
import { kindOf, optionalText, refuse, time } from './options.js';

export const NETWORK_OPTIONS = ['endpoint', 'controlEndpoint', 'fetch', 'signal', 'timeoutMs'];
export const SOURCE_OPTIONS = ['key', 'accessToken', 'app', 'keyName'];

const TEXTS = ['key', 'app', 'keyName', 'endpoint', 'controlEndpoint'];
const TIMEOUT = 10;
const TRANSPORT = 11;
const COUNT = 12;
const TIME = 13;
const FLAGS = 14;
const BY_ACCESS_TOKEN = 1;
export const REVOCABLE = 2;
export const MARGIN = 4;

const MOST_MS = 600_000;

// As READ_HEADERS in src/rest.rs.
const READ_HEADERS = ['retry-after', 'x-ably-errorcode', 'x-ably-errormessage', 'x-ably-serverid', 'x-request-id'];
const encoder = new TextEncoder();

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
  write([...source.texts, ...network.texts, ...texts], [...TEXTS, ...names]);
  numbers[TIMEOUT] = timeoutMs;
  numbers[TRANSPORT] = transportNumber(fetch);
  numbers[COUNT] = count;
  numbers[TIME] = time;
  numbers[FLAGS] = source.flags | flags;
  return module().send(FUNCTIONS.indexOf(run), new Call(fetch, signal, onProgress));
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

/** What a caller's own fetch gives is looked at before the module does, which takes it for a Response. */
function sound(answer) {
  const { status, headers, body } = answer ?? {};
  if (typeof status === 'number' && typeof headers?.get === 'function') return { status, headers: { get: (name) => headers.get(name) }, body };
  throw new TypeError('the fetch that was given answered with something that is no Response');
}

/** What src/wasm/fetch.rs calls. */
class Call {
  #signal;
  #onProgress;
  #waits = new Map();

  constructor(fetch, signal, onProgress) {
    this.fetch = fetch && (async (url, init) => sound(await fetch(url, init)));
    this.#signal = signal;
    this.#onProgress = onProgress;
  }

  // Nothing that the module calls may throw: what it holds at that moment would never be freed.

  isEnded() {
    try {
      return this.#signal?.aborted === true;
    } catch {
      return false;
    }
  }

  progress(done, total) {
    try {
      Promise.resolve(this.#onProgress?.({ done, total })).catch(() => {});
    } catch {
      // The revocation goes on: index.d.ts says so.
    }
  }

  /** Settles with false when the time is up, with true when the signal ends the call, whichever is first. */
  wait(ms) {
    let stop;
    const wait = new Promise((resolve) => {
      const end = (aborted) => {
        clearTimeout(timer);
        this.#waits.delete(wait);
        resolve(aborted);
        try {
          this.#signal?.removeEventListener('abort', abort);
        } catch {
          // A signal of the caller's making.
        }
      };
      const abort = () => end(true);
      const timer = setTimeout(end, ms, false);
      this.#signal?.addEventListener('abort', abort);
      stop = () => end(false);
      if (this.#signal?.aborted) queueMicrotask(abort);
    });
    this.#waits.set(wait, stop);
    return wait;
  }

  stop(wait) {
    this.#waits.get(wait)?.();
  }

  /**
   * The body in one piece, and behind it a line for each of the headers; nothing when the body is longer than
   * that, and then no more of it is ever held.
   */
  async read({ headers, body }, most) {
    const chunks = [];
    let length = 0;
    const reader = body?.getReader();
    for (let read; reader && !(read = await reader.read()).done; ) {
      if (!ArrayBuffer.isView(read.value)) throw new TypeError('the body is no stream of bytes');
      chunks.push(read.value);
      length += read.value.byteLength;
      if (length <= most) continue;
      reader.cancel().catch(() => {}); // nobody waits for the end of that
      return undefined;
    }
    const lines = READ_HEADERS.map((name) => `\n${String(headers.get(name) ?? '').replaceAll('\n', ' ')}`);
    chunks.push(encoder.encode(lines.join('')));
    const whole = new Uint8Array(length + chunks.at(-1).length);
    let at = 0;
    for (const chunk of chunks) {
      whole.set(chunk, at);
      at += chunk.byteLength;
    }
    return whole;
  }

  /**
   * Who follows a redirect sends the credential along; `error` throws in workerd. Cookies and caches have no
   * part in this: Workers lack the one, and throw at it; older ones the other.
   */
  complete(init) {
    init.redirect = 'manual';
    const known = globalThis.Request?.prototype ?? {};
    if ('credentials' in known) init.credentials = 'omit';
    if ('cache' in known) init.cache = 'no-store';
  }

  /** "fetch failed" says little; its cause says more. */
  reason(thrown) {
    try {
      const words = [thrown?.message ?? String(thrown), thrown?.cause?.code ?? thrown?.cause?.message ?? thrown?.code];
      return encoder.encode(words.filter((word) => typeof word === 'string' && word !== '').join(', '));
    } catch {
      return encoder.encode('what was thrown cannot be read');
    }
  }
}
