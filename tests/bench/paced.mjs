// Sends requests at an even pace, whether the earlier ones are answered or not. autocannon sends those of a second all
// at once at its beginning, and so measures how long a crowd takes.
import { connect } from 'node:net';
import { REQUEST } from './endpoints.mjs';

const CONNECTIONS = 64;
const SECONDS = 1.2;
const TICK_MS = 1;
const SHARE = 0.99;
/** After so long without a further byte, the first answer is complete. */
const SILENCE_MS = 100;

/** The ns that all but a hundredth of the requests took at most, from the time at which they were due. */
export async function p99OfPaced(origin, perSecond) {
  const { port, host } = new URL(origin);
  const headers = Object.entries(REQUEST.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const bytes = Buffer.from(`GET ${REQUEST.path} HTTP/1.1\r\nHost: ${host}\r\n${headers.join('')}\r\n`);
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => opened(Number(port))));
  try {
    // All of a handler's answers are as long as its first one, so that none has to be parsed.
    const length = await lengthOfAnswer(sockets[0], bytes);
    const took = await paced(sockets, bytes, length, perSecond);
    took.sort((one, other) => one - other);
    return took[Math.ceil(took.length * SHARE) - 1] * 1e6;
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

function paced(sockets, bytes, length, perSecond) {
  const count = Math.round(perSecond * SECONDS);
  const idle = [...sockets];
  const took = [];
  let sent = 0;
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const sendDue = () => {
      const due = Math.min(count, ((performance.now() - start) * perSecond) / 1000);
      for (; sent < due && idle.length > 0; sent++) {
        const socket = idle.pop();
        socket.dueAt = start + (sent * 1000) / perSecond;
        socket.received = 0;
        socket.write(bytes);
      }
    };
    const timer = setInterval(sendDue, TICK_MS);
    const end = (settle, value) => {
      clearInterval(timer);
      settle(value);
    };
    for (const socket of sockets) {
      socket.on('error', (error) => end(reject, error));
      socket.on('close', () => end(reject, new Error('the server closed a connection')));
      socket.on('data', (chunk) => {
        socket.received += chunk.length;
        if (socket.received < length) return;
        took.push(performance.now() - socket.dueAt);
        idle.push(socket);
        if (took.length === count) end(resolve, took);
        else sendDue();
      });
    }
  });
}

function opened(port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.on('error', reject);
  });
}

async function lengthOfAnswer(socket, bytes) {
  let length = 0;
  const read = (chunk) => {
    length += chunk.length;
  };
  socket.on('data', read);
  socket.write(bytes);
  for (let before = -1; length === 0 || before !== length; ) {
    before = length;
    await new Promise((wake) => setTimeout(wake, SILENCE_MS));
  }
  socket.off('data', read);
  return length;
}
