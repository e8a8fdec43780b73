// The token that a client presents, and where the next one comes from.
import { nextSecond } from './clock.js';

const REVOKED = 40141;

export class Tokens {
  #token;
  #getToken;
  #clock;
  /** Whether the present token has to be replaced before it is presented again. */
  #isSpent = false;
  /** The renewals, one after the other, so that the latest one counts. */
  #renewals = Promise.resolve();

  /**
   * @param {{ token?: string, getToken?: () => string | Promise<string>, clock: import('./clock.js').Clock }} options
   */
  constructor({ token, getToken, clock }) {
    this.#token = token;
    this.#getToken = getToken;
    this.#clock = clock;
  }

  get canRenew() {
    return this.#getToken !== undefined;
  }

  /** The latest token. */
  get latest() {
    return this.#token;
  }

  /** The token for a new socket. */
  async current() {
    if (this.#token === undefined || this.#isSpent) return this.renew();
    return this.#token;
  }

  async renew() {
    const renewal = this.#renewals.then(() => this.#getToken());
    this.#renewals = renewal.catch(() => {});
    this.#token = await renewal;
    this.#isSpent = false;
    return this.#token;
  }

  /** The service asks for another token, and does not say why: a revocation may be the reason. */
  async renewAfterHint() {
    await nextSecond(this.#clock);
    return this.renew();
  }

  /** The token was refused. Settles when a new one can be asked for. */
  async refused({ code }) {
    this.#isSpent = true;
    if (code === REVOKED) await nextSecond(this.#clock);
  }
}
