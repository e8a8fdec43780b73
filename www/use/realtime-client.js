// A small client of Ably's realtime protocol, in JSON: it connects, attaches, publishes, and gets a new token when the
// old one ends. It has no heartbeat, because the sandbox is in this page.
const HEARTBEAT = 0;
const ACK = 1;
const NACK = 2;
const CONNECTED = 4;
const DISCONNECTED = 6;
const CLOSE = 7;
const ERROR = 9;
const ATTACH = 10;
const ATTACHED = 11;
const DETACHED = 13;
const MESSAGE = 15;
const AUTH = 17;

/** The codes that a new token can help with. */
const isTokenError = ({ code } = {}) => code >= 40140 && code <= 40149;
const CANNOT_RENEW = { code: 40171, message: 'the token has ended, and the client does not get a new one' };

/**
 * The states of a client. `asked` is connected, and asked for a new token; `disconnected` comes back with a new token;
 * `failed` does not.
 * @typedef {'connecting' | 'connected' | 'asked' | 'disconnected' | 'failed' | 'closed'} State
 */

export class RealtimeClient {
  #by;
  #socket;
  #token;
  #connectionId;
  #connectionKey;
  #messageSerial = 0;
  /** Channels that are attached or being attached, with the serial of what was last received. */
  #channels = new Map();
  #pending = new Map();
  #refused = false;
  /** @type {State | undefined} */
  state;

  /**
   * @param {object} by
   * @param {new (url: string) => WebSocket} by.WebSocket
   * @param {() => Promise<string | undefined>} by.renew returns a new token, or undefined if the client gets none
   * @param {(state: State, error?: { code?: number, message: string }, isRenewed?: boolean) => void} by.changed
   * @param {(event: { kind: string, channel: string, error?: object, data?: unknown }) => void} by.heard
   */
  constructor(by) {
    this.#by = by;
  }

  connect(token) {
    this.#token = token;
    this.#open();
  }

  close() {
    this.#send({ action: CLOSE });
    this.#end('closed');
  }

  attach(channel) {
    this.#channels.set(channel, undefined);
    this.#send({ action: ATTACH, channel });
  }

  publish(channel, message) {
    this.#pending.set(this.#messageSerial, channel);
    this.#send({ action: MESSAGE, channel, msgSerial: this.#messageSerial++, messages: [message] });
  }

  /** Continues with another token, without a new connection. */
  authorize(token) {
    this.#token = token;
    this.#send({ action: AUTH, auth: { accessToken: token } });
  }

  #open() {
    this.#change('connecting');
    const query = new URLSearchParams({ format: 'json', v: '4', access_token: this.#token });
    if (this.#connectionKey !== undefined) query.set('resume', this.#connectionKey);
    const socket = new this.#by.WebSocket(`/?${query}`);
    this.#socket = socket;
    socket.onmessage = ({ data }) => socket === this.#socket && this.#receive(JSON.parse(data));
    socket.onclose = () => socket === this.#socket && this.#lose(undefined);
  }

  #send(frame) {
    if (this.#socket?.readyState === this.#socket?.OPEN) this.#socket?.send(JSON.stringify(frame));
  }

  #receive(frame) {
    const { action, channel, error } = frame;
    if (action === HEARTBEAT && frame.id === undefined) return;
    if (action === CONNECTED) return this.#connected(frame);
    if (action === AUTH) return this.#renewInBand();
    if (action === DISCONNECTED || (action === ERROR && channel === undefined)) return this.#lose(error);
    if (action === ACK || action === NACK) return this.#answered(frame);
    if (action === ERROR || action === DETACHED) {
      this.#channels.delete(channel);
      return this.#by.heard({ kind: 'failed', channel, error });
    }
    if (frame.channelSerial !== undefined && this.#channels.has(channel))
      this.#channels.set(channel, frame.channelSerial);
    if (action === ATTACHED) return this.#by.heard({ kind: 'attached', channel });
    if (action === MESSAGE) for (const { data } of frame.messages) this.#by.heard({ kind: 'message', channel, data });
  }

  #connected({ connectionId, connectionDetails }) {
    // Another id: what was lost with the old connection is not resumed.
    if (connectionId !== this.#connectionId) this.#messageSerial = 0;
    this.#connectionId = connectionId;
    const isNew = this.state === 'connecting';
    const isRenewed = this.#connectionKey !== undefined;
    this.#connectionKey = connectionDetails.connectionKey;
    this.#refused = false;
    this.#change('connected', undefined, isRenewed);
    if (!isNew) return;
    for (const [channel, channelSerial] of this.#channels) this.#send({ action: ATTACH, channel, channelSerial });
  }

  #answered({ action, msgSerial, count, error }) {
    for (let serial = msgSerial; serial < msgSerial + count; serial++) {
      const channel = this.#pending.get(serial);
      this.#pending.delete(serial);
      this.#by.heard({ kind: action === ACK ? 'published' : 'refused', channel, error });
    }
  }

  async #renewInBand() {
    const socket = this.#socket;
    this.#change('asked');
    const token = await this.#renewed(() => socket === this.#socket && this.state === 'asked');
    if (token !== undefined) this.authorize(token);
  }

  /** The connection was lost. It comes back if a new token can help, but not when the new one is refused as well. */
  async #lose(error) {
    this.#socket.onclose = null;
    this.#socket = undefined;
    if (!isTokenError(error) || this.#refused)
      return this.#end('failed', error ?? { message: 'the connection was lost' });
    this.#refused = this.state === 'connecting';
    this.#change('disconnected', error);
    const token = await this.#renewed(() => this.state === 'disconnected');
    if (this.state !== 'disconnected') return;
    if (token === undefined) return this.#end('failed', { ...CANNOT_RENEW, cause: error });
    this.#token = token;
    this.#open();
  }

  /**
   * A new token, from the second after the revocation: `iat` has whole seconds, so a token of the same second would be
   * revoked as well.
   */
  async #renewed(isWanted) {
    await middleOfNextSecond();
    return isWanted() ? this.#by.renew() : undefined;
  }

  #end(state, error) {
    this.#socket = undefined;
    this.#connectionKey = undefined;
    this.#messageSerial = 0;
    this.#channels.clear();
    this.#pending.clear();
    this.#change(state, error);
  }

  #change(state, error, isRenewed = false) {
    this.state = state;
    this.#by.changed(state, error, isRenewed);
  }
}

/** The middle, so that a person sees the connection end. Timers may fire a little early. */
async function middleOfNextSecond() {
  const end = (Math.floor(Date.now() / 1000) + 1.5) * 1000;
  for (let left = end - Date.now(); left > 0; left = end - Date.now())
    await new Promise((resolve) => setTimeout(resolve, left));
}
