// Connects sockets to the sandbox's realtime connections: reports what happens to them, and does what the module says.
import { globalNamed } from '../lib/module/globals.js';

/** A client that has more than this waiting to be read is disconnected. */
const MAX_QUEUED_BYTES = 8 * 1024 * 1024;
/** The longest time that setTimeout accepts. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** The codes of a close frame when the server ends, and when the sandbox itself fails. */
const GOING_AWAY = 1001;
const INTERNAL_ERROR = 1011;

/**
 * @typedef {object} Socket
 * @property {(frame: string | Uint8Array) => void} send
 * @property {(code: number) => void} close
 * @property {() => void} [ping] sends a WebSocket ping, if it can
 * @property {() => void} [terminate] closes without waiting for the client
 * @property {() => number} [queued] how many bytes wait to be read by the client
 */

/** The open sockets of one sandbox, by number. */
export class Sockets {
  #raw;
  #now;
  #entropy;
  #run;
  /** @type {Map<number, Socket>} */
  #open = new Map();
  #last = 0;
  #timer;
  #timerAt;
  #keep;
  #wakeAt = (at) => this.#setTimer(at);

  /**
   * @param {object} raw the module's sandbox
   * @param {{ now(): number, entropy(): Uint8Array, run(step: () => string | undefined): void | Promise<void> }} by
   * `run` runs a step when all earlier ones are done, stores the change that it returns, and calls `settle`
   */
  constructor(raw, { now, entropy, run }) {
    this.#raw = raw;
    this.#now = now;
    this.#entropy = entropy;
    this.#run = run;
  }

  /** The module's response to an upgrade that must not open a socket. */
  refusal({ method, url, headers }) {
    return this.#raw.refuseUpgrade(method, url, headers);
  }

  /**
   * A socket opened. Refusals come as frames.
   *
   * @param {Socket} socket
   * @returns {number} its number
   */
  open({ url, headers }, socket) {
    const number = ++this.#last;
    this.#open.set(number, socket);
    this.#step(number, () => {
      this.#raw.open(number, url, headers, socket.ping !== undefined, this.#now(), this.#entropy());
    });
    return number;
  }

  /**
   * A frame arrived. Returns a promise if a change has to be stored first.
   *
   * @param {string | Uint8Array} data
   */
  receive(number, data) {
    const isText = typeof data === 'string';
    const [text, bytes] = isText ? [data, new Uint8Array(0)] : [undefined, data];
    return this.#step(number, () => this.#raw.receive(number, text, bytes, this.#now(), this.#entropy()));
  }

  closed(number) {
    this.#open.delete(number);
    return this.#step(number, () => this.#raw.closed(number, this.#now()));
  }

  /**
   * Keeps the connections in storage, for a runtime that forgets its memory while sockets stay open.
   *
   * @param {object} storage
   * @param {(changes: [number, string | undefined][]) => void} storage.keep stores or removes records, by number
   * @param {(at: number | undefined) => void} storage.wakeAt calls `tick` at this time
   */
  keepIn({ keep, wakeAt }) {
    this.#raw.keepConnections();
    this.#keep = keep;
    this.#wakeAt = wakeAt;
  }

  /**
   * Restores the connections of records, and the sockets that are still open.
   *
   * @param {Iterable<string>} records
   * @param {Map<number, Socket>} open
   */
  restore(records, open) {
    const lost = [];
    for (const record of records) {
      const number = this.#raw.restoreConnection(record);
      if (number === undefined) continue;
      this.#last = Math.max(this.#last, number);
      if (!open.has(number)) lost.push(number);
    }
    for (const [number, socket] of open) {
      this.#last = Math.max(this.#last, number);
      this.#open.set(number, socket);
    }
    for (const number of lost) this.closed(number);
  }

  /** Does what is due by now. Returns a promise if a change has to be stored first. */
  tick() {
    this.#timerAt = undefined;
    return this.#step(undefined, () => undefined);
  }

  /** What is due before the next event. Returns a change to store, or undefined. */
  due() {
    const at = this.#raw.nextTick();
    if (at === undefined) return undefined;
    const now = this.#now();
    return at <= now ? this.#raw.tick(now, this.#entropy()) : undefined;
  }

  /** Does what the module says, after each step. */
  settle() {
    for (const { sockets, frame, ping, close, code } of this.#raw.takeActions()) {
      if (sockets) for (const number of sockets) this.#send(number, frame);
      else if (ping !== undefined) this.#open.get(ping)?.ping();
      else this.#close(close, code);
    }
    if (this.#keep) this.#keep(pairs(this.#raw.takeConnections()));
    this.#schedule();
  }

  /** Closes all sockets, because the server ends. With `isHard`, without waiting for their clients. */
  end({ isHard = false } = {}) {
    for (const socket of this.#open.values())
      if (isHard) socket.terminate?.();
      else socket.close(GOING_AWAY);
  }

  #step(number, step) {
    const failed = () => this.#close(number, INTERNAL_ERROR);
    try {
      return this.#run(step)?.catch(failed);
    } catch {
      return failed();
    }
  }

  #send(number, frame) {
    const socket = this.#open.get(number);
    if (!socket) return;
    socket.send(frame);
    if (socket.queued?.() > MAX_QUEUED_BYTES) {
      // Not served any more from here on: the error is its last frame.
      queueMicrotask(() => this.#step(number, () => this.#raw.overrun(number, this.#now())));
    }
  }

  #close(number, code) {
    const socket = this.#open.get(number);
    this.#open.delete(number);
    socket?.close(code);
  }

  /** One timer for all connections. */
  #schedule() {
    const at = this.#raw.nextTick();
    if (at === this.#timerAt) return;
    this.#timerAt = at;
    this.#wakeAt(at);
  }

  #setTimer(at) {
    globalNamed('clearTimeout')(this.#timer);
    if (at === undefined) return;
    const ms = Math.min(Math.max(0, at - this.#now()), MAX_TIMER_MS);
    this.#timer = globalNamed('setTimeout')(() => {
      this.tick();
    }, ms);
    // In Node, a timer would keep the program running.
    this.#timer.unref?.();
  }
}

/** @returns {[number, string | undefined][]} */
function pairs(list) {
  return list.flatMap((number, at) => (at % 2 === 0 ? [[number, list[at + 1]]] : []));
}
