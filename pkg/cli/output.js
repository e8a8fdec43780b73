// Where everything that a command says goes: its result to stdout, all the rest to stderr; and in which
// form: text, or the records that the Ably CLI writes. No secret goes along, but those that a command is there to print.
import { redacted } from './redact.js';

const COLOURS = { dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 };
const JSON_PART = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d[\d.eE+-]*/g;
const SECRET_VARIABLES = ['ABLY_API_KEY', 'ABLY_ACCESS_TOKEN', 'ABLY_TOKEN', 'ABLY_ADMIN_TOKEN'];
/** What is shorter is a part of too many words. */
const LEAST_SECRET = 8;
/** What JavaScript makes of a value that is missing or not awaited: no secret, and an error names it. */
const MADE_OF_NOTHING = /^(undefined|null|NaN|\[object \w+\])$/;

export class Output {
  #streams;
  #env;
  #hidden = new Set();
  #revealed = new Set();
  /** Name of a stream to why it took something no more. */
  #lost = {};
  #unwritten = 0;
  #whenWritten = () => {};
  #done = [];

  constructor({ stdout, stderr, env }) {
    this.#streams = { stdout, stderr };
    this.#env = env;
    /** As in the records: `auth:issue-jwt-token`. */
    this.command = '';
    /** 'compact', 'pretty' or undefined: text. */
    this.json = undefined;
    this.isVerbose = false;
    for (const name of SECRET_VARIABLES) this.hide(env[name]);
  }

  /** A secret that was given: it is shown nowhere, whatever it turns up in. Of a key, its secret part. */
  hide(given) {
    // An error that quotes it has it without what stands around it.
    const secret = given?.replace(/^[\s"'`]+|[\s"'`]+$/g, '') ?? '';
    const part = secret.slice(/^[\w-]+\.[\w-]+:/.exec(secret)?.[0].length ?? 0);
    if (part.length >= LEAST_SECRET && !MADE_OF_NOTHING.test(part)) this.#hidden.add(part);
  }

  /** A text that the command is there to print, or all texts in a thing. */
  reveal(thing) {
    if (typeof thing === 'string') this.#revealed.add(thing);
    else if (typeof thing === 'object' && thing !== null) for (const item of Object.values(thing)) this.reveal(item);
  }

  /** A line of the result. */
  print(text) {
    this.#write('stdout', `${this.#redacted(text)}\n`);
  }

  /** `Label: value`, as part of the result. */
  field(label, value) {
    this.print(`${this.paint('dim', `${label}:`)} ${value}`);
  }

  /** The result for a program to read. */
  result(data) {
    this.#record({ type: 'result', command: this.command, success: true, ...data });
  }

  /** A line beside the result. */
  note(text) {
    this.#write('stderr', `${this.#redacted(text)}\n`);
  }

  /** A question, which is answered in the same line. */
  ask(question) {
    this.#write('stderr', this.#redacted(question));
  }

  /** That it is done, where the result has no text of its own. In a record it is said already, if that can be written. */
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

  /** Why it failed: one line, a hint, Ably's code. */
  fail({ message, hint, code, statusCode, href, context, lines }) {
    if (this.json !== undefined) {
      const error = { message };
      for (const [name, value] of Object.entries({ code, statusCode, hint }))
        if (value !== undefined) error[name] = value;
      this.#record({ type: 'error', command: this.command, success: false, ...context, error });
      this.failed(message);
      return;
    }
    this.#say(message);
    for (const line of lines) this.note(line);
    if (hint !== undefined) this.note(hint);
    if (code !== undefined) this.note(`Ably error code: ${code} (${href ?? `https://help.ably.io/error/${code}`})`);
  }

  /** What a record says of a failure, for when it cannot be written. */
  failed(message) {
    this.#done.push(`${this.#onStderr('red', '✗')} ${message}`);
  }

  /**
   * The last record: nothing comes after it.
   * @returns {Promise<number>} the exit code, which is not 0 if what was said has not arrived
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

  /** For stdout. */
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

  /** A full disk, say. Told once, and at once: a sandbox goes on. */
  #lose(name, error) {
    if (this.#lost[name] !== undefined) return;
    this.#lost[name] = error;
    if (name === 'stdout' && isFault(error))
      this.#say(`stdout cannot be written: ${error.message.replace(/, write$/, '')}`);
  }
}

/** Whoever reads what is printed may stop reading, as `head` does: that is no fault. */
function isFault(error) {
  return error !== undefined && error.code !== 'EPIPE';
}
