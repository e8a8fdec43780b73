// Says each state of a realtime connection and its channels, on stderr, and as the records that the Ably CLI writes.
import { Failure } from './failure.js';

export class Told {
  #output;
  #waiting;
  #left;
  #hasAll = false;
  #fail;
  /** Rejects when the connection or its last channel has failed, or a channel at the start. */
  failed;

  constructor(output, channels) {
    this.#output = output;
    this.#waiting = new Set(channels);
    this.#left = new Set(channels);
    this.failed = new Promise((_, reject) => (this.#fail = reject));
  }

  event(event) {
    if (event.type === 'state') this.#connection(event);
    else if (event.type === 'channel') this.#channel(event);
    else this.#renewal(event);
  }

  #connection({ state, previous, reason, retryInMs, connectionId, isResumed }) {
    this.#record('connection', { current: state, previous, reason });
    const words = [`Connection: ${state}`];
    if (state === 'connected') words.push(isResumed ? `(resumed ${connectionId})` : `(${connectionId})`);
    if (reason) words.push(`– ${said(reason)}`);
    if (retryInMs > 0) words.push(`– trying again in ${retryInMs / 1_000} s`);
    this.#say(words, ['disconnected', 'suspended', 'failed'].includes(state));
    if (state === 'failed') this.#fail(failureOf(reason));
  }

  #channel({ channel, state, previous, reason, isResumed }) {
    this.#record('channel', { channel, current: state, previous, reason });
    const words = [`Channel ${channel}: ${state}`];
    if (state === 'attached' && previous === 'attached')
      words.push(isResumed ? '(nothing was missed)' : '(messages may have been missed)');
    if (reason) words.push(`– ${said(reason)}`);
    this.#say(words, reason !== undefined);
    if (state === 'attached') this.#attached(channel);
    if (state === 'failed') {
      this.#left.delete(channel);
      if (!this.#hasAll || this.#left.size === 0) this.#fail(failureOf(reason));
    }
  }

  #attached(channel) {
    this.#waiting.delete(channel);
    if (this.#hasAll || this.#waiting.size > 0) return;
    this.#hasAll = true;
    const [first] = this.#left;
    const what = this.#left.size === 1 ? `channel: ${first}` : `${this.#left.size} channels`;
    if (this.#output.json === undefined) {
      this.#output.success(`Subscribed to ${what}.`);
      this.#output.note('Listening for messages. Press Ctrl-C to stop.');
    } else this.#output.status({ status: 'listening', message: 'Listening for messages.' });
  }

  #renewal({ type, reason }) {
    if (type === 'hint') this.#say(['Connection: asked for a new token']);
    else if (type === 'not renewed') this.#say([`Connection: not renewed – ${said(reason)}`], true);
    else {
      this.#record('connection', { current: 'connected', previous: 'connected' });
      this.#say(['Connection: renewed, without an interruption']);
    }
  }

  #say(words, isWarning = false) {
    const text = words.join(' ');
    if (isWarning) this.#output.warn(text);
    else this.#output.note(text);
  }

  #record(component, { reason, ...facts }) {
    if (this.#output.json === undefined) return;
    const { message, code, statusCode } = reason ?? {};
    this.#output.event({
      component,
      event: `${component}StateChange`,
      ...facts,
      ...(reason && { reason: { message, code, statusCode } }),
    });
  }
}

const said = ({ message, code }) => (code === undefined ? message : `${code} ${message}`);

function failureOf({ message, code, statusCode }) {
  return new Failure(message, { code, statusCode });
}
