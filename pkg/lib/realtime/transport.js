// One WebSocket of a realtime connection, with one JSON frame a message.

/** How long the service may take to answer, and how much longer than it promised it may be silent. */
export const ANSWER_MS = 10_000;

export class Transport {
  /** The token that was presented last. */
  token;
  #socket;
  #clock;
  #onEnd;
  #silenceMs = ANSWER_MS;
  #cancel = () => {};

  /**
   * @param {new (url: string) => WebSocket} WebSocket
   * @param {string} url
   * @param {object} options
   * @param {string} options.token the token in the URL
   * @param {import('./clock.js').Clock} options.clock
   * @param {(frame: any) => void} options.onFrame
   * @param {(message: string) => void} options.onEnd called once if the socket ends by itself
   */
  constructor(WebSocket, url, { token, clock, onFrame, onEnd }) {
    this.token = token;
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.#socket = new WebSocket(url);
    let what = 'the socket did not open';
    let why = '';
    this.#socket.onopen = () => {
      what = 'the socket closed';
    };
    this.#socket.onmessage = ({ data }) => {
      this.#listen();
      // A binary frame is not of this format, and the service never sends one.
      if (typeof data === 'string') onFrame(JSON.parse(data));
    };
    this.#socket.onerror = ({ error, message }) => {
      // Some environments keep the reason for themselves.
      const reason = error?.code ?? (message || undefined);
      if (reason !== undefined) why = ` (${reason})`;
    };
    this.#socket.onclose = () => this.#end(`${what}${why}`);
    this.#listen();
  }

  /** @param {object} frame */
  send(frame) {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  /** The service has promised to send something at least this often, in ms. 0 promises nothing. */
  expectEvery(ms) {
    this.#silenceMs = ms > 0 ? ms + ANSWER_MS : undefined;
    this.#listen();
  }

  /** Closes the socket. `onEnd` is not called any more. */
  close() {
    this.#stop();
    this.#socket.close();
  }

  #listen() {
    this.#cancel();
    if (this.#silenceMs === undefined) return;
    this.#cancel = this.#clock.after(this.#silenceMs, () => {
      this.#end(`nothing was received for ${this.#silenceMs / 1000} s`);
      this.#socket.close();
    });
  }

  #end(message) {
    const tell = this.#onEnd;
    this.#stop();
    tell(message);
  }

  #stop() {
    this.#cancel();
    this.#silenceMs = undefined;
    this.#onEnd = () => {};
    // An error while connecting comes even after close, and in Node an error without a listener ends the process.
    Object.assign(this.#socket, { onopen: null, onmessage: null, onclose: null, onerror: () => {} });
  }
}
