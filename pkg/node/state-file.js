// A sandbox's changes in a file: each is on the disk before it is made, whatever ends the process when.
import { lstat, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BEGINNING, linesOf, readState } from './state-format.js';
import { lock } from './state-lock.js';
import { explained, findStateFile, refusal } from './state-path.js';

const OWNER_ONLY = 0o600;
/** A shorter file is not worth the rewriting. */
const COMPACT_ABOVE_BYTES = 1024 * 1024;
/** And one that holds a lot is rewritten when it has grown to so many times that. */
const GROWTH = 2;
/** How much of a snapshot is held in memory. */
const PIECE_CHANGES = 100;

/**
 * Opens a state file, or makes it. `tell` is handed what its user ought to know, a sentence each.
 *
 * @param {string} given
 * @param {{ tell?: (sentence: string) => void, compactAboveBytes?: number }} [options]
 */
export async function openStateFile(given, { tell = () => {}, compactAboveBytes = COMPACT_ABOVE_BYTES } = {}) {
  const { path, isThere } = await findStateFile(given);
  const unlock = await lock(path).catch((error) => {
    throw explained(path, error);
  });
  if (!unlock) throw refusal(`the state file ${path} is in use by another process`, 'end that one, or give another file');
  try {
    await removeLeftOver(`${path}.new`);
    const file = new StateFile(path, unlock, tell, compactAboveBytes);
    const changes = isThere ? await file.read() : (await file.rewrite([]), []);
    return { file, changes };
  } catch (error) {
    await unlock();
    throw explained(path, error);
  }
}

class StateFile {
  #path;
  #unlock;
  #tell;
  #compactAboveBytes;
  #handle;
  #length = 0;
  #sum = '';
  #snapshot;
  #rewriteAt = Infinity;
  /** Changes that are still to be written, each with what settles its promise. */
  #waiting = [];
  #writing;
  /** Why nothing can be written any more. */
  #broken;

  constructor(path, unlock, tell, compactAboveBytes) {
    this.#path = path;
    this.#unlock = unlock;
    this.#tell = tell;
    this.#compactAboveBytes = compactAboveBytes;
  }

  /** The changes that are in the file. What is wrong with it leaves it as it is. */
  async read() {
    this.#handle = await open(this.#path, 'r+');
    try {
      return await this.#readOpen();
    } catch (error) {
      await this.#handle.close();
      throw error;
    }
  }

  async #readOpen() {
    const { size, mode } = await this.#handle.stat();
    if (size === 0) {
      // As `mktemp` makes them.
      await this.rewrite([]);
      return [];
    }
    const { changes, sum, length } = await readState(this.#handle, this.#path);
    if (length < size) {
      await this.#handle.truncate(length);
      await this.#handle.sync();
      this.#tell(`${this.#path} ended in a change that was not written to its end and was never acknowledged: the ${size - length} bytes from byte ${length} on were dropped`);
    }
    if ((mode & 0o077) !== 0 && process.platform !== 'win32') await this.#keepToOwner();
    this.#sum = sum;
    this.#length = length;
    return changes;
  }

