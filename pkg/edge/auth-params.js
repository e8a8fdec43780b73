// Reads the parameters that ably-js sends to authUrl, from the query or a posted form.
import { AblyAuthError } from '../lib/error.js';
import { Decoder } from '../lib/module/utf8.js';
import { paramsOf } from './address.js';
import { chunksOf } from './body.js';

/** Far more than authParams need. */
const MAX_BYTES = 64 * 1024;
const FORM = 'application/x-www-form-urlencoded';

/** An error in the request, to be sent as the response. */
export class Refused {
  constructor(statusCode, code, message) {
    Object.assign(this, { statusCode, code, message });
  }
}

/**
 * Reads the posted form, then the query: for a POST, ably-js keeps the parameters of the URL in the query. Returns a promise
 * if there is a form.
 */
export function readParams(request) {
  const query = paramsOf(request.url);
  if (request.method !== 'POST') return query;
  // Applies to a body of any type.
  refuseLong(request);
  // A body of another type is left for `authenticate` to read.
  return contentType(request) === FORM ? readForm(request, query) : query;
}

async function readForm(request, query) {
  const params = new URLSearchParams(await readText(request));
  for (const [name, value] of query) params.append(name, value);
  return params;
}

/** The content type without its parameters. */
export function contentType(request) {
  return (request.headers.get('Content-Type') ?? '').split(';')[0].trim().toLowerCase();
}

function refuseLong(request) {
  if (Number(request.headers.get('Content-Length')) > MAX_BYTES) throw tooLarge();
}

/** Reads the body, up to the limit. */
export async function readText(request) {
  refuseLong(request);
  if (request.bodyUsed)
    throw new AblyAuthError({
      kind: 'usage',
      message: 'the body of the request was read before the endpoint was called',
      path: 'request',
      remediation: 'pass the request on unread, or a clone of it',
    });
  const bytes = new Uint8Array(MAX_BYTES);
  let length = 0;
  try {
    for await (const chunk of chunksOf(request)) {
      if (!ArrayBuffer.isView(chunk)) throw new TypeError('the body is not a stream of bytes');
      if (length + chunk.byteLength > MAX_BYTES) throw tooLarge();
      bytes.set(chunk, length);
      length += chunk.byteLength;
    }
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(400, 40001, 'the body could not be read completely');
  }
  return new Decoder().decode(bytes.subarray(0, length));
}

function tooLarge() {
  return new Refused(413, 40009, `the body is over the limit of ${MAX_BYTES} bytes`);
}
