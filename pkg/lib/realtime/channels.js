// The channels of a realtime client: attached, attached again on each new socket, failed one by one.
import { ACTION, FLAG, modesIn } from './protocol.js';
import { messageOf } from './payload.js';
import { ANSWER_MS } from './transport.js';

/** When to ask again for a channel that the service did not attach. */
const RETRY_MS = 15_000;
const NO_ANSWER = { code: 90007, statusCode: 408, message: 'the service did not answer the request to attach' };

export class Channels {
  /** @type {Map<string, { state: string, params?: object, serial?: string, wasAttached: boolean, cancel(): void }>} */
  #all = new Map();
  #send;
  #emit;
  #clock;
  #decrypt;

  /**
   * @param {object} options
   * @param {(frame: object) => boolean} options.send says whether there is a connection to send on
   * @param {(event: object) => void} options.emit
   * @param {import('./clock.js').Clock} options.clock
   * @param {(bytes: Uint8Array, algorithm: string) => Uint8Array} [options.decrypt]
   */
  constructor({ send, emit, clock, decrypt }) {
    this.#send = send;
    this.#emit = emit;
    this.#clock = clock;
    this.#decrypt = decrypt;
  }

  /** @param {Record<string, string>} [params] such as `rewind` */
  attach(name, params) {
    this.#all.get(name)?.cancel();
    const channel = { state: 'initialized', params, serial: undefined, wasAttached: false, cancel: () => {} };
    this.#all.set(name, channel);
    this.#ask(name, channel);
  }

  detach(name) {
    const channel = this.#all.get(name);
    if (channel === undefined) return;
    channel.cancel();
    this.#all.delete(name);
    this.#send({ action: ACTION.DETACH, channel: name });
    this.#change(name, channel, 'detached');
  }

  /** A connection begins. The service knows no channel of a new socket, even if it resumes the connection. */
  connected() {
    for (const [name, channel] of this.#all) if (channel.state !== 'failed') this.#ask(name, channel);
  }

  /** The socket is lost. The channels stay as they are until it is known whether the connection can be resumed. */
  disconnected() {
    for (const channel of this.#all.values()) channel.cancel();
  }

  /** The connection is lost for so long that the service has forgotten it. */
  suspend(reason) {
    for (const [name, channel] of this.#all) {
      if (['failed', 'suspended'].includes(channel.state)) continue;
      channel.serial = undefined;
      channel.cancel();
      this.#change(name, channel, 'suspended', { reason });
    }
  }

  /** The connection ended for good. */
  end(state, reason) {
    const all = [...this.#all];
    // First, so that a channel which is attached when its end is told stays.
    this.#all.clear();
    for (const [name, channel] of all) {
      channel.cancel();
      if (channel.state !== 'failed') this.#change(name, channel, state, { reason });
    }
  }

  /** Deals with a frame about a channel. */
  receive(frame) {
    const channel = this.#all.get(frame.channel);
    if (channel === undefined) return; // detached meanwhile
    if (frame.channelSerial) channel.serial = frame.channelSerial;
    if (frame.action === ACTION.MESSAGE) this.#messages(channel, frame);
    else if (frame.action === ACTION.ATTACHED) this.#attached(channel, frame);
    else if (frame.action === ACTION.DETACHED) this.#detached(channel, frame);
    else if (frame.action === ACTION.ERROR) {
      channel.cancel();
      channel.serial = undefined;
      this.#change(frame.channel, channel, 'failed', { reason: frame.error });
    }
  }

  #messages(channel, frame) {
    for (const [index, item] of frame.messages.entries()) {
      if (!this.#isCurrent(frame.channel, channel)) return;
      this.#emit({ type: 'message', channel: frame.channel, message: messageOf(frame, item, index, this.#decrypt) });
    }
  }

  #attached(channel, { channel: name, flags = 0, params, error }) {
    channel.cancel();
    channel.wasAttached = true;
    const facts = { isResumed: (flags & FLAG.RESUMED) !== 0, modes: modesIn(flags), params };
    this.#change(name, channel, 'attached', { ...facts, reason: error });
  }

  /** Nobody asked for it: the service gives the channel up, for example to move it (SPEC RTL13). */
  #detached(channel, { channel: name, error }) {
    channel.cancel();
    if (channel.state === 'attached') return this.#ask(name, channel, error);
    this.#suspendOne(name, channel, error);
  }

  /** False after a handler has detached the channel, or attached it again: that is another object. */
  #isCurrent(name, channel) {
    return this.#all.get(name) === channel;
  }

  #ask(name, channel, reason) {
    channel.cancel();
    channel.cancel = () => {};
    if (!['attaching', 'attached'].includes(channel.state)) this.#change(name, channel, 'attaching', { reason });
    if (!this.#isCurrent(name, channel)) return;
    const isSent = this.#send({
      action: ACTION.ATTACH,
      channel: name,
      ...(channel.params && { params: channel.params }),
      ...(channel.serial && { channelSerial: channel.serial }),
      ...(channel.wasAttached && { flags: FLAG.ATTACH_RESUME }),
    });
    if (isSent) channel.cancel = this.#clock.after(ANSWER_MS, () => this.#suspendOne(name, channel, NO_ANSWER));
  }

  #suspendOne(name, channel, reason) {
    channel.cancel = this.#clock.after(RETRY_MS, () => this.#ask(name, channel));
    this.#change(name, channel, 'suspended', { reason });
  }

  #change(name, channel, state, facts) {
    const previous = channel.state;
    channel.state = state;
    this.#emit({ type: 'channel', channel: name, state, previous, ...facts });
  }
}
