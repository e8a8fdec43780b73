// Serves a fetch function with Node's HTTP server, or with its HTTPS server.
import { createServer, STATUS_CODES } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { upgrade } from './websocket.js';

/** One byte over the sandbox's limit, so that the sandbox itself rejects the request. The rest of the body is dropped. */
const MAX_BYTES = 1024 * 1024 + 1;
/** A little over the sandbox's own limit for realtime connections. */
const MAX_CONNECTIONS = 12_000;

/** Time limits for clients, in ms. */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};

/**
 * @param {(url: string, init: RequestInit) => Promise<Response>} fetch
 * @param {{
 *   timeouts?: Partial<typeof TIMEOUTS>, isEnding?: () => boolean, tls?: { cert: Buffer, key: Buffer },
 *   sockets?: () => Promise<import('../sandbox/sockets.js').Sockets>,
 * }} [options]
 */
export function httpServer(fetch, { timeouts, isEnding = () => false, tls, sockets } = {}) {
  const create = tls ? createTlsServer : createServer;
  const server = create({ ...TIMEOUTS, ...timeouts, ...tls });
  server.maxConnections = MAX_CONNECTIONS;
  /** The current response of each connection. */
  const responses = new WeakMap();

  server.on('request', async (request, response) => {
    responses.set(request.socket, response);
    response.on('error', () => {}); // the client has disconnected
    try {
      const answer = await answerTo(fetch, request, await bodyOf(request));
      if (isEnding()) answer.headers.push(['Connection', 'close']);
      if (answer.body.length > 0) answer.headers.push(['Content-Length', String(answer.body.length)]);
      response.writeHead(answer.status, answer.headers.flat());
      response.end(answer.body);
    } catch {
      response.destroy(); // the request was cut off
    }
  });

  server.on('upgrade', async (request, stream, head) => {
    stream.on('error', () => {});
    const answer = await upgradeTo(await sockets(), request, stream, head);
    if (answer) finish(stream, answer);
  });

  server.on('clientError', (error, socket) => {
    // A second response must not follow one that has already started.
    if (!socket.writable || responses.get(socket)?.headersSent) return socket.destroy();
    // Without a handshake there is nothing to answer by.
    if (tls && !socket.getProtocol?.()) return socket.destroy();
    finish(socket, unreadable(error));
  });
  return server;
}

function bodyOf(request) {
  return new Promise((resolve, reject) => {
    const pieces = [];
    let length = 0;
    const end = () => resolve(Buffer.concat(pieces).subarray(0, MAX_BYTES));
    request.on('data', (piece) => {
      if (length >= MAX_BYTES) return;
      pieces.push(piece);
      length += piece.length;
      if (length >= MAX_BYTES) end();
    });
    request.on('end', end);
    request.on('error', reject);
  });
}

/** @returns {Promise<{ status: number, headers: [string, string][], body: Buffer }>} */
async function answerTo(fetch, request, body) {
  let asked;
  try {
    asked = askedFor(request, body);
  } catch {
    return refusal(400, 40000, 'the method, Host header or target of the request is invalid');
  }
  try {
    const answer = await fetch(asked);
    return { status: answer.status, headers: linesOf(answer.headers), body: Buffer.from(await answer.arrayBuffer()) };
  } catch {
    return refusal(500, 50000, 'the sandbox could not answer');
  }
}

/** The lines of the headers. Links are a line each: some SDKs read only one of a line, and Headers joins them. */
function linesOf(headers) {
  return [...headers].flatMap(([name, value]) =>
    name === 'link' ? value.split(/, (?=<)/).map((link) => [name, link]) : [[name, value]],
  );
}

/** Upgrades a connection, or returns the response to one that is refused. */
async function upgradeTo(all, request, stream, head) {
  let asked;
  try {
    asked = askedFor(request, Buffer.alloc(0));
  } catch {
    return refusal(400, 40000, 'the method, Host header or target of the request is invalid');
  }
  const parts = { method: asked.method, url: asked.url, headers: [...asked.headers].flat() };
  const refused = all.refusal(parts);
  if (refused) return { ...refused, headers: pairs(refused.headers), body: Buffer.from(refused.body) };
  try {
    await upgrade(all, request, stream, head, parts);
  } catch {
    return refusal(500, 50000, 'the sandbox cannot open WebSockets: its dependency ws is not installed');
  }
}

/** @param {string[]} list alternating names and values */
function pairs(list) {
  return list.flatMap((name, at) => (at % 2 === 0 ? [[name, list[at + 1]]] : []));
}

/** Builds a Request with Host and Origin unchanged, because the sandbox checks them. */
function askedFor({ method, url, rawHeaders, headers, socket }, body) {
  const headerList = [];
  for (let at = 0; at < rawHeaders.length; at += 2) headerList.push([rawHeaders[at], rawHeaders[at + 1]]);
  const { localAddress, localPort, localFamily } = socket;
  // HTTP/1.0 requests may lack a Host header.
  const host =
    headers.host ?? (localFamily === 'IPv6' ? `[${localAddress}]:${localPort}` : `${localAddress}:${localPort}`);
  const hasBody = method !== 'GET' && method !== 'HEAD' && body.length > 0;
  const scheme = socket.encrypted ? 'https' : 'http';
  return new Request(url.startsWith('/') ? `${scheme}://${host}${url}` : url, {
    method,
    headers: headerList,
    body: hasBody ? body : undefined,
  });
}

function unreadable({ code }) {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return refusal(408, 40000, 'the request took too long to arrive');
  if (code === 'HPE_HEADER_OVERFLOW') return refusal(431, 40000, 'the headers of the request are too long');
  return refusal(400, 40000, 'the request is not valid HTTP/1.1');
}

function refusal(status, code, message) {
  const body = Buffer.from(
    JSON.stringify({ error: { message, code, statusCode: status, href: `https://help.ably.io/error/${code}` } }),
  );
  const headers = [
    ['Content-Type', 'application/json'],
    ['X-Ably-ErrorCode', String(code)],
    ['X-Ably-ErrorMessage', message],
  ];
  return { status, headers, body };
}

/** Writes a response to a socket that Node's server no longer handles. */
function finish(socket, { status, headers, body }) {
  const lines = [...headers, ['Connection', 'close'], ['Content-Length', body.length]].map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`);
  socket.write(body);
  socket.destroySoon();
}
