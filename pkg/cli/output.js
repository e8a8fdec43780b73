// Where everything that a command says goes: its result to stdout, all the rest to stderr; and in which
// form: text, or the records that the Ably CLI writes.

const COLOURS = { dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 };
const JSON_PART = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d[\d.eE+-]*/g;

export class Output {
  #stdout;
  #stderr;
  #env;

  constructor({ stdout, stderr, env }) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#env = env;
    /** As in the records: `auth:issue-jwt-token`. */
    this.command = '';
    /** 'compact', 'pretty' or undefined: text. */
    this.json = undefined;
    this.isVerbose = false;
  }

  /** A line of the result. */
  print(text) {
    this.#stdout.write(`${text}\n`);
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
    this.#stderr.write(`${text}\n`);
  }

  /** That it is done, where the result has no text of its own. */
  success(text) {
    if (this.json === undefined) this.note(`${this.#onStderr('green', '✓')} ${text}`);
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
      for (const [name, value] of Object.entries({ code, statusCode, hint })) if (value !== undefined) error[name] = value;
      this.#record({ type: 'error', command: this.command, success: false, ...context, error });
      return;
    }
    this.note(`${this.#onStderr('red', 'Error:')} ${message}`);
    for (const line of lines) this.note(line);
    if (hint !== undefined) this.note(hint);
    if (code !== undefined) this.note(`Ably error code: ${code} (${href ?? `https://help.ably.io/error/${code}`})`);
  }

  /** The last record: nothing comes after it. */
  end(exitCode) {
    if (this.json !== undefined) this.#record({ type: 'status', command: this.command, status: 'completed', exitCode });
  }

  get progressStream() {
    return this.json === undefined && this.#stderr.isTTY ? this.#stderr : undefined;
  }

  /** For stdout. */
  paint(colour, text) {
    return this.#paint(this.#stdout, colour, text);
  }

  #onStderr(colour, text) {
    return this.#paint(this.#stderr, colour, text);
  }

  #paint(stream, colour, text) {
    const wanted = stream.isTTY && !this.#env.NO_COLOR && this.#env.TERM !== 'dumb';
    return wanted ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text;
  }

  #record(record) {
    if (this.json === 'compact') return this.print(JSON.stringify(record));
    const text = JSON.stringify(record, null, 2);
    this.print(text.replace(JSON_PART, (part, string, colon = '') => this.paint(colon ? 'blue' : string ? 'green' : 'cyan', string ?? part) + colon));
  }
}