  async #keepToOwner() {
    const words = `${this.#path} holds keys, and others than its owner could read or write it`;
    try {
      await this.#handle.chmod(OWNER_ONLY);
      this.#tell(`${words}: they no longer can`);
    } catch {
      this.#tell(`${words}: give it to one user only`);
    }
  }

  /**
   * From now on the file is made short when it has grown. `snapshot` gives as few changes as lead to the
   * state that was reached by those that are acknowledged.
   */
  async compactFrom(snapshot) {
    this.#snapshot = snapshot;
    this.#rewriteAt = this.#compactAboveBytes;
    if (this.#length > this.#rewriteAt) await this.#compact();
  }

  /** Settles when the change is on the disk; rejects when it is not, and then it will not be there later. */
  onChange = (change) => {
    if (/[\r\n]/.test(change)) return Promise.reject(refusal('a change has a line end in it'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  };

  /** Those that come in while others are written are written together. */
  async #writeAll() {
    while (this.#waiting.length > 0) {
      if (this.#length > this.#rewriteAt) await this.#compact();
      const together = this.#waiting.splice(0);
      try {
        await this.#append(together.map(({ change }) => change));
        for (const { resolve } of together) resolve();
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    this.#writing = undefined;
  }

  async #append(changes) {
    if (this.#broken) throw this.#broken;
    const { bytes, sum } = linesOf(changes, this.#sum);
    try {
      await writeWhole(this.#handle, bytes, this.#length);
      await this.#handle.datasync();
      // Without a name, what is written now is gone when this process ends.
      const { nlink } = await this.#handle.stat();
      if (nlink === 0) throw this.#break('was removed or replaced while the sandbox was using it');
    } catch (error) {
      if (!this.#broken) await this.#takeBack();
      throw explained(this.#path, error);
    }
    this.#length += bytes.length;
    this.#sum = sum;
  }

  /** After a failed write, so that the next one comes after the last whole line. */
  async #takeBack() {
    try {
      await this.#handle.truncate(this.#length);
      await this.#handle.datasync();
    } catch (error) {
      this.#break(`could not be put in order after a failed write (${error.code})`, error);
    }
  }

  #break(what, cause) {
    this.#broken = refusal(`the state file ${this.#path} ${what}: nothing is written to it any more`, 'start the sandbox anew', cause);
    return this.#broken;
  }

  async #compact() {
    if (this.#broken) return;
    // What was acknowledged just now is in the state when those who wait for it have had their turn.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      await this.rewrite(this.#snapshot());
    } catch (error) {
      this.#tell(`${explained(this.#path, error).message}; it could not be made shorter, and grows on`);
    }
    this.#rewriteAt = Math.max(this.#compactAboveBytes, this.#length * GROWTH);
  }

  /** The changes in a new file, which takes the place of the old one when all of it is on the disk. */
  async rewrite(changes) {
    const path = `${this.#path}.new`;
    const handle = await open(path, 'wx+', OWNER_ONLY);
    try {
      const written = await writeState(handle, changes);
      await handle.sync();
      await this.#replaceBy(path);
      this.#handle = handle;
      this.#length = written.length;
      this.#sum = written.sum;
    } catch (error) {
      await handle.close();
      await rm(path, { force: true });
      throw error;
    }
    await syncFolder(dirname(this.#path)).catch((error) => {
      throw this.#break(`could not be put in its folder for good (${error.code})`, error);
    });
  }

  async #replaceBy(path) {
    const isOpen = this.#handle !== undefined;
    // Windows replaces no file that is open.
    await this.#handle?.close();
    try {
      await rename(path, this.#path);
    } catch (error) {
      if (isOpen) await this.#reopen();
      throw error;
    }
  }

  async #reopen() {
    try {
      this.#handle = await open(this.#path, 'r+');
    } catch (error) {
      this.#break(`could not be opened again (${error.code})`, error);
    }
  }

  /** After what is under way. */
  async close() {
    await this.#writing;
    this.#broken ??= refusal(`the state file ${this.#path} is closed`);
    await this.#handle.close();
    await this.#unlock();
  }
}

async function writeWhole(handle, bytes, position) {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
}

/** @returns {Promise<{ length: number, sum: string }>} */
async function writeState(handle, changes) {
  await writeWhole(handle, BEGINNING.bytes, 0);
  let { length } = BEGINNING.bytes;
  let { sum } = BEGINNING;
  for (const part of partsOf(changes)) {
    const lines = linesOf(part, sum);
    await writeWhole(handle, lines.bytes, length);
    length += lines.bytes.length;
    sum = lines.sum;
  }
  return { length, sum };
}

function* partsOf(changes) {
  let part = [];
  for (const change of changes) {
    part.push(change);
    if (part.length < PIECE_CHANGES) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

/** Of a rewriting that a kill ended: the file itself is whole. */
async function removeLeftOver(path) {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isFile() || !(await isOurs(path, found.size))) throw refusal(`${path} is in the way: the sandbox writes the new form of its state file there, and this one is not of its making`, 'move it away');
  await rm(path);
}

async function isOurs(path, size) {
  const handle = await open(path, 'r');
  try {
    const begins = BEGINNING.bytes.subarray(0, Math.min(size, BEGINNING.bytes.length));
    const { buffer } = await handle.read(Buffer.alloc(begins.length), 0, begins.length, 0);
    return buffer.equals(begins);
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder) {
  if (process.platform === 'win32') return; // which opens no folder
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (error.code !== 'EINVAL') throw error; // there are file systems without it
  } finally {
    await handle.close();
  }
}
