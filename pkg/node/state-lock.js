// One process at a time has a state file. The lock is on the file (device and inode), so that it holds for every name that
// leads there; and it is one that the system takes back when its holder ends, however it ends: a lock that stays behind
// after a kill would have to be removed by hand.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants, open } from 'node:fs/promises';
import { createServer } from 'node:net';

/** @typedef {{ release: () => Promise<void>, isWhole: boolean }} Lock `isWhole`: it reaches into other containers, too */

/**
 * Locks an open file. On Linux the lock may end with the handle, and on its release at the latest.
 *
 * @param {import('node:fs/promises').FileHandle} handle
 * @param {string} path that leads to it now
 * @returns {Promise<Lock | undefined>} nothing if another process holds it
 */
export async function lock(handle, path) {
  if (process.platform === 'linux') return lockOnLinux(handle);
  if (process.platform === 'win32') return lockName(`\\\\.\\pipe\\${await nameOf(handle)}`);
  return lockOpened(path);
}

/**
 * By flock(2), which belongs to the open file, reaches into all containers of this kernel, and which Node does not have:
 * the program of that name takes it for a handle that it inherits, and leaves it there. And by a name, which needs no
 * program, and reaches through a network namespace only, for a socket in no folder belongs to one.
 */
async function lockOnLinux(handle) {
  const named = await lockName(`\0${await nameOf(handle)}`);
  if (!named) return undefined;
  const outcome = await flock(handle);
  if (outcome !== 'held') return { ...named, isWhole: outcome === 'locked' };
  await named.release();
  return undefined;
}

/** @returns {Promise<'locked' | 'held' | 'unavailable'>} */
function flock(handle) {
  return new Promise((resolve) => {
    const child = spawn('flock', ['-n', '3'], { stdio: ['ignore', 'ignore', 'pipe', handle.fd] });
    let words = '';
    child.on('error', () => resolve('unavailable'));
    child.stderr?.setEncoding('utf8').on('data', (text) => (words += text));
    // Of a lock that another has, it says nothing; of a file system without locks, it does.
    child.on('close', (code) => resolve(code === 0 ? 'locked' : code === 1 && words === '' ? 'held' : 'unavailable'));
  });
}

async function nameOf(handle) {
  const { dev, ino } = await handle.stat({ bigint: true });
  return `ably-edge-auth-sandbox-${createHash('sha256').update(`${dev} ${ino}`).digest('hex').slice(0, 32)}`;
}

/** A socket can be listened to by one process only. */
function lockName(name) {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(name, () => {
      server.unref();
      resolve({ release: () => new Promise((closed) => server.close(() => closed())), isWhole: true });
    });
  });
}

// BSD's open(2), which is macOS's, takes a lock along: O_NONBLOCK | O_EXLOCK. The latter is not among Node's constants.
const LOCKED = 0x4 | 0x20;

async function lockOpened(path) {
  try {
    const locked = await open(path, constants.O_RDWR | LOCKED);
    return { release: () => locked.close(), isWhole: true };
  } catch (error) {
    if (error.code === 'EAGAIN' || error.code === 'EWOULDBLOCK') return undefined;
    throw error;
  }
}
