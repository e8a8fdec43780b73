// One process at a time has a state file. The lock is one that the system takes back when its holder ends,
// however it ends: a lock that stays behind after a kill would have to be removed by hand.
import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, dirname } from 'node:path';

/**
 * @param {string} path the real one
 * @returns {Promise<(() => Promise<void>) | undefined>} what gives the lock back; nothing if another process holds it
 */
export async function lock(path) {
  if (process.platform === 'linux') return lockName(`\0${await nameOf(path)}`); // in no folder: an abstract one
  if (process.platform === 'win32') return lockName(`\\\\.\\pipe\\${await nameOf(path)}`);
  return lockFile(`${path}.lock`);
}

// The folder as the system numbers it, so that all ways to it are one; not the file, which a rename replaces.
async function nameOf(path) {
  const { dev, ino } = await stat(dirname(path), { bigint: true });
  const name = process.platform === 'win32' ? basename(path).toLowerCase() : basename(path);
  const hash = createHash('sha256').update(`${dev} ${ino} ${name}`).digest('hex');
  return `ably-edge-auth-sandbox-${hash.slice(0, 32)}`;
}

/** A socket can be listened to by one process only. */
function lockName(name) {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(name, () => {
      server.unref();
      resolve(() => new Promise((closed) => server.close(() => closed())));
    });
  });
}

// BSD's open(2), which is macOS's, takes a lock along: O_RDWR | O_NONBLOCK | O_EXLOCK | O_CREAT. The numbers
// are not among Node's constants. The file stays: to remove it would let two processes hold two of that name.
const OPEN_LOCKED = 0x2 | 0x4 | 0x20 | 0x200;

async function lockFile(path) {
  try {
    const handle = await open(path, OPEN_LOCKED, 0o600);
    return () => handle.close();
  } catch (error) {
    if (error.code === 'EAGAIN' || error.code === 'EWOULDBLOCK') return undefined;
    throw error;
  }
}
