// What src/wasm/fetch.rs calls: an exchange with one host is the module's to begin, and ends here.
import { ABORTED, NETWORK, NO_MORE_REQUESTS, READ_HEADERS, TIMEOUT, TOO_LONG } from '../../generated/abi.js';
import { Encoder } from './utf8.js';

const encoder = new Encoder();

// Functions that the module calls must not throw: values that it holds at that moment would never be freed.

export class Call {
  #signal;
  #onProgress;
  #begun = new WeakMap();

  constructor(fetch, signal, onProgress) {
    this.fetch = fetch && (async (url, init) => sound(await fetch(url, init)));
    this.#signal = signal;
    this.#onProgress = onProgress;
  }

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
      // The revocation continues, as index.d.ts documents.
    }
  }

  /** Resolves with false when the time is up or with true when the signal aborts, whichever comes first. */
  wait(ms) {
    return this.#waiting(ms).wait;
  }

  /** A promise, and a function that settles it and removes its timer and listener. */
  #waiting(ms) {
    let end;
    const wait = new Promise((resolve) => {
      end = (aborted) => {
        clearTimeout(timer);
        resolve(aborted);
        try {
          this.#signal?.removeEventListener('abort', abort);
        } catch {
          // The caller's own implementation of a signal.
        }
      };
      const abort = () => end(true);
      const timer = setTimeout(end, ms, false);
      this.#signal?.addEventListener('abort', abort);
      if (this.#signal?.aborted) queueMicrotask(abort);
    });
    return { wait, end };
  }

  /**
   * The options of the request. Redirects are not followed, because that would send the credential to another host, and
   * `error` throws in workerd. Cookies and caches are turned off where the platform has these options; Workers throw at
   * `credentials`, older ones at `cache`.
   */
  begin(ms) {
    const controller = new AbortController();
    const init = { redirect: 'manual', signal: controller.signal };
    const known = globalThis.Request?.prototype ?? {};
    if ('credentials' in known) init.credentials = 'omit';
    if ('cache' in known) init.cache = 'no-store';
    this.#begun.set(init, { controller, ...this.#waiting(ms) });
    return init;
  }

  /** The outcome of the request. Does not wait for a `fetch` that ignores the signal. */
  async end(init, answer, most) {
    const { controller, wait, end } = this.#begun.get(init);
    const ended = wait.then(
      (aborted) => (aborted ? ABORTED : TIMEOUT),
      () => TIMEOUT,
    );
    const came = await Promise.race([received(answer, most), ended]);
    end(false);
    if (typeof came !== 'number') return came;
    controller.abort();
    return message(came);
  }
}

/** Checks the result of a caller's own fetch before the module receives it. */
function sound(answer) {
  const { status, headers, body } = answer ?? {};
  if (typeof status === 'number' && typeof headers?.get === 'function')
    return { status, headers: { get: (name) => headers.get(name) }, body };
  throw new TypeError('the given fetch did not return a Response');
}

/** The body, then a NUL, a line for the status and a line for each header. */
function message(status, headers, chunks = []) {
  const lines = READ_HEADERS.map((name) => String(headers?.get(name) ?? '').replaceAll(/[\0\n]/g, ' '));
  chunks.push(encoder.encode(`\0${[status, ...lines].join('\n')}`));
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** Reads an answer, and stops as soon as it is longer than `most` bytes. */
async function received(answer, most) {
  try {
    const { status, headers, body } = await answer;
    const chunks = [];
    let length = 0;
    const reader = body?.getReader();
    for (let read; reader && !(read = await reader.read()).done; ) {
      if (!ArrayBuffer.isView(read.value)) throw new TypeError('the body is not a stream of bytes');
      chunks.push(read.value);
      length += read.value.byteLength;
      if (length <= most) continue;
      reader.cancel().catch(() => {}); // the result does not matter
      return message(TOO_LONG);
    }
    // Browsers report a redirect as status 0 and hide its contents.
    return message(status & 0xffff || 302, headers, chunks);
  } catch (thrown) {
    const words = reason(thrown);
    return message(words.includes('Too many subrequests') ? NO_MORE_REQUESTS : NETWORK, undefined, [
      encoder.encode(words),
    ]);
  }
}

/** Includes the cause, because a message such as "fetch failed" says little. */
function reason(thrown) {
  try {
    const words = [thrown?.message ?? String(thrown), thrown?.cause?.code ?? thrown?.cause?.message ?? thrown?.code];
    return words.filter((word) => typeof word === 'string' && word !== '').join(', ');
  } catch {
    return 'the thrown value cannot be read';
  }
}
