// Runs a function from Request to Response, such as a token endpoint, behind node:http, Express, Connect or Fastify.
import { Readable } from 'node:stream';
import { AblyAuthError } from '../lib/error.js';
import { kindOf, refuse } from '../lib/input/usage-error.js';

/**
 * @param {(request: Request, incoming: any) => Response | Promise<Response>} endpoint
 * @returns a handler `(request, response, next?)`
 */
export function toNodeHandler(endpoint) {
  if (typeof endpoint !== 'function')
    throw refuse('endpoint', kindOf(endpoint), 'the function that createTokenEndpoint returns');
  return async (request, response, next) => {
    try {
      const [incoming, outgoing] = nodeObjects(request, response);
      const answer = await endpoint(toRequest(incoming, request, closing(outgoing)), request);
      await write(answer, incoming.method, outgoing);
    } catch (error) {
      if (typeof next !== 'function') throw error;
      next(error);
    }
  };
}

/** The objects of node:http. Fastify wraps them, and must be told that it does not send the response. */
function nodeObjects(request, response) {
  if (isIncomingMessage(request)) return [request, response];
  if (!isIncomingMessage(request?.raw))
    throw refuse('request', kindOf(request), 'the request of node:http, Express or Fastify');
  if (typeof response?.hijack === 'function') response.hijack();
  return [request.raw, response.raw];
}

function isIncomingMessage(value) {
  return typeof value?.httpVersion === 'string' && Array.isArray(value.rawHeaders);
}

/**
 * @param {import('node:http').IncomingMessage} incoming
 * @param {object} wrapped the framework's request, which may have a parsed `body`
 * @param {AbortSignal} signal
 */
function toRequest(incoming, wrapped, signal) {
  const headers = new Headers();
  const { rawHeaders, method } = incoming;
  // HTTP/2 puts the method, path and host into headers that begin with a colon.
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (!rawHeaders[i].startsWith(':')) headers.append(rawHeaders[i], rawHeaders[i + 1]);
  const host = headers.get('host') ?? incoming.headers[':authority'] ?? 'localhost';
  if (!headers.has('host')) headers.set('host', host);
  // Express and Fastify know the protocol in front of a trusted proxy; Express removes the mount path from `url`.
  const protocol = wrapped.protocol ?? (incoming.socket.encrypted ? 'https' : 'http');
  const url = `${protocol}://${host}${incoming.originalUrl ?? incoming.url}`;
  const body = method === 'GET' || method === 'HEAD' ? undefined : bodyOf(incoming, wrapped, headers);
  return new Request(url, { method, headers, body, signal, duplex: 'half' });
}

/** The stream, or what a body parser has made of it. */
function bodyOf(incoming, { body }, headers) {
  if (body !== undefined && incoming.readableDidRead) return encoded(body, headers);
  if (!incoming.readableDidRead) return Readable.toWeb(incoming);
  throw new AblyAuthError({
    kind: 'usage',
    message: 'the body of the request was already read, and request.body is undefined',
    path: 'request.body',
    remediation: 'mount the token endpoint before whatever reads the body, or let that set request.body',
  });
}

function encoded(body, headers) {
  // The length is that of the body as it was sent, before it was parsed.
  headers.delete('content-length');
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  if (!(headers.get('content-type') ?? '').startsWith('application/x-www-form-urlencoded')) return JSON.stringify(body);
  const pairs = Object.entries(body).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]));
  return new URLSearchParams(pairs).toString();
}

/** Aborts when the client goes away before it has the whole response. */
function closing(outgoing) {
  const controller = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) controller.abort();
  });
  return controller.signal;
}

async function write(answer, method, outgoing) {
  outgoing.statusCode = answer.status;
  // Middleware such as compression may have set Vary for reasons of its own.
  for (const [name, value] of answer.headers)
    if (name === 'vary' || name === 'set-cookie') outgoing.appendHeader(name, value);
    else outgoing.setHeader(name, value);
  const body = new Uint8Array(await answer.arrayBuffer());
  outgoing.end(method === 'HEAD' ? undefined : body);
}
