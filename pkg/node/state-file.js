// A sandbox's changes in a file: each is on the disk before it is made, whatever ends the process when.
import { constants, lstat, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BEGINNING, linesOf, readState } from './state-format.js';
import { lock } from './state-lock.js';
import { explained, findStateFile, refusal } from './state-path.js';

const OWNER_ONLY = 0o600;
const ON_WINDOWS = process.platform === 'win32';
/**
 * Every write goes to the end of the file, wherever that is by then: it overwrites nothing that another process wrote.
 * But Windows cuts no file short that is open for that.
 */
const TO_APPEND = constants.O_RDWR | (ON_WINDOWS ? 0 : constants.O_APPEND);
/** How often a file may be replaced between its opening and its locking. */
const TRIES = 10;
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
  const { handle, held, isNew } = await openLocked(path, isThere).catch((error) => {
    throw explained(path, error);
  });
  if (!held.isWhole)
    tell(
      `${path} could not be locked for other containers, which needs the program flock and a file system with locks: another sandbox that uses the file there is noticed only when it writes`,
    );
  const file = new StateFile(path, handle, held, tell, compactAboveBytes);
  try {
    await removeLeftOver(`${path}.new`);
    return { file, changes: await file.read() };
  } catch (error) {
    // Nobody else uses it, and there is nothing in it.
    if (isNew) await rm(path, { force: true });
    await file.close();
    throw explained(path, error);
  }
}

/** Opens the file, or makes it; nobody else has it then, and it is still the one of that name. */
async function openLocked(path, isThere) {
  for (let tries = 0; tries < TRIES; tries++) {
    const handle = await open(path, isThere ? TO_APPEND : TO_APPEND | constants.O_CREAT, OWNER_ONLY);
    let held;
    try {
      held = await lock(handle, path);
      const found = await handle.stat({ bigint: true });
      if (held && (await isAt(path, found))) return { handle, held, isNew: !isThere && found.size === 0n };
    } catch (error) {
      await handle.close();
      await held?.release();
      throw error;
    }
    await handle.close();
    if (!held) break;
    await held.release();
  }
  throw refusal(`the state file ${path} is in use by another process`, 'end that one, or give another file');
}

/** Whether a path leads to a file, whatever other names that has. */
async function isAt(path, { dev, ino }) {
  try {
    const found = await stat(path, { bigint: true });
    // Windows numbers a volume in two ways, and not always the same one for a path as for a handle.
    return found.ino === ino && (ON_WINDOWS || found.dev === dev);
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

class StateFile {
  #path;
  #handle;
  #held;
  #tell;
  #compactAboveBytes;
  #length = 0;
  #sum = '';
  #snapshot;
  #rewriteAt = Infinity;
  /** Changes that are still to be written, each with what settles its promise. */
  #waiting = [];
  #writing;
  /** Why nothing can be written any more. */
  #broken;
  /** Another process wrote to the file as well. */
  #isShared = false;

  constructor(path, handle, held, tell, compactAboveBytes) {
    this.#path = path;
    this.#handle = handle;
    this.#held = held;
    this.#tell = tell;
    this.#compactAboveBytes = compactAboveBytes;
  }

  /** The changes that are in the file. What is wrong with it leaves it as it is. */
  async read() {
    const { size, mode } = await this.#handle.stat();
    if (size === 0) {
      // Made just now, here or by `mktemp`.
      await this.rewrite([]);
      return [];
    }
    const { changes, sum, length } = await readState(this.#handle, this.#path);
    if (length < size) {
      await this.#handle.truncate(length);
      await this.#handle.sync();
      this.#tell(
        `${this.#path} ended in a change that was not written to its end and was never acknowledged: the ${size - length} bytes from byte ${length} on were dropped`,
      );
    }
    if ((mode & 0o077) !== 0 && !ON_WINDOWS) await this.#keepToOwner();
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
      await this.#check(this.#length);
      await writeWhole(this.#handle, bytes, this.#length);
      await this.#handle.datasync();
      await this.#check(this.#length + bytes.length);
    } catch (error) {
      // What others wrote is not this one's to cut off.
      if (!this.#isShared) await this.#takeBack();
      throw explained(this.#path, error);
    }
    this.#length += bytes.length;
    this.#sum = sum;
  }

  /**
   * That the file is as this process left it, and will be found when it is opened again. The lock sees to that where there
   * is one: another machine that has the volume, too, may not see it, and `mv` and `rm` ask for none.
   */
  async #check(length) {
    const found = await this.#handle.stat({ bigint: true });
    if (found.size !== BigInt(length)) {
      this.#isShared = true;
      throw this.#break('was changed by another process while the sandbox was using it');
    }
    if (!(await isAt(this.#path, found)))
      throw this.#break('was moved, removed or replaced while the sandbox was using it');
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
    this.#broken = refusal(
      `the state file ${this.#path} ${what}: nothing is written to it any more`,
      'start the sandbox anew',
      cause,
    );
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
    const { nlink } = await this.#handle.stat();
    if (nlink > 1)
      throw refusal(
        `the state file ${this.#path} has ${nlink} names (hard links), and the others would keep the old form of it`,
        'remove the other names',
      );
    const path = `${this.#path}.new`;
    const handle = await open(path, TO_APPEND | constants.O_CREAT | constants.O_EXCL, OWNER_ONLY);
    let held;
    try {
      const written = await writeState(handle, changes);
      await handle.sync();
      held = await lock(handle, path);
      if (!held) throw refusal(`${path} is in use by another process`, 'end that one');
      await this.#check(this.#length);
      await this.#replaceBy(path);
      await this.#held.release();
      this.#handle = handle;
      this.#held = held;
      this.#length = written.length;
      this.#sum = written.sum;
    } catch (error) {
      await handle.close();
      await held?.release();
      await rm(path, { force: true });
      throw error;
    }
    await syncFolder(dirname(this.#path)).catch((error) => {
      throw this.#break(`could not be put in its folder for good (${error.code})`, error);
    });
  }

  /** The handle, with which the lock may end, is kept until the new file has the name; but Windows replaces no file that is open. */
  async #replaceBy(path) {
    if (ON_WINDOWS) await this.#handle.close();
    try {
      await rename(path, this.#path);
    } catch (error) {
      if (ON_WINDOWS) await this.#reopen();
      throw error;
    }
    if (!ON_WINDOWS) await this.#handle.close();
  }

  async #reopen() {
    try {
      this.#handle = await open(this.#path, TO_APPEND);
    } catch (error) {
      this.#break(`could not be opened again (${error.code})`, error);
    }
  }

  /** After what is under way. */
  async close() {
    await this.#writing;
    this.#broken ??= refusal(`the state file ${this.#path} is closed`);
    await this.#handle.close();
    await this.#held.release();
  }
}

async function writeWhole(handle, bytes, position) {
  for (let at = 0; at < bytes.length; )
    at += (await handle.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
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
  if (!found.isFile() || !(await isOurs(path, found.size)))
    throw refusal(
      `${path} is in the way: the sandbox writes the new form of its state file there, and this one is not of its making`,
      'move it away',
    );
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
  if (ON_WINDOWS) return; // which opens no folder
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (error.code !== 'EINVAL') throw error; // there are file systems without it
  } finally {
    await handle.close();
  }
}
