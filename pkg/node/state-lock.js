// Locks a state file, so that one process at a time uses it. The lock is on the file (device and inode), so it holds for
// every path to the file. The operating system releases it when the process ends, even when it is killed, so no stale lock
// has to be removed by hand.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants, open } from 'node:fs/promises';
import { createServer } from 'node:net';

/** @typedef {{ release: () => Promise<void>, isWhole: boolean }} Lock `isWhole`: other containers see the lock too */

/**
 * Locks an open file. On Linux, closing the handle may end the lock before its release.
 *
 * @param {import('node:fs/promises').FileHandle} handle
 * @param {string} path the current path of the file
 * @returns {Promise<Lock | undefined>} undefined if another process holds the lock
 */
export async function lock(handle, path) {
  if (process.platform === 'linux') return lockOnLinux(handle);
  if (process.platform === 'win32') return lockName(`\\\\.\\pipe\\${await nameOf(handle)}`);
  return lockOpened(path);
}

/**
 * Uses two locks. flock(2) belongs to the open file and is seen by all containers on this kernel. Node has no API for it,
 * so the `flock` program takes it on an inherited handle, where it stays when the program exits. An abstract socket needs
 * no program, but is seen only within its network namespace.
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
    // flock prints nothing if another process holds the lock, and an error if the file system does not support locks.
    child.on('close', (code) => resolve(code === 0 ? 'locked' : code === 1 && words === '' ? 'held' : 'unavailable'));
  });
}

async function nameOf(handle) {
  const { dev, ino } = await handle.stat({ bigint: true });
  return `ably-edge-auth-sandbox-${createHash('sha256').update(`${dev} ${ino}`).digest('hex').slice(0, 32)}`;
}

/** Locks a name by listening on a socket, which only one process can do. */
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

// On macOS, open(2) can take a lock: O_NONBLOCK | O_EXLOCK. Node has no constant for the latter.
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
