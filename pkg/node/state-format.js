// The lines of a state file: first one that names the format, then a change each, as the sandbox handed
// it out. A change comes after a checksum of itself and of everything before it, so a line that was
// altered, left out or put elsewhere is found.
import { createHash } from 'node:crypto';
import { AblyAuthError } from '../lib/error.js';

const NAME = 'ably-edge-auth sandbox state ';
const VERSION = 1;
const FIRST = `${NAME}${VERSION}`;
const SUM_LENGTH = 16;
const PIECE = 1024 * 1024;
const LINE_END = 10;

/** What the first line and the changes come to in the file. */
export const BEGINNING = { bytes: Buffer.from(`${FIRST}\n`), sum: sumOf('', Buffer.from(FIRST)) };

/** @returns {{ bytes: Buffer, sum: string }} the lines of further changes, and the sum that the next one begins from */
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
 * Reads a whole file. `length`: of what is whole; anything after it is the beginning of a line that was
 * never finished.
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

  /** Reads the whole lines, and gives back what comes after them. */
  take(bytes) {
    let from = 0;
    for (let to; (to = bytes.indexOf(LINE_END, from)) !== -1; from = to + 1) {
      this.#line(bytes.subarray(from, to));
      this.length += to + 1 - from;
    }
    // Nobody's gigabytes are read in search of the end of a first line.
    if (this.#lines === 0 && bytes.length > PIECE / 2) throw foreign(this.#path);
    return bytes.subarray(from);
  }

  end(rest) {
    // The first line is there before the file has its name.
    if (this.#lines === 0) throw foreign(this.#path);
    // A whole line, whose end is another byte: that is no line that was never finished.
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
        `was written by another version of ably-edge-auth: line 1 (byte 0) names format ${version}, and this version reads format ${VERSION}`,
        'use the version that wrote it, or give another file',
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
      `is damaged: line ${line} (byte ${this.length}) does not fit its checksum; what comes before that byte is whole`,
      'restore a copy of it, or move it away to begin anew',
    );
  }
}

function foreign(path) {
  return refusal(
    path,
    `is no state file of the sandbox: its first line is not "${FIRST}"`,
    'give another file, or move this one away',
  );
}

function refusal(path, what, remediation) {
  return new AblyAuthError({
    kind: 'usage',
    message: `${path} ${what}. It was left as it is`,
    path: 'state',
    remediation,
  });
}

function sumOf(before, bytes) {
  return createHash('sha256').update(before).update(bytes).digest('hex').slice(0, SUM_LENGTH);
}
