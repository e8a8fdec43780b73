// What a client sends along, by ably-js's authUrl: in the query, or in the form that is posted.
import { AblyAuthError } from '../lib/error.js';
import { Decoder, Encoder } from '../lib/module/utf8.js';

/** Many times what authParams need. */
const MAX_BYTES = 64 * 1024;
const FORM = 'application/x-www-form-urlencoded';

/** What is wrong with the request, and so to be answered to it. */
export class Refused {
  constructor(statusCode, code, message) {
    Object.assign(this, { statusCode, code, message });
  }
}

/** A posted form comes first, then the query: ably-js leaves there what the address had. */
export async function readParams(request) {
  const query = new URL(request.url).searchParams;
  if (request.method !== 'POST') return query;
  // Of whatever type it is.
  if (Number(request.headers.get('Content-Length')) > MAX_BYTES) throw tooLarge();
  const type = request.headers.get('Content-Type') ?? '';
  // Of another type it is the developer's to read.
  if (type.split(';')[0].trim().toLowerCase() !== FORM) return query;
  const params = new URLSearchParams(await readText(request));
  for (const [name, value] of query) params.append(name, value);
  return params;
}

async function readText(request) {
  if (request.bodyUsed)
    throw new AblyAuthError({
      kind: 'usage',
      message: 'the body of the request was read before the endpoint was called; hand it on unread',
      path: 'request',
    });
  const bytes = new Uint8Array(MAX_BYTES);
  let length = 0;
  try {
    for await (const chunk of chunksOf(request)) {
      if (!ArrayBuffer.isView(chunk)) throw new TypeError('the body is no stream of bytes');
      if (length + chunk.byteLength > MAX_BYTES) throw tooLarge();
      bytes.set(chunk, length);
      length += chunk.byteLength;
    }
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(400, 40001, 'the body could not be read to its end');
  }
  return new Decoder().decode(bytes.subarray(0, length));
}

/** Of the stream that the standard has; of node-fetch's, which is Node's; or of text(), where the body is no stream at all. */
async function* chunksOf(request) {
  const { body } = request;
  if (typeof body?.getReader === 'function') {
    const reader = body.getReader();
    try {
      for (let read; !(read = await reader.read()).done; ) yield read.value;
    } finally {
      reader.cancel().catch(() => {}); // nobody waits for the end of that
    }
  } else if (typeof body?.[Symbol.asyncIterator] === 'function') {
    yield* body;
  } else if (body !== null && typeof request.text === 'function') {
    yield new Encoder().encode(await request.text());
  }
}

function tooLarge() {
  return new Refused(413, 40009, `the body is over the bound of ${MAX_BYTES} bytes`);
}
