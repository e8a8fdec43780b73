// Saves a sandbox's changes to a file. Each change is on disk before it takes effect, so a crash loses nothing.
import { constants, lstat, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BEGINNING, linesOf, readState } from './state-format.js';
import { lock } from './state-lock.js';
import { explained, findStateFile, refusal } from './state-path.js';

const OWNER_ONLY = 0o600;
const ON_WINDOWS = process.platform === 'win32';
/**
 * Append mode, so that a write never overwrites what another process wrote. Not on Windows, which cannot truncate a file
 * that is open in this mode.
 */
const TO_APPEND = constants.O_RDWR | (ON_WINDOWS ? 0 : constants.O_APPEND);
/** How often to retry if the file is replaced between opening and locking it. */
const TRIES = 10;
/** Rewriting a shorter file saves too little. */
const COMPACT_ABOVE_BYTES = 1024 * 1024;
/** A rewritten file is rewritten again when it has grown by this factor. */
const GROWTH = 2;
/** How many changes of a snapshot are written at a time, to bound the memory used. */
const PIECE_CHANGES = 100;

/**
 * Opens a state file, creating it if it does not exist. `tell` is called with warnings for the operator.
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
      `cannot lock ${path} against other containers: that needs the program flock and a file system with locks. A sandbox in another container that uses the file is detected only when it writes`,
    );
  const file = new StateFile(path, handle, held, tell, compactAboveBytes);
  try {
    await removeLeftOver(`${path}.new`);
    return { file, changes: await file.read() };
  } catch (error) {
    // A file created by this call is empty, and the lock keeps other processes from using it.
    if (isNew) await rm(path, { force: true });
    await file.close();
    throw explained(path, error);
  }
}

/** Opens or creates the file, and locks it. Checks that the path still leads to it after that. */
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
  throw refusal(`the state file ${path} is in use by another process`, 'stop that process, or give another file');
}

/** Whether a path leads to the file with this device and inode. */
async function isAt(path, { dev, ino }) {
  try {
    const found = await stat(path, { bigint: true });
    // Windows has two volume numbers, and may report one for a path and the other for a handle.
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
  /** Changes to write, with the functions that settle their promises. */
  #waiting = [];
  #writing;
  /** The error that ended all writing. */
  #broken;
  /** Whether another process has written to the file. */
  #isShared = false;

  constructor(path, handle, held, tell, compactAboveBytes) {
    this.#path = path;
    this.#handle = handle;
    this.#held = held;
    this.#tell = tell;
    this.#compactAboveBytes = compactAboveBytes;
  }

  /** Reads the changes. A file with an error is left unchanged. */
  async read() {
    const { size, mode } = await this.#handle.stat();
    if (size === 0) {
      // The file is new, created here or by a tool such as `mktemp`.
      await this.rewrite([]);
      return [];
    }
    const { changes, sum, length } = await readState(this.#handle, this.#path);
    if (length < size) {
      await this.#handle.truncate(length);
      await this.#handle.sync();
      this.#tell(
        `${this.#path} ended with an incomplete change that was never acknowledged: dropped ${size - length} bytes from byte ${length} on`,
      );
    }
    if ((mode & 0o077) !== 0 && !ON_WINDOWS) await this.#keepToOwner();
    this.#sum = sum;
    this.#length = length;
    return changes;
  }

  async #keepToOwner() {
    const words = `${this.#path} contains keys, and other users had access to it`;
    try {
      await this.#handle.chmod(OWNER_ONLY);
      this.#tell(`${words}; only the owner has access now`);
    } catch {
      this.#tell(`${words}; restrict its permissions to the owner`);
    }
  }

  /**
   * Starts compacting the file when it grows. `snapshot` returns the shortest list of changes that leads to the
   * acknowledged state.
   */
  async compactFrom(snapshot) {
    this.#snapshot = snapshot;
    this.#rewriteAt = this.#compactAboveBytes;
    if (this.#length > this.#rewriteAt) await this.#compact();
  }

  /** Resolves when the change is on disk. After a rejection the change is not in the file, and will not appear later. */
  onChange = (change) => {
    if (/[\r\n]/.test(change)) return Promise.reject(refusal('the change contains a line break'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  };

  /** Writes waiting changes in batches: those that arrive during a write form the next batch. */
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
      // Truncating would also remove what another process wrote.
      if (!this.#isShared) await this.#takeBack();
      throw explained(this.#path, error);
    }
    this.#length += bytes.length;
    this.#sum = sum;
  }

  /**
   * Checks that the file is as this process left it and still at its path. The lock alone cannot ensure this: another
   * machine that mounts the volume may not see the lock, and `mv` and `rm` ignore it.
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

  /** Truncates the file after a failed write, so that the next write follows the last complete line. */
  async #takeBack() {
    try {
      await this.#handle.truncate(this.#length);
      await this.#handle.datasync();
    } catch (error) {
      this.#break(`could not be restored after a failed write (${error.code})`, error);
    }
  }

  #break(what, cause) {
    this.#broken = refusal(
      `the state file ${this.#path} ${what}: the sandbox no longer writes to it`,
      'restart the sandbox',
      cause,
    );
    return this.#broken;
  }

  async #compact() {
    if (this.#broken) return;
    // Lets the waiting callers run first, so that the snapshot includes the changes just acknowledged.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      await this.rewrite(this.#snapshot());
    } catch (error) {
      this.#tell(`cannot compact the state file, which keeps growing: ${explained(this.#path, error).message}`);
    }
    this.#rewriteAt = Math.max(this.#compactAboveBytes, this.#length * GROWTH);
  }

  /** Writes the changes to a new file, which replaces the old one once it is completely on disk. */
  async rewrite(changes) {
    const { nlink } = await this.#handle.stat();
    if (nlink > 1)
      throw refusal(
        `the state file ${this.#path} has ${nlink} hard links, so rewriting it would leave the old version under the other names`,
        'remove the other hard links',
      );
    const path = `${this.#path}.new`;
    const handle = await open(path, TO_APPEND | constants.O_CREAT | constants.O_EXCL, OWNER_ONLY);
    let held;
    try {
      const written = await writeState(handle, changes);
      await handle.sync();
      held = await lock(handle, path);
      if (!held) throw refusal(`${path} is in use by another process`, 'stop that process');
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
      throw this.#break(`could not be saved to its folder (${error.code})`, error);
    });
  }

  /**
   * Closing the old handle may end its lock, so it stays open until the new file has the name. Windows cannot replace an
   * open file, so there it is closed first.
   */
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
      this.#break(`could not be reopened (${error.code})`, error);
    }
  }

  /** Waits for the current writes, then closes and unlocks the file. */
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

/** Removes the unfinished new file of a process that was killed while rewriting. The state file itself is complete. */
async function removeLeftOver(path) {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isFile() || !(await isOurs(path, found.size)))
    throw refusal(
      `${path} was not created by the sandbox, which needs this path to rewrite its state file`,
      'move the file away',
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
  if (ON_WINDOWS) return; // Windows cannot open a folder
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (error.code !== 'EINVAL') throw error; // the file system does not support it
  } finally {
    await handle.close();
  }
}
