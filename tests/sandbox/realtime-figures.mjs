// Figures of realtime connections, by hand: node tests/sandbox/realtime-figures.mjs
// Clients and sandbox are processes of their own.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { startSandbox } from './processes.mjs';

const CONNECTIONS = 1_000;
const IDLE = 5_000;
const MESSAGES = 100;

const sandbox = await startSandbox();
const { url, keys } = sandbox;
const address = `${url.replace('http', 'ws')}/?v=6&key=${keys.root}`;

/** Resident memory of the sandbox's process, in bytes. */
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${sandbox.child.pid}/status`, 'utf8'))[1]) * 1024;

async function open(count, onMessage) {
  const sockets = [];
  while (sockets.length < count) {
    const part = Array.from({ length: Math.min(100, count - sockets.length) }, () => new WebSocket(address));
    await Promise.all(part.map((socket) => once(socket, 'message')));
    for (const socket of part) if (onMessage) socket.on('message', onMessage);
    sockets.push(...part);
  }
  return sockets;
}

const before = memory();
const idle = await open(IDLE);
const each = (memory() - before) / IDLE;
console.log(`${IDLE} idle connections: ${Math.round(each / 1024)} KB of the server's memory each, sockets included`);
for (const socket of idle) socket.terminate();

let received = 0;
let wake = () => {};
const times = [];
const sockets = await open(CONNECTIONS, (data) => {
  const { action, messages } = JSON.parse(data);
  if (action === 11 && ++received === CONNECTIONS) wake();
  if (action !== 15) return;
  times.push(performance.now() - Number(messages[0].data));
  if (times.length === CONNECTIONS * MESSAGES) wake();
});
const attached = new Promise((resolve) => (wake = resolve));
for (const socket of sockets) socket.send('{"action":10,"channel":"figures"}');
await attached;
const all = new Promise((resolve) => (wake = resolve));
const started = performance.now();
for (let number = 0; number < MESSAGES; number++) {
  const messages = [{ data: String(performance.now()) }];
  sockets[0].send(JSON.stringify({ action: 15, channel: 'figures', msgSerial: number, messages }));
  await new Promise((resolve) => setTimeout(resolve, 20));
}
await all;
const seconds = (performance.now() - started) / 1000;
times.sort((one, other) => one - other);
const at = (share) => times[Math.floor(times.length * share)].toFixed(1);
console.log(
  `${CONNECTIONS} connections on one channel: ${Math.round(times.length / seconds)} messages a second delivered; from publish to receipt ${at(0.5)} ms at the median, ${at(0.99)} ms at p99`,
);
sandbox.child.kill('SIGKILL');
process.exit();
