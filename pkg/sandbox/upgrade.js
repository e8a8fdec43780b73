// Turns an upgrade request into a socket, in runtimes whose own upgrade belongs to the handler of requests.
import { responseOf } from './message.js';

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
  const { Deno } = globalThis;
  if (typeof Deno?.upgradeWebSocket === 'function') return upgradeInDeno(all, parts, request, Deno);
  const message =
    'WebSockets cannot be opened here: use the WebSocket class of the sandbox in the same process, ably-edge-auth sandbox or Deno.serve or Bun.serve as a server, and SandboxObject in Cloudflare Workers';
  return Response.json({ error: { message, code: 40000, statusCode: 400 } }, { status: 400 });
}

function upgradeInDeno(all, parts, request, { upgradeWebSocket }) {
  const { socket, response } = upgradeWebSocket(request);
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
  if (server.upgrade(request, { data: { parts } })) return undefined;
  return new Response('the request cannot be upgraded', { status: 400 });
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
