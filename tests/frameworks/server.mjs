// The server of an app: starts it, asks it, and ends it as a terminal or a supervisor does.
import { createServer } from 'node:net';
import { PATIENCE_MS } from '../js/patience.mjs';
import { spawn } from '../runtimes/start.mjs';

export function startServer(program, args, options) {
  // A group of its own, because tools start servers of their own.
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (printed += text));
  const server = { printed: () => printed.slice(-4000), hasEnded: false };
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: error.message }));
    child.on('close', (code, signal) => resolve({ code, signal }));
  }).finally(() => (server.hasEnded = true));
  const kill = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  };
  server.stop = async () => {
    if (!server.hasEnded) kill('SIGTERM');
    const timer = setTimeout(kill, PATIENCE_MS, 'SIGKILL');
    const { code, signal } = await ended;
    clearTimeout(timer);
    // 143 is what a shell makes of SIGTERM, and 130 what a server answers that treats it as Ctrl+C.
    if (signal !== 'SIGTERM' && ![0, 130, 143].includes(code))
      throw new Error(`it ended with ${code ?? signal}\n${server.printed()}`);
  };
  return server;
}

/** The first answer that the server gives. There is none until it listens, and Nuxt answers 503 until it has built. */
export async function answerOf(server, url, init) {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    if (server.hasEnded) throw new Error(`the server ended\n${server.printed()}`);
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
      if (response.status !== 503) return response;
    } catch {
      // The next one may be answered.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} was not answered\n${server.printed()}`);
}

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
