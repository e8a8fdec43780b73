// Requests and answers of the sandbox, as `fetch` and as servers know them.
import { globalNamed } from '../lib/module/globals.js';
import { kindOf, refuse } from '../lib/input/usage-error.js';

/** Answers with these have no body, and Response takes none. */
const BODILESS = [204, 205, 304];
/** What the second argument has when it is fetch's: that of a server's handler is something else. */
const INIT = ['method', 'headers', 'body', 'signal'];

/** A request's parts. Of the body `most` bytes and one more are read, which says that it is too long. */
export async function readRequest(input, init, endpoint, most) {
  const request = requestOf(input, init, endpoint);
  const headers = [];
  for (const [name, value] of request.headers) headers.push(name, value);
  return { method: request.method, url: request.url, headers, body: await readBody(request, most + 1) };
}

function requestOf(input, init, endpoint) {
  if (typeof input === 'string') return requestFrom(new URL(input, endpoint), init);
  if (typeof input !== 'object' || input === null)
    throw refuse('input', kindOf(input), 'a Request, a URL or an address');
  if (typeof input.href === 'string') return requestFrom(input.href, init);
  // Of another realm or library, perhaps, so that instanceof says nothing.
  if (typeof input.url !== 'string' || typeof input.method !== 'string')
    throw refuse('input', 'no Request', 'a Request, a URL or an address');
  return isInit(init) ? requestFrom(input, init) : input;
}

function requestFrom(input, init) {
  const Request = globalNamed('Request');
  return new Request(input, init);
}

/** Deno hands a handler where the request comes from, Bun the server, Workers their bindings. */
export function isInit(value) {
  return typeof value === 'object' && value !== null && INIT.some((name) => Object.hasOwn(value, name));
}

async function readBody(request, most) {
  if (request.body === null) return new Uint8Array(0);
  // Firefox has no streams of requests.
  if (request.body === undefined) return new Uint8Array(await request.arrayBuffer()).subarray(0, most);
  const chunks = [];
  let length = 0;
  const reader = request.body.getReader();
  for (let read; length < most && !(read = await reader.read()).done; ) {
    const chunk = read.value.subarray(0, most - length);
    chunks.push(chunk);
    length += chunk.byteLength;
  }
  if (length === most) reader.cancel().catch(() => {}); // nobody waits for the end of that
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}

/** The module's answer as a Response. */
export function responseOf({ status, headers, body }, method) {
  const [Headers, Response] = ['Headers', 'Response'].map(globalNamed);
  const list = new Headers();
  for (let i = 0; i < headers.length; i += 2) list.append(headers[i], headers[i + 1]);
  const isBare = method === 'HEAD' || BODILESS.includes(status);
  return new Response(isBare ? null : body, { status, headers: list });
}
