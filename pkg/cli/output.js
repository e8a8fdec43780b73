// Writes all output of a command: results to stdout and everything else to stderr, as text or as the records that the Ably
// CLI writes. Masks all secrets except those that are the result of the command.
import { redacted } from './redact.js';

const COLOURS = { dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 };
const JSON_PART = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d[\d.eE+-]*/g;
const SECRET_VARIABLES = ['ABLY_API_KEY', 'ABLY_ACCESS_TOKEN', 'ABLY_TOKEN', 'ABLY_ADMIN_TOKEN'];
/** A shorter text occurs within ordinary words, so masking it would garble the output. */
const MIN_SECRET_LENGTH = 8;
/** A missing or unawaited value converted to text. It is not a secret, and an error has to name it. */
const STRINGIFIED_NOTHING = /^(undefined|null|NaN|\[object \w+\])$/;

/** Narrower text has hardly a word in a line, and wider text is hard to read. */
const MIN_WIDTH = 30;
const MAX_WIDTH = 120;

export class Output {
  #streams;
  #env;
  #hidden = new Set();
  #revealed = new Set();
  /** Name of a stream to the error of its first failed write. */
  #lost = {};
  #unwritten = 0;
  #whenWritten = () => {};
  #done = [];

  constructor({ stdout, stderr, env }) {
    this.#streams = { stdout, stderr };
    this.#env = env;
    /** The command as records name it, such as `auth:issue-jwt-token`. */
    this.command = '';
    /** 'compact', 'pretty', or undefined for text. */
    this.json = undefined;
    this.isVerbose = false;
    for (const name of SECRET_VARIABLES) this.hide(env[name]);
  }

