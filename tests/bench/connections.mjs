// Measures the resident memory of an idle connection in a separate sandbox process. Prints one line of JSON.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { startSandbox } from '../sandbox/processes.mjs';

const CONNECTIONS = 5_000;
/** The first ones warm up. */
const WARM_UP = 500;
const AT_ONCE = 100;
/** What connecting has left behind is collected meanwhile. */
const REST_MS = 5_000;

const { url, keys, child } = await startSandbox();
const address = `${url.replace('http', 'ws')}/?v=6&key=${keys.root}`;

async function connect(count) {
  for (let opened = 0; opened < count; opened += AT_ONCE) {
    const sockets = Array.from({ length: AT_ONCE }, () => new WebSocket(address));
    // The first message says that it is connected.
    await Promise.all(sockets.map((socket) => once(socket, 'message')));
  }
  await sleep(REST_MS);
}

/** Resident bytes, from /proc. */
const resident = () => 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]);

try {
  await connect(WARM_UP);
  const before = resident();
  await connect(CONNECTIONS);
  console.log(JSON.stringify({ connections: CONNECTIONS, bytes: (resident() - before) / CONNECTIONS }));
} finally {
  child.kill('SIGKILL');
}
process.exit();
