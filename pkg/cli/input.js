// Reads input from files and stdin, which keeps it off the command line that other users of the machine can see.
import { readFileSync } from 'node:fs';
import { decode } from './decode.js';
import { Failure, Interrupted, misuse } from './failure.js';
import { echoedPath } from './redact.js';

/** Enough for 100,000 targets of 160 characters at four bytes each. */
const MAX_BYTES = 64_000_000;

/** Lets only one flag or argument read stdin. */
export class Input {
  #io;
  #usedBy;

  constructor(io) {
    this.#io = io;
  }

  get #stdin() {
    return this.#io.stdin;
  }

  get #signal() {
    return this.#io.signal;
  }

  /** Reads all of stdin for the flag or argument `name`. */
  async all(name) {
    if (this.#usedBy !== undefined)
      throw misuse(
        `stdin is given for both ${this.#usedBy} and ${name}`,
        'Use a file, a variable or the command line for one of them.',
      );
    this.#usedBy = name;
    if (this.#stdin.isTTY) throw misuse(`Cannot read ${name}: stdin is a terminal`, `Pipe it in: … | ably-edge-auth …`);
    // The writer of the pipe may never finish, so an interrupt closes it.
    const end = () => this.#stdin.destroy();
    this.#signal?.addEventListener('abort', end);
    try {
      return await this.#read(name);
    } catch (error) {
      throw this.#signal?.aborted ? new Interrupted() : error;
    } finally {
      this.#signal?.removeEventListener('abort', end);
    }
  }

  async #read(name) {
    const chunks = [];
    let length = 0;
    for await (const chunk of this.#stdin) {
      chunks.push(Buffer.from(chunk));
      length += chunk.length;
      if (length > MAX_BYTES) throw new Failure(`stdin for ${name} is over 64 MB`);
    }
    if (this.#signal?.aborted) throw new Interrupted();
    return decode(Buffer.concat(chunks), `stdin for ${name}`);
  }

  /** stdin for a question; undefined if it has already been read. */
  get stream() {
    return this.#usedBy === undefined ? this.#stdin : undefined;
  }

  /** Resolves a value: as given, or `-` for stdin without surrounding white space. */
  async value(name, given) {
    if (given !== '-') return given;
    return (await this.all(name)).trim();
  }

  /** Resolves a text: as given, `-` for stdin, or `@file`. */
  async text(name, given) {
    if (given === '-') return this.all(name);
    return given.startsWith('@') ? readText(name, given.slice(1)) : given;
  }

  /** Reads a file, or stdin for `-`. */
  async file(name, path) {
    return path === '-' ? this.all(name) : readText(name, path);
  }
}

function readText(name, path) {
  let bytes;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new Failure(`Cannot read the file ${echoedPath(path)} for ${name}: ${error.code ?? 'invalid path'}`);
  }
  return decode(bytes, `The file ${path} for ${name}`);
}
