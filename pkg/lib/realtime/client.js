// A realtime client of Ably's service or the sandbox: one connection that renews its token, resumes, and says each state.
// It uses nothing that a browser lacks.
import { systemClock } from './clock.js';
import { Channels } from './channels.js';
import { ACTION, VERSION, isTokenError } from './protocol.js';
import { Publishing } from './publishing.js';
import { Tokens } from './tokens.js';
import { ANSWER_MS, Transport } from './transport.js';

/** When to try again, as ably-js does: while the service still knows the connection, and when it has forgotten it. */
const DISCONNECTED_RETRY_MS = 15_000;
const SUSPENDED_RETRY_MS = 30_000;
/** A service that ends each connection at once is asked again no more often than this. */
const MIN_BETWEEN_MS = 1_000;
/** How long the service knows a connection, if it does not say so itself. */
const STATE_TTL_MS = 120_000;

const ENDED = ['closing', 'closed', 'failed'];
const CLOSED = { code: 80017, statusCode: 400, message: 'the connection is closed' };

/**
 * @typedef {object} Reason an error as Ably sends it
 * @property {string} message
 * @property {number} [code]
 * @property {number} [statusCode]
 *
 * @typedef {object} RealtimeOptions
 * @property {string} endpoint the address of the service, such as `https://main.realtime.ably.net`
 * @property {new (url: string) => WebSocket} WebSocket
 * @property {string} [token] the first token
 * @property {() => string | Promise<string>} [getToken] gets a token: the first, and each later one
 * @property {string} [clientId] for a token that permits any client id
 * @property {string} [agent] names the program to the service
 * @property {(event: any) => void} onEvent is called with each of these:
 *   `{ type: 'state', state, previous, reason?, retryInMs?, connectionId?, isResumed? }`,
 *   `{ type: 'hint' }` when the service asks for a new token, `{ type: 'renewed' }` when it has accepted one,
 *   `{ type: 'not renewed', reason }`,
 *   `{ type: 'channel', channel, state, previous, reason?, isResumed?, modes?, params? }`,
 *   `{ type: 'message', channel, message }`
 * @property {import('./clock.js').Clock} [clock]
 * @property {(bytes: Uint8Array, algorithm: string) => Uint8Array} [decrypt]
 */

export class RealtimeClient {
  #options;
  #clock;
  #tokens;
  #channels;
  #publishing;
  #state = 'initialized';
  #transport;
  /** Details of the last connection, which the next one resumes: id, key, ttlMs and silentMs. */
  #connection;
  /** When the connection was lost; undefined while there is none to lose. */
  #lostAt;
  /** When the latest attempt began. */
  #openedAt = 0;
  /** Whether the token was renewed since the last connection, so that a second refusal waits. */
  #hasRenewed = false;
  /** What is awaited belongs to one attempt, and is ignored when it is over. */
  #attempt = 0;
  #cancel = () => {};
  #closed = Promise.resolve();
  #whenClosed = () => {};

