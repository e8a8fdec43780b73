// What the functions that go over the network have in common: their options, and what they bring along.
import { AblyAuthError } from './error.js';
import { call, module, numbers, read, write } from './frame.js';
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

/** The options of NetworkOptions, checked for their types. */
export function readNetwork({ endpoint, controlEndpoint, fetch, signal, timeoutMs }) {
  if (fetch !== undefined && typeof fetch !== 'function') throw refuse('fetch', kindOf(fetch), 'a function, as the global fetch is');
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') throw refuse('signal', kindOf(signal), 'an AbortSignal');
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
  const own = new Call(fetch, signal, onProgress);
  call(module().send, FUNCTIONS.indexOf(run), own);
  return own.run(numbers[0]);
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

// The states of a Wait, as in src/wasm/fetch.rs.
const PENDING = 0;
const FULFILLED = 1;
const TIMED_OUT = 2;
const ABORTED = 3;
const TOO_LONG = 4;
const THROWN = 5;

const encoder = new TextEncoder();

/** What src/wasm/fetch.rs calls. */
class Call {
  #fetch;
  #signal;
  #onProgress;
  #resume;

  constructor(fetch, signal, onProgress) {
    this.#fetch = fetch;
    this.#signal = signal;
    this.#onProgress = onProgress;
  }

  /** Runs a task of the module, from one wait to the next. */
  run(task) {
    return new Promise((resolve, reject) => {
      this.#resume = () => {
        try {
          if (call(module().resume, task)) resolve(read(1)[0]);
        } catch (error) {
          reject(error);
        }
      };
      this.#resume();
    });
  }

  /** Another realm's `fetch` (undici's, a mock's) does not take this realm's Request, and none of them a `this`. */
  own(url, init) {
    const fetch = this.#fetch;
    return fetch && Promise.resolve(fetch(url, init));
  }

  wait(ms, promise) {
    return new Wait(ms, promise, this.#signal, this.#resume);
  }

  isEnded() {
    return this.#signal?.aborted === true;
  }

  progress(done, total) {
    try {
      this.#onProgress?.({ done, total });
    } catch {
      // The revocation goes on: index.d.ts says so.
    }
  }

  /**
   * Who follows a redirect sends the credential along, and `error` throws in workerd. Cookies and caches have no
   * part in this: Workers lack the one, and throw at it; older ones the other.
   */
  complete(init) {
    init.redirect = 'manual';
    if ('credentials' in Request.prototype) init.credentials = 'omit';
    if ('cache' in Request.prototype) init.cache = 'no-store';
  }

  /** "fetch failed" says little; its cause says more. */
  reason(thrown) {
    const words = [thrown?.message ?? String(thrown), thrown?.cause?.code ?? thrown?.cause?.message ?? thrown?.code];
    return encoder.encode(words.filter((word) => typeof word === 'string' && word !== '').join(', '));
  }
}

/** Something that is waited for, until the time is up or the signal ends the call. A `fetch` that heeds neither is waited for no longer. */
class Wait {
  state = PENDING;
  value;
  #stop;
  #resume;

  constructor(ms, promise, signal, resume) {
    this.#resume = resume;
    const ended = new Promise((end) => {
      const abort = () => end(ABORTED);
      const timer = setTimeout(end, ms, TIMED_OUT);
      signal?.addEventListener('abort', abort);
      if (signal?.aborted) abort();
      this.#stop = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
    });
    // By way of a promise: the signal may fire while the module runs, which is then to be left alone.
    ended.then((state) => this.#settle(state));
    promise?.then((value) => this.#settle(FULFILLED, value), (thrown) => this.#settle(THROWN, thrown));
  }

  #settle(state, value) {
    if (this.state !== PENDING) return;
    this.state = state;
    this.value = value;
    if (state !== FULFILLED) this.#stop();
    this.#resume();
  }

  /** Reads the whole of an answer, which the module asks for as soon as it is there. */
  read(answer, headers, most) {
    this.state = PENDING;
    const settle = (state, value) => {
      this.#stop();
      this.#settle(state, value);
    };
    readAnswer(answer, headers.split(','), most).then(
      (bytes) => settle(bytes ? FULFILLED : TOO_LONG, bytes),
      (thrown) => settle(THROWN, thrown),
    );
  }
}

/** The body, and a line for each header behind it; nothing when it is over the bound: no more of it than that is ever held. */
async function readAnswer({ headers, body }, names, most) {
  const chunks = [];
  let length = 0;
  const reader = body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done) break;
    length += value.length;
    if (length > most) {
      reader.cancel().catch(() => {}); // nobody waits for the end of that
      return undefined;
    }
    chunks.push(value);
  }
  const lines = encoder.encode(names.map((name) => `\n${headers.get(name) ?? ''}`).join(''));
  const bytes = new Uint8Array(length + lines.length);
  let at = 0;
  for (const chunk of [...chunks, lines]) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
