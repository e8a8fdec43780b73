// What is given by file or on stdin rather than on the command line, which other users of the machine can read.
import { readFileSync } from 'node:fs';
import { decode } from './decode.js';
import { Failure, Interrupted, misuse } from './failure.js';
import { echoedPath } from './redact.js';

/** More than any input of these commands can need: 100,000 targets of 160 characters, each of four bytes. */
const MAX_BYTES = 64_000_000;

/** stdin, which only one flag or argument can have. */
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

  /** All of it. */
  async all(name) {
    if (this.#usedBy !== undefined)
      throw misuse(`stdin is read for ${this.#usedBy} already, so it cannot also give ${name}`);
    this.#usedBy = name;
    if (this.#stdin.isTTY)
      throw misuse(`${name} is to be read from stdin, which is a terminal`, `Pipe it in: … | ably-edge-auth …`);
    // Whoever writes into the pipe may take for ever.
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
      if (length > MAX_BYTES) throw new Failure(`What stdin gives for ${name} is over 64 MB`);
    }
    if (this.#signal?.aborted) throw new Interrupted();
    return decode(Buffer.concat(chunks), `What stdin gives for ${name}`);
  }

  /** For a question: nothing else may have read it. */
  get stream() {
    return this.#usedBy === undefined ? this.#stdin : undefined;
  }

  /** A value as it is, or `-`: one line of stdin. */
  async value(name, given) {
    if (given !== '-') return given;
    return (await this.all(name)).trim();
  }

  /** A text as it is, `-` for stdin, or `@file`. */
  async text(name, given) {
    if (given === '-') return this.all(name);
    return given.startsWith('@') ? readText(name, given.slice(1)) : given;
  }

  /** A file, or `-` for stdin. */
  async file(name, path) {
    return path === '-' ? this.all(name) : readText(name, path);
  }
}

function readText(name, path) {
  let bytes;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new Failure(
      `The file of ${name}, ${echoedPath(path)}, cannot be read: ${error.code ?? 'it has no such name'}`,
    );
  }
  return decode(bytes, `The file of ${name}, ${path},`);
}