  /** @param {RealtimeOptions} options */
  constructor({ clock = systemClock, ...options }) {
    this.#options = options;
    this.#clock = clock;
    this.#tokens = new Tokens({ ...options, clock });
    this.#publishing = new Publishing((reason) => errorOf(reason ?? { code: 50001, message: 'no reason was given' }));
    this.#channels = new Channels({
      clock,
      decrypt: options.decrypt,
      emit: (event) => options.onEvent(event),
      send: (frame) => this.#send(frame),
    });
  }

  get state() {
    return this.#state;
  }

  /** The id of the connection; undefined before the first one. */
  get connectionId() {
    return this.#connection?.id;
  }

  connect() {
    if (this.#state === 'initialized' || this.#state === 'closed' || this.#state === 'failed') this.#open();
  }

  /** Attaches a channel, now or as soon as there is a connection. */
  attach(channel, params) {
    this.#channels.attach(channel, params);
  }

  detach(channel) {
    this.#channels.detach(channel);
  }

  /**
   * Publishes a message, now or as soon as there is a connection.
   *
   * @param {string} channel
   * @param {{ name?: string, data?: unknown, clientId?: string, extras?: object }} message
   * @returns {Promise<string[]>} the serials of the message, when the service has acknowledged it
   */
  async publish(channel, message) {
    if (ENDED.includes(this.#state)) throw errorOf(CLOSED);
    const { frame, done } = this.#publishing.add(channel, message);
    this.#send(frame);
    return done;
  }

  /** Gets a new token and presents it on the open connection. */
  authorize() {
    return this.#renew(() => this.#tokens.renew());
  }

  /** Closes the connection, and resolves when the service has confirmed it or does not answer. */
  close() {
    if (this.#state === 'closed' || this.#state === 'failed') return Promise.resolve();
    if (this.#state === 'closing') return this.#closed;
    this.#closed = new Promise((resolve) => (this.#whenClosed = resolve));
    this.#cancel();
    this.#attempt++;
    if (this.#send({ action: ACTION.CLOSE })) {
      this.#tell('closing');
      this.#cancel = this.#clock.after(ANSWER_MS, () => this.#end('closed'));
    } else this.#end('closed');
    return this.#closed;
  }

  async #open() {
    const attempt = ++this.#attempt;
    this.#openedAt = this.#clock.now();
    this.#cancel();
    this.#tell('connecting');
    let token;
    try {
      token = await this.#tokens.current();
    } catch (error) {
      if (attempt === this.#attempt) this.#withoutToken(error);
      return;
    }
    if (attempt !== this.#attempt) return;
    try {
      this.#transport = new Transport(this.#options.WebSocket, this.#address(token), {
        token,
        clock: this.#clock,
        onFrame: (frame) => this.#receive(frame),
        onEnd: (message) => this.#drop({ code: 80003, statusCode: 400, message }),
      });
    } catch (error) {
      // Its message may contain the URL, and thereby the token.
      const message = `no connection to ${this.#options.endpoint} can be opened (${error?.name})`;
      this.#end('failed', { code: 40000, statusCode: 400, message });
    }
  }

  #address(token) {
    const { endpoint, clientId, agent } = this.#options;
    const url = new URL(endpoint);
    url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
    const parameters = {
      v: VERSION,
      format: 'json',
      heartbeats: true,
      access_token: token,
      ...(clientId && { clientId }),
      ...(agent && { agent }),
      ...(this.#connection && { resume: this.#connection.key }),
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, String(value));
    return url.href;
  }

  #receive(frame) {
    const { action, channel, error } = frame;
    if (action === ACTION.CONNECTED) this.#connected(frame);
    else if (action === ACTION.AUTH) this.#hinted();
    else if (action === ACTION.CLOSED) this.#end('closed');
    else if (action === ACTION.ACK || action === ACTION.NACK) this.#publishing.answered(frame);
    else if (channel !== undefined) this.#channels.receive(frame);
    else if (action === ACTION.DISCONNECTED) this.#drop(error);
    else if (action === ACTION.ERROR) this.#refused(error);
  }

  #connected({ connectionId: id, connectionDetails: details, error }) {
    // The answer to a new token may arrive after close.
    if (ENDED.includes(this.#state)) return;
    const isRenewal = this.#state === 'connected';
    const isResumed = this.#connection?.id === id;
    const { connectionKey: key, connectionStateTtl: ttlMs = STATE_TTL_MS, maxIdleInterval: silentMs = 0 } = details;
    this.#connection = { id, key, ttlMs, silentMs };
    this.#transport.expectEvery(silentMs);
    this.#hasRenewed = false;
    this.#lostAt = undefined;
    if (isRenewal) return this.#options.onEvent({ type: 'renewed' });
    this.#tell('connected', { connectionId: id, isResumed, reason: error });
    this.#channels.connected();
    for (const frame of this.#publishing.again({ isResumed })) this.#send(frame);
    if (this.#transport?.token !== this.#tokens.latest) this.#present(this.#tokens.latest);
  }

  /** An ERROR about the connection as a whole. */
  #refused(reason) {
    const isTemporary = this.#state === 'connecting' && reason.code >= 50000;
    if (isTokenError(reason) || isTemporary) this.#drop(reason);
    else this.#end('failed', reason);
  }

  /** The socket is lost, or the service has ended it in a way that permits to come back. */
  #drop(reason) {
    if (this.#state === 'closing') return this.#end('closed');
    const wasConnected = this.#state === 'connected';
    this.#transport?.close();
    this.#transport = undefined;
    this.#lostAt ??= this.#clock.now();
    this.#channels.disconnected();
    if (isTokenError(reason)) return this.#tokenFailed(reason);
    const isSoon = this.#clock.now() - this.#openedAt < MIN_BETWEEN_MS;
    this.#retry(reason, wasConnected ? (isSoon ? MIN_BETWEEN_MS : 0) : DISCONNECTED_RETRY_MS);
  }

  async #tokenFailed(reason) {
    if (!this.#tokens.canRenew) return this.#end('failed', unrenewable(reason));
    const attempt = ++this.#attempt;
    const isSecond = this.#hasRenewed;
    this.#hasRenewed = true;
    const ready = this.#tokens.refused(reason);
    if (isSecond) return this.#retry(reason, DISCONNECTED_RETRY_MS);
    this.#tell('disconnected', { reason, retryInMs: 0 });
    await ready;
    if (attempt === this.#attempt) this.#open();
  }

  /** No token could be had for a new socket. */
  #withoutToken(error) {
    const reason = tokenFailure(error);
    if (reason.statusCode === 403) return this.#end('failed', reason);
    this.#lostAt ??= this.#clock.now();
    this.#retry(reason, DISCONNECTED_RETRY_MS);
  }

  #retry(reason, ms) {
    const { ttlMs = STATE_TTL_MS, silentMs = 0 } = this.#connection ?? {};
    const isForgotten = this.#clock.now() - this.#lostAt > ttlMs + silentMs;
    const retryInMs = isForgotten ? SUSPENDED_RETRY_MS : ms;
    this.#attempt++;
    this.#tell(isForgotten ? 'suspended' : 'disconnected', { reason, retryInMs });
    if (isForgotten) {
      this.#connection = undefined;
      this.#channels.suspend(reason);
      this.#publishing.fail(reason);
    }
    this.#cancel();
    this.#cancel = this.#clock.after(retryInMs, () => this.#open());
  }

  #hinted() {
    this.#options.onEvent({ type: 'hint' });
    if (this.#tokens.canRenew) this.#renew(() => this.#tokens.renewAfterHint());
    else this.#options.onEvent({ type: 'not renewed', reason: unrenewable({ message: 'the token ends soon' }) });
  }

  async #renew(getToken) {
    const transport = this.#transport;
    let accessToken;
    try {
      accessToken = await getToken();
    } catch (error) {
      if (ENDED.includes(this.#state)) return;
      const reason = tokenFailure(error);
      // A server that forbids a token means it (SPEC RSA4d1). Any other failure leaves the old token its time.
      if (reason.statusCode === 403) this.#end('failed', reason);
      else this.#options.onEvent({ type: 'not renewed', reason });
      return;
    }
    // Another socket may have opened with this token, or with the old one.
    if (transport === this.#transport || this.#transport?.token !== accessToken) this.#present(accessToken);
  }

  /** Presents a token on the open connection; one that is only opening presents it when it is open. */
  #present(accessToken) {
    if (this.#send({ action: ACTION.AUTH, auth: { accessToken } })) this.#transport.token = accessToken;
  }

  #end(state, reason) {
    this.#attempt++;
    this.#cancel();
    this.#transport?.close();
    this.#transport = undefined;
    this.#connection = undefined;
    this.#lostAt = undefined;
    this.#hasRenewed = false;
    this.#channels.end(state === 'failed' ? 'failed' : 'detached', reason);
    this.#publishing.fail(reason ?? CLOSED);
    this.#tell(state, { reason });
    this.#whenClosed();
  }

  #send(frame) {
    // While its end is told, there is a state but no socket any more.
    if (this.#state !== 'connected' || this.#transport === undefined) return false;
    this.#transport.send(frame);
    return true;
  }

  #tell(state, facts) {
    const previous = this.#state;
    this.#state = state;
    this.#options.onEvent({ type: 'state', state, previous, ...facts });
  }
}

const errorOf = ({ message, code, statusCode }) => Object.assign(new Error(message), { code, statusCode });

const unrenewable = ({ message, code }) => ({
  code: 40171,
  statusCode: 403,
  message: `${message}, and there is no way to get another token`,
  cause: code,
});

/** @returns {Reason} in Ably's words for the failure of a token callback */
function tokenFailure(error) {
  const statusCode = error?.statusCode === 403 ? 403 : 401;
  return { code: 80019, statusCode, message: `no token could be had: ${error?.message ?? error}` };
}
