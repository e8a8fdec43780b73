// What src/wasm/fetch.rs calls: an exchange with one host is the module's to begin, and ends here.
import { ABORTED, NETWORK, NO_MORE_REQUESTS, READ_HEADERS, TIMEOUT, TOO_LONG } from '../../generated/abi.js';
import { Encoder } from './utf8.js';

const encoder = new Encoder();

// Nothing that the module calls may throw: what it holds at that moment would never be freed.

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
      // The revocation goes on: index.d.ts says so.
    }
  }

  /** Settles with false when the time is up, with true when the signal ends the call, whichever is first. */
  wait(ms) {
    return this.#waiting(ms).wait;
  }

  /** A wait, and what puts it away, its timer and its listener with it. */
  #waiting(ms) {
    let end;
    const wait = new Promise((resolve) => {
      end = (aborted) => {
        clearTimeout(timer);
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
      if (this.#signal?.aborted) queueMicrotask(abort);
    });
    return { wait, end };
  }

  /**
   * How it is sent. Who follows a redirect sends the credential along; `error` throws in workerd. Cookies and
   * caches have no part in this: Workers lack the one, and throw at it; older ones the other.
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

  /** What came of it. A `fetch` that does not heed the signal is not waited for either. */
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

/** What a caller's own fetch gives is looked at before the module gets it. */
function sound(answer) {
  const { status, headers, body } = answer ?? {};
  if (typeof status === 'number' && typeof headers?.get === 'function')
    return { status, headers: { get: (name) => headers.get(name) }, body };
  throw new TypeError('the fetch that was given answered with something that is no Response');
}

/** A body, and behind a NUL a line for the status and one for each of the headers. */
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

/** An answer, of which no more is ever held than `most` bytes. */
async function received(answer, most) {
  try {
    const { status, headers, body } = await answer;
    const chunks = [];
    let length = 0;
    const reader = body?.getReader();
    for (let read; reader && !(read = await reader.read()).done; ) {
      if (!ArrayBuffer.isView(read.value)) throw new TypeError('the body is no stream of bytes');
      chunks.push(read.value);
      length += read.value.byteLength;
      if (length <= most) continue;
      reader.cancel().catch(() => {}); // nobody waits for the end of that
      return message(TOO_LONG);
    }
    // 0: a redirect in a browser, which hides all that it says.
    return message(status & 0xffff || 302, headers, chunks);
  } catch (thrown) {
    const words = reason(thrown);
    return message(words.includes('Too many subrequests') ? NO_MORE_REQUESTS : NETWORK, undefined, [
      encoder.encode(words),
    ]);
  }
}

/** "fetch failed" says little; its cause says more. */
function reason(thrown) {
  try {
    const words = [thrown?.message ?? String(thrown), thrown?.cause?.code ?? thrown?.cause?.message ?? thrown?.code];
    return words.filter((word) => typeof word === 'string' && word !== '').join(', ');
  } catch {
    return 'what was thrown cannot be read';
  }
}
