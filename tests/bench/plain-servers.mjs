// The servers that ours are compared with, each a process of its own: node tests/bench/plain-servers.mjs NAME. Prints the
// port that it listens on.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { httpServer } from '../../pkg/node/http.js';

/** How long Ably takes for a request, about. */
export const SLOW_MS = 20;

/** Tells the time, and answers revocations after a while, all of them as done. */
function slow() {
  return createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    const now = Date.now();
    if (request.url === '/time') return response.end(`[${now}]`);
    const results = JSON.parse(text).targets.map((target) => ({ target, issuedBefore: now, appliesAt: now }));
    await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ successCount: results.length, failureCount: 0, results }));
  });
}

/** The server of the sandbox, without the sandbox. */
function constant() {
  const headers = { 'content-type': 'application/json' };
  return httpServer(async (request) => {
    await request.text();
    return new Response('{"channel":"figures","messageId":"aaaaaaaaaaaaaaaaaaaa:0"}', { status: 201, headers });
  });
}

/** Sends what it receives to everybody. */
function broadcast() {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => {
      for (const client of sockets.clients) client.send(data, { binary: false });
    });
    socket.send('{}');
  });
  return server;
}

const SERVERS = { slow, constant, broadcast };

if (process.argv[2] in SERVERS) {
  const server = SERVERS[process.argv[2]]();
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
}
