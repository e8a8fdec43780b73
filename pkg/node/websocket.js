// WebSockets in Node: serves the sandbox's realtime connections with ws, which is loaded when the first client connects, and
// finds the class for a client.
import { frameOf } from '../sandbox/upgrade.js';

/** Larger than the sandbox's limit, so that the sandbox itself refuses the frame. */
const MAX_PAYLOAD = 1024 * 1024;

let server;

async function serverOf() {
  server ??= import('ws').then(
    ({ WebSocketServer }) => new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD, clientTracking: false }),
  );
  return server;
}

/**
 * Answers an upgrade request.
 *
 * @param {import('../sandbox/sockets.js').Sockets} all
 * @param {import('node:http').IncomingMessage} request
 * @param {{ method: string, url: string, headers: string[] }} parts what the request consists of
 */
export async function upgrade(all, request, stream, head, parts) {
  const webSockets = await serverOf();
  webSockets.handleUpgrade(request, stream, head, (socket) => {
    const number = all.open(parts, {
      send: (frame) => socket.send(frame),
      close: (code) => socket.close(code),
      ping: () => socket.ping(),
      terminate: () => socket.terminate(),
      queued: () => socket.bufferedAmount,
    });
    socket.on('message', (data, isBinary) => all.receive(number, isBinary ? frameOf(data) : data.toString()));
    socket.on('close', () => all.closed(number));
    socket.on('error', () => {}); // followed by close
  });
}

/** The class for a client's sockets. Node 20 has none of its own. */
export async function clientWebSocket() {
  return globalThis.WebSocket ?? (await import('ws')).WebSocket;
}
