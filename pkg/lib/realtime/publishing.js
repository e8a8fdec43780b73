// What a client publishes, until it is acknowledged. Frames are numbered per connection, and sent again after a resume.
import { ACTION } from './protocol.js';
import { encoded } from './payload.js';

export class Publishing {
  /** @type {{ frame: any, resolve: (serials: string[]) => void, reject: (error: unknown) => void }[]} */
  #pending = [];
  #next = 0;
  #toError;

  /** @param {(error: object | undefined) => unknown} toError makes the error that a caller gets */
  constructor(toError) {
    this.#toError = toError;
  }

  /**
   * @returns the frame to send, and a promise of the serials of its messages
   * @throws if JSON cannot represent the message
   */
  add(channel, { data, ...message }) {
    // A copy, made before a number is taken: the frame may be sent again later, and must be the same then.
    const messages = JSON.parse(JSON.stringify([{ ...message, ...encoded(data) }]));
    const frame = { action: ACTION.MESSAGE, channel, msgSerial: this.#next++, messages };
    const done = new Promise((resolve, reject) => this.#pending.push({ frame, resolve, reject }));
    return { frame, done };
  }

  /** The frames to send on a connection that begins. A new connection numbers from 0 again. */
  again({ isResumed }) {
    if (!isResumed) {
      for (const [index, { frame }] of this.#pending.entries()) frame.msgSerial = index;
      this.#next = this.#pending.length;
    }
    return this.#pending.map(({ frame }) => frame);
  }

  /** An ACK or NACK arrived, which is about `count` frames. */
  answered({ action, msgSerial, count, res = [], error }) {
    const isAbout = ({ frame }) => frame.msgSerial >= msgSerial && frame.msgSerial < msgSerial + count;
    const all = this.#pending.filter(isAbout);
    this.#pending = this.#pending.filter((it) => !isAbout(it));
    for (const { frame, resolve, reject } of all)
      if (action === ACTION.ACK) resolve(res[frame.msgSerial - msgSerial]?.serials ?? []);
      else reject(this.#toError(error));
  }

  /** Nothing will be acknowledged any more. */
  fail(error) {
    for (const { reject } of this.#pending.splice(0)) reject(this.#toError(error));
  }
}
