// Converts requests and responses between `fetch` and the sandbox's module.
import { globalNamed } from '../lib/module/globals.js';
import { kindOf, refuse } from '../lib/input/usage-error.js';

/** Statuses for which Response does not accept a body. */
const BODILESS = [204, 205, 304];
/** Members that tell the options of `fetch` from the second argument of a server's handler. */
const INIT = ['method', 'headers', 'body', 'signal'];

/** Reads a request. Reads at most one byte more than `most`, which is enough to tell that the body is too long. */
export async function readRequest(input, init, endpoint, most) {
  const request = requestOf(input, init, endpoint);
  return { ...readRequestParts(request), body: await readBody(request, most + 1) };
}

/** @returns {{ method: string, url: string, headers: string[] }} the headers alternate names and values */
export function readRequestParts({ method, url, headers }) {
  return { method, url, headers: [...headers].flat() };
}

function requestOf(input, init, endpoint) {
  if (typeof input === 'string') return requestFrom(new URL(input, endpoint), init);
  if (typeof input !== 'object' || input === null)
    throw refuse('input', kindOf(input), 'a Request, a URL or a URL string');
  if (typeof input.href === 'string') return requestFrom(input.href, init);
  // It may come from another realm or library, so instanceof does not work.
  if (typeof input.url !== 'string' || typeof input.method !== 'string')
    throw refuse('input', 'not a Request', 'a Request, a URL or a URL string');
  return isInit(init) ? requestFrom(input, init) : input;
}

function requestFrom(input, init) {
  const Request = globalNamed('Request');
  return new Request(input, init);
}

/** Handlers get other second arguments: connection info in Deno, the server in Bun, the bindings in Workers. */
export function isInit(value) {
  return typeof value === 'object' && value !== null && INIT.some((name) => Object.hasOwn(value, name));
}

async function readBody(request, most) {
  if (request.body === null) return new Uint8Array(0);
  // Firefox has no request.body.
  if (request.body === undefined) return new Uint8Array(await request.arrayBuffer()).subarray(0, most);
  const chunks = [];
  let length = 0;
  const reader = request.body.getReader();
  for (let read; length < most && !(read = await reader.read()).done; ) {
    const chunk = read.value.subarray(0, most - length);
    chunks.push(chunk);
    length += chunk.byteLength;
  }
  if (length === most) reader.cancel().catch(() => {}); // not awaited
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}

/** Converts the module's response to a Response. */
export function responseOf({ status, headers, body }, method) {
  const [Headers, Response] = ['Headers', 'Response'].map(globalNamed);
  const list = new Headers();
  for (let i = 0; i < headers.length; i += 2) list.append(headers[i], headers[i + 1]);
  const isBare = method === 'HEAD' || BODILESS.includes(status);
  return new Response(isBare ? null : body, { status, headers: list });
}
