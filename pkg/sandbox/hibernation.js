// Realtime connections in a Durable Object. It hibernates while nothing happens: its memory is lost and its sockets stay
// open. So connections are in the object's storage, a socket's attachment is its number, and what is due comes by alarm.
import { frameOf } from './upgrade.js';

/** Keys are this prefix, the number of the connection and the number of the piece. */
const PREFIX = 'connection ';

export class Hibernation {
  #context;
  #sockets;
  #rowsOf;
  /** The keys of each connection's record, by number. */
  #keys = new Map();

  /**
   * @param {object} context of the Durable Object
   * @param {import('./sockets.js').Sockets} sockets
   * @param {(prefix: string, text: string) => [string, string][]} rowsOf splits a text into rows of the storage
   */
  constructor(context, sockets, rowsOf) {
    this.#context = context;
    this.#sockets = sockets;
    this.#rowsOf = rowsOf;
  }

  async start() {
    const { storage } = this.#context;
    const records = new Map();
    for (const [key, piece] of await storage.list({ prefix: PREFIX })) {
      const number = Number(key.slice(PREFIX.length).split(' ')[0]);
      records.set(number, (records.get(number) ?? '') + piece);
      this.#keys.set(number, [...(this.#keys.get(number) ?? []), key]);
    }
    this.#sockets.keepIn({
      keep: (changes) => this.#keep(changes),
      // Not awaited: the object's responses and frames wait for its storage.
      wakeAt: (at) => void (at === undefined ? storage.deleteAlarm() : storage.setAlarm(at)),
    });
    const open = new Map();
    for (const socket of this.#context.getWebSockets()) {
      const number = socket.deserializeAttachment();
      if (number !== null) open.set(number, forSending(socket));
    }
    this.#sockets.restore(records.values(), open);
  }

  /** Answers an upgrade request that is not refused. */
  upgrade(parts) {
    const { 0: client, 1: server } = new globalThis.WebSocketPair();
    this.#context.acceptWebSocket(server);
    server.serializeAttachment(this.#sockets.open(parts, forSending(server)));
    return new Response(null, { status: 101, webSocket: client });
  }

  message(socket, data) {
    return this.#sockets.receive(socket.deserializeAttachment(), frameOf(data));
  }

  closed(socket) {
    return this.#sockets.closed(socket.deserializeAttachment());
  }

  alarm() {
    return this.#sockets.tick();
  }

  #keep(changes) {
    const { storage } = this.#context;
    for (const [number, record] of changes) {
      const rows = record === undefined ? [] : this.#rowsOf(`${PREFIX}${String(number).padStart(10, '0')}`, record);
      const kept = new Set(rows.map(([key]) => key));
      for (const key of this.#keys.get(number) ?? []) if (!kept.has(key)) storage.delete(key);
      for (const [key, piece] of rows) storage.put(key, piece);
      if (rows.length > 0) this.#keys.set(number, [...kept]);
      else this.#keys.delete(number);
    }
  }
}

/** workerd sends no WebSocket pings, so clients get HEARTBEAT frames. */
function forSending(socket) {
  return {
    send: (frame) => {
      try {
        socket.send(frame);
      } catch {
        // It has closed, which the object is told next.
      }
    },
    close: (code) => {
      try {
        socket.close(code);
      } catch {
        // The same.
      }
    },
  };
}
