// The sandbox's own WebSocket class, for programs and pages without a server.
import { globalNamed } from '../lib/module/globals.js';

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;
/** Codes of a close event (RFC 6455, section 7.4.1). */
const NO_STATUS = 1005;
const ABNORMAL = 1006;

/** What a binary frame becomes, by binaryType. The last is that of ws. */
const FORMS = {
  arraybuffer: (frame) => frame.slice().buffer,
  blob: (frame) => new (globalNamed('Blob'))([frame]),
  nodebuffer: (frame) => globalNamed('Buffer').from(frame),
};

/**
 * Makes a class with the interface of the browser's WebSocket, whose sockets end in the sandbox.
 *
 * @param {import('./sockets.js').Sockets} all
 * @param {string} endpoint the base of relative URLs
 * @returns {new (url: string | URL) => EventTarget}
 */
export function webSocketClass(all, endpoint) {
  const [EventTarget, Event, queueMicrotask] = ['EventTarget', 'Event', 'queueMicrotask'].map(globalNamed);

  class SandboxWebSocket extends EventTarget {
    static CONNECTING = CONNECTING;
    static OPEN = OPEN;
    static CLOSING = CLOSING;
    static CLOSED = CLOSED;
    CONNECTING = CONNECTING;
    OPEN = OPEN;
    CLOSING = CLOSING;
    CLOSED = CLOSED;
    binaryType = 'blob';
    bufferedAmount = 0;
    extensions = '';
    protocol = '';
    url;
    #number;
    #state = CONNECTING;

    constructor(url) {
      super();
      const address = new URL(url, endpoint);
      address.protocol = address.protocol.replace(/^http/, 'ws');
      if (!/^wss?:$/.test(address.protocol)) throw new SyntaxError(`the scheme of ${url} is not ws or wss`);
      address.hash = '';
      this.url = address.href;
      // Events come when the caller has set its handlers.
      queueMicrotask(() => this.#connect());
    }

    get readyState() {
      return this.#state;
    }

    send(data) {
      if (this.#state === CONNECTING) throw new Error('the socket is still connecting: wait for the event open');
      const frame = typeof data === 'string' ? data : bytesOf(data);
      queueMicrotask(() => {
        if (this.#state === OPEN) all.receive(this.#number, frame);
      });
    }

    close(code = NO_STATUS, reason = '') {
      if (this.#state >= CLOSING) return;
      this.#state = CLOSING;
      // After the frames that were sent before.
      queueMicrotask(() => {
        if (this.#number !== undefined) all.closed(this.#number);
        this.#end(this.#number === undefined ? ABNORMAL : code, reason);
      });
    }

    #connect() {
      if (this.#state !== CONNECTING) return;
      const request = { method: 'GET', url: this.url.replace(/^ws/, 'http'), headers: ['Upgrade', 'websocket'] };
      if (all.refusal(request)) {
        this.#tell('error');
        return this.#end(ABNORMAL, '');
      }
      this.#state = OPEN;
      this.#tell('open');
      this.#number = all.open(request, {
        send: (frame) => queueMicrotask(() => this.#receive(frame)),
        close: (code) => queueMicrotask(() => this.#end(code, '')),
      });
    }

    #receive(frame) {
      if (this.#state !== OPEN) return;
      this.#tell('message', { data: typeof frame === 'string' ? frame : FORMS[this.binaryType](frame) });
    }

    #end(code, reason) {
      if (this.#state === CLOSED) return;
      this.#state = CLOSED;
      this.#tell('close', { code, reason, wasClean: code !== ABNORMAL });
    }

    #tell(type, members) {
      this.dispatchEvent(Object.assign(new Event(type), members));
    }
  }
  const isCalled = callsHandlers(EventTarget, Event);
  for (const type of ['open', 'message', 'error', 'close'])
    Object.defineProperty(SandboxWebSocket.prototype, `on${type}`, handlerOf(type, isCalled));
  return SandboxWebSocket;
}

/** Whether dispatchEvent calls a property such as `onmessage` by itself, as that of workerd does. */
function callsHandlers(EventTarget, Event) {
  let isCalled = false;
  class Probe extends EventTarget {
    get onprobe() {
      isCalled = true;
      return undefined;
    }
  }
  new Probe().dispatchEvent(new Event('probe'));
  return isCalled;
}

/** A property such as `onmessage`, which holds one listener. */
function handlerOf(type, isCalled) {
  const listeners = new WeakMap();
  return {
    configurable: true,
    enumerable: true,
    get() {
      return listeners.get(this)?.handler ?? null;
    },
    set(handler) {
      const old = listeners.get(this);
      if (old) this.removeEventListener(type, old.listener);
      listeners.delete(this);
      if (typeof handler !== 'function') return;
      const listener = (event) => handler.call(this, event);
      listeners.set(this, { handler, listener });
      if (!isCalled) this.addEventListener(type, listener);
    },
  };
}

/** A copy, because the caller may change its bytes after `send`. */
function bytesOf(data) {
  if (data instanceof ArrayBuffer) return new Uint8Array(data).slice();
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  throw new TypeError('only texts, ArrayBuffers and typed arrays can be sent');
}