  /** Masks a secret in all further output. For a key, masks the part after the colon. */
  hide(given) {
    // An error may quote the secret without surrounding white space or quotation marks.
    const secret = given?.replace(/^[\s"'`]+|[\s"'`]+$/g, '') ?? '';
    const part = secret.slice(/^[\w-]+\.[\w-]+:/.exec(secret)?.[0].length ?? 0);
    if (part.length >= MIN_SECRET_LENGTH && !STRINGIFIED_NOTHING.test(part)) this.#hidden.add(part);
  }

  /** Exempts a text, or all texts in an object, from masking, because it is the result of the command. */
  reveal(thing) {
    if (typeof thing === 'string') this.#revealed.add(thing);
    else if (typeof thing === 'object' && thing !== null) for (const item of Object.values(thing)) this.reveal(item);
  }

  /** Prints a line of the result. */
  print(text) {
    this.#write('stdout', `${this.#redacted(text)}\n`);
  }

  /** Prints `Label: value` as part of the result. */
  field(label, value) {
    this.print(`${this.paint('dim', `${label}:`)} ${value}`);
  }

  /** Prints the result as a record. */
  result(data) {
    this.#record({ type: 'result', command: this.command, success: true, ...data });
  }

  /** Prints something that happened as a record. */
  event(data) {
    this.#record({ type: 'event', command: this.command, ...data });
  }

  /** Prints how far the command is as a record. */
  status(data) {
    this.#record({ type: 'status', command: this.command, ...data });
  }

  /** Prints a line to stderr. */
  note(text) {
    this.#write('stderr', `${this.#redacted(text)}\n`);
  }

  /** Prints a question, to be answered on the same line. */
  ask(question) {
    this.#write('stderr', this.#redacted(question));
  }

  /** Reports success. With JSON the record says so already, and the line is printed only if the record cannot be written. */
  success(text) {
    const line = `${this.#onStderr('green', '✓')} ${text}`;
    if (this.json === undefined) this.note(line);
    else this.#done.push(line);
  }

  warn(text) {
    this.note(`${this.#onStderr('yellow', '⚠')} ${text}`);
  }

  verbose(text) {
    if (this.isVerbose) this.note(this.#onStderr('dim', text));
  }

  /** Prints a failure: the message, the hint, the corrected text and Ably's code. */
  fail({ message, hint, code, statusCode, href, context, suggestion, lines, correction }) {
    if (this.json !== undefined) {
      const error = { message };
      for (const [name, value] of Object.entries({ code, statusCode, hint, suggestion }))
        if (value !== undefined) error[name] = value;
      this.#record({ type: 'error', command: this.command, success: false, ...context, error });
      this.failed(message);
      return;
    }
    this.#say(message);
    for (const line of lines) this.note(line);
    if (hint !== undefined) this.note(hint);
    for (const line of correction) this.note(line);
    if (code !== undefined) this.note(`Ably error code: ${code} (${href ?? `https://help.ably.io/error/${code}`})`);
  }

  /** Reports a failure if its record cannot be written. */
  failed(message) {
    this.#done.push(`${this.#onStderr('red', '✗')} ${message}`);
  }

  /**
   * Prints the last record and waits until all output is written.
   * @returns {Promise<number>} the exit code, which is not 0 if output was lost
   */
  async end(exitCode) {
    if (this.json !== undefined) this.#record({ type: 'status', command: this.command, status: 'completed', exitCode });
    await this.#written();
    const { stdout, stderr } = this.#lost;
    if (isFault(stdout)) for (const line of this.#done) this.note(line);
    await this.#written();
    return isFault(stdout) || isFault(stderr) ? exitCode || 1 : exitCode;
  }

  get progressStream() {
    const { stderr } = this.#streams;
    return this.json === undefined && stderr.isTTY ? stderr : undefined;
  }

  /** The width of the window in which stdout is, in columns; undefined if it is none. */
  get width() {
    const { isTTY, columns } = this.#streams.stdout;
    return isTTY && columns > 0 ? Math.min(Math.max(columns, MIN_WIDTH), MAX_WIDTH) : undefined;
  }

  /** Colours a text for stdout. */
  paint(colour, text) {
    return this.#paint(this.#streams.stdout, colour, text);
  }

  #say(message) {
    this.note(`${this.#onStderr('red', 'Error:')} ${message}`);
  }

  #onStderr(colour, text) {
    return this.#paint(this.#streams.stderr, colour, text);
  }

  #paint(stream, colour, text) {
    const wanted = stream.isTTY && !this.#env.NO_COLOR && this.#env.TERM !== 'dumb';
    return wanted ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text;
  }

  #record(record) {
    if (this.json === 'compact') return this.print(JSON.stringify(record));
    const text = this.#redacted(JSON.stringify(record, null, 2));
    this.print(
      text.replace(
        JSON_PART,
        (part, string, colon = '') => this.paint(colon ? 'blue' : string ? 'green' : 'cyan', string ?? part) + colon,
      ),
    );
  }

  #redacted(text) {
    const isMeant = (found) => [...this.#revealed].some((revealed) => revealed.includes(found));
    let safe = text;
    for (const secret of this.#hidden) if (!isMeant(secret)) safe = safe.replaceAll(secret, '***');
    return redacted(safe, isMeant);
  }

  #write(name, text) {
    this.#unwritten++;
    const written = (error) => {
      this.#unwritten--;
      if (error) this.#lose(name, error);
      if (this.#unwritten === 0) this.#whenWritten();
    };
    this.#streams[name].write(text, written);
  }

  #written() {
    return new Promise((resolve) => {
      this.#whenWritten = resolve;
      if (this.#unwritten === 0) resolve();
    });
  }

  /** Reports a write error such as a full disk. It is reported once and immediately, because a sandbox keeps running. */
  #lose(name, error) {
    if (this.#lost[name] !== undefined) return;
    this.#lost[name] = error;
    if (name === 'stdout' && isFault(error))
      this.#say(`Cannot write to stdout: ${error.message.replace(/, write$/, '')}`);
  }
}

/** EPIPE is not a fault: a reader such as `head` may close the pipe early. */
function isFault(error) {
  return error !== undefined && error.code !== 'EPIPE';
}
