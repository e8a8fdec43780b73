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
    this.#all.set(name, { state: 'initialized', params, serial: undefined, wasAttached: false, cancel: () => {} });
    this.#ask(name);
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
    for (const [name, { state }] of this.#all) if (state !== 'failed') this.#ask(name);
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
    for (const [name, channel] of this.#all) {
      channel.cancel();
      if (channel.state !== 'failed') this.#change(name, channel, state, { reason });
    }
    this.#all.clear();
  }

  /** Deals with a frame about a channel. */
  receive(frame) {
    const channel = this.#all.get(frame.channel);
    if (channel === undefined) return; // detached meanwhile
    if (frame.channelSerial) channel.serial = frame.channelSerial;
    if (frame.action === ACTION.MESSAGE) this.#messages(frame);
    else if (frame.action === ACTION.ATTACHED) this.#attached(channel, frame);
    else if (frame.action === ACTION.DETACHED) this.#detached(channel, frame);
    else if (frame.action === ACTION.ERROR) {
      channel.cancel();
      channel.serial = undefined;
      this.#change(frame.channel, channel, 'failed', { reason: frame.error });
    }
  }

  #messages(frame) {
    for (const [index, item] of frame.messages.entries())
      this.#emit({ type: 'message', channel: frame.channel, message: messageOf(frame, item, index, this.#decrypt) });
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
    if (channel.state === 'attached') return this.#ask(name, error);
    this.#suspendOne(name, channel, error);
  }

  #ask(name, reason) {
    const channel = this.#all.get(name);
    if (!['attaching', 'attached'].includes(channel.state)) this.#change(name, channel, 'attaching', { reason });
    const isSent = this.#send({
      action: ACTION.ATTACH,
      channel: name,
      ...(channel.params && { params: channel.params }),
      ...(channel.serial && { channelSerial: channel.serial }),
      ...(channel.wasAttached && { flags: FLAG.ATTACH_RESUME }),
    });
    channel.cancel();
    channel.cancel = isSent ? this.#clock.after(ANSWER_MS, () => this.#suspendOne(name, channel, NO_ANSWER)) : () => {};
  }

  #suspendOne(name, channel, reason) {
    this.#change(name, channel, 'suspended', { reason });
    channel.cancel = this.#clock.after(RETRY_MS, () => this.#ask(name));
  }

  #change(name, channel, state, facts) {
    const previous = channel.state;
    channel.state = state;
    this.#emit({ type: 'channel', channel: name, state, previous, ...facts });
  }
}
