// Reads and writes the lines of a state file. The first line names the format; each further line is a change, preceded by
// a checksum over it and everything before it. This detects a changed, missing or moved line.
import { createHash } from 'node:crypto';
import { AblyAuthError } from '../lib/error.js';

const NAME = 'ably-edge-auth sandbox state ';
const VERSION = 1;
const FIRST = `${NAME}${VERSION}`;
const SUM_LENGTH = 16;
const PIECE = 1024 * 1024;
const LINE_END = 10;

/** The first line, and the checksum that the first change continues from. */
export const BEGINNING = { bytes: Buffer.from(`${FIRST}\n`), sum: sumOf('', Buffer.from(FIRST)) };

/** @returns {{ bytes: Buffer, sum: string }} the lines of the changes, and the checksum that the next change continues from */
export function linesOf(changes, sum) {
  const pieces = [];
  for (const change of changes) {
    const bytes = Buffer.from(change);
    sum = sumOf(sum, bytes);
    pieces.push(Buffer.from(`${sum} `), bytes, Buffer.from([LINE_END]));
  }
  return { bytes: Buffer.concat(pieces), sum };
}

/**
 * Reads a whole file. `length` is the size of the complete lines; anything after that is a line whose write did not finish.
 *
 * @param {import('node:fs/promises').FileHandle} handle
 * @returns {Promise<{ changes: string[], sum: string, length: number }>}
 */
export async function readState(handle, path) {
  const reader = new Reader(path);
  const piece = Buffer.alloc(PIECE);
  let rest = Buffer.alloc(0);
  for (let position = 0; ; ) {
    const { bytesRead } = await handle.read(piece, 0, PIECE, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    rest = reader.take(Buffer.concat([rest, piece.subarray(0, bytesRead)]));
  }
  reader.end(rest);
  const { changes, sum, length } = reader;
  return { changes, sum, length };
}

class Reader {
  changes = [];
  sum = '';
  length = 0;
  #path;
  #lines = 0;

  constructor(path) {
    this.#path = path;
  }

  /** Reads the complete lines and returns the remaining bytes. */
  take(bytes) {
    let from = 0;
    for (let to; (to = bytes.indexOf(LINE_END, from)) !== -1; from = to + 1) {
      this.#line(bytes.subarray(from, to));
      this.length += to + 1 - from;
    }
    // A large file of another kind may have no line end: stop early instead of reading all of it.
    if (this.#lines === 0 && bytes.length > PIECE / 2) throw foreign(this.#path);
    return bytes.subarray(from);
  }

  end(rest) {
    // The first line is written before the file gets its name, so every state file has it.
    if (this.#lines === 0) throw foreign(this.#path);
    // A complete line with another byte in place of its line end is damage, not an unfinished write.
    if (this.#changeIn(rest.subarray(0, -1)) !== undefined) throw this.#damaged();
  }

  #line(line) {
    this.#lines++;
    if (this.#lines === 1) return this.#first(line.toString('latin1'));
    const change = this.#changeIn(line);
    if (change === undefined) throw this.#damaged();
    this.changes.push(change.toString());
    this.sum = sumOf(this.sum, change);
  }

  #first(line) {
    const [, version] = line.match(/^ably-edge-auth sandbox state (\d{1,9})$/) ?? [];
    if (version === undefined) throw foreign(this.#path);
    if (line !== FIRST)
      throw refusal(
        this.#path,
        `has an unsupported format: line 1 (byte 0) says format ${version}, but this version of ably-edge-auth reads format ${VERSION}`,
        'use the version that wrote the file, or give another file',
      );
    this.sum = BEGINNING.sum;
  }

  #changeIn(line) {
    const change = line.subarray(SUM_LENGTH + 1);
    const isWhole =
      line.length > SUM_LENGTH && line.toString('latin1', 0, SUM_LENGTH + 1) === `${sumOf(this.sum, change)} `;
    return isWhole ? change : undefined;
  }

  #damaged() {
    const line = Math.max(this.#lines, this.changes.length + 2);
    return refusal(
      this.#path,
      `is damaged: line ${line} (byte ${this.length}) does not match its checksum; the data before that byte is intact`,
      'restore a copy of the file, or move it away to start with an empty state',
    );
  }
}

function foreign(path) {
  return refusal(
    path,
    `is not a sandbox state file: its first line is not "${FIRST}"`,
    'give another file, or move this one away',
  );
}

function refusal(path, what, remediation) {
  return new AblyAuthError({
    kind: 'usage',
    message: `${path} ${what}. The file was not changed`,
    path: 'state',
    remediation,
  });
}

function sumOf(before, bytes) {
  return createHash('sha256').update(before).update(bytes).digest('hex').slice(0, SUM_LENGTH);
}
