// Turns an upgrade request into a socket, in runtimes whose own upgrade belongs to the handler of requests.
import { globalNamed } from '../lib/module/globals.js';
import { responseOf } from './message.js';

const CANNOT_UPGRADE =
  'this server cannot open WebSockets: use ably-edge-auth sandbox, Deno.serve, Bun.serve or SandboxObject, or the WebSocket class of the sandbox in the same process';

/** @param {string[]} headers alternating names and values */
export function isUpgrade(headers) {
  return headers.some((name, at) => at % 2 === 0 && /^upgrade$/i.test(name) && /^websocket$/i.test(headers[at + 1]));
}

/**
 * The response to an upgrade request. In Bun it is undefined, as its server expects.
 *
 * @param {import('./sockets.js').Sockets} all
 * @param {Request} request
 * @param {{ method: string, url: string, headers: string[] }} parts what the request consists of
 * @param {unknown} server the second argument of a handler in Bun
 */
export function upgrade(all, request, parts, server) {
  const refusal = all.refusal(parts);
  if (refusal) return responseOf(refusal, parts.method);
  if (typeof server?.upgrade === 'function') return upgradeInBun(parts, request, server);
  const inDeno = upgradeInDeno(request);
  return inDeno ? serveInDeno(all, parts, inDeno) : refusalOf(CANNOT_UPGRADE);
}

/** @returns {{ socket: WebSocket, response: Response } | undefined} */
function upgradeInDeno(request) {
  try {
    return globalThis.Deno?.upgradeWebSocket(request);
  } catch {
    return undefined; // not a request of Deno's server
  }
}

function refusalOf(message) {
  const Response = globalNamed('Response');
  const body = JSON.stringify({
    error: { message, code: 40000, statusCode: 400, href: 'https://help.ably.io/error/40000' },
  });
  return new Response(body, { status: 400, headers: { 'Content-Type': 'application/json' } });
}

function serveInDeno(all, parts, { socket, response }) {
  socket.binaryType = 'arraybuffer';
  let number;
  socket.onopen = () => {
    number = all.open(parts, {
      send: (frame) => {
        if (socket.readyState === socket.OPEN) socket.send(frame);
      },
      close: (code) => socket.close(code),
      queued: () => socket.bufferedAmount,
    });
  };
  socket.onmessage = ({ data }) => all.receive(number, frameOf(data));
  socket.onclose = () => all.closed(number);
  socket.onerror = () => {}; // followed by close
  return response;
}

function upgradeInBun(parts, request, server) {
  return server.upgrade(request, { data: { parts } }) ? undefined : refusalOf(CANNOT_UPGRADE);
}

/** The `websocket` option of Bun.serve. */
export function bunHandlers(all) {
  return {
    open(socket) {
      socket.data.number = all.open(socket.data.parts, {
        send: (frame) => socket.send(frame),
        close: (code) => socket.close(code),
        ping: () => socket.ping(),
        queued: () => socket.getBufferedAmount(),
      });
    },
    message: (socket, data) => all.receive(socket.data.number, frameOf(data)),
    close: (socket) => all.closed(socket.data.number),
  };
}

/** @returns {string | Uint8Array} */
export function frameOf(data) {
  return typeof data === 'string' || data instanceof Uint8Array ? data : new Uint8Array(data);
}
