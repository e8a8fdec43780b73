// Builds what the token endpoint answers with, with the headers that all of its responses have.
import { Draft } from './response.js';

const ALLOWED_ORIGIN = 'Access-Control-Allow-Origin';
/** How much of the headers of tokens is kept, in characters of their keys and about what a Headers takes besides. */
const MAX_KEPT = 64 * 1024;
const PER_KEPT = 1024;

/**
 * Creates the function that returns the final Response for a draft, or a promise of the one for a Response of a callback.
 * The CORS options are the same in all of its calls.
 */
export function createFinish() {
  const headersOfToken = keptHeaders();
  /** @param {Record<string, string> | undefined} allowed the CORS headers */
  return (response, allowed, method) => {
    if (!(response instanceof Draft)) return copied(response, allowed, method);
    const { status, body } = response;
    const headers =
      status === 200 ? headersOfToken(response.headers, allowed) : ofDraft(response.headers, allowed, method);
    return new Response(method === 'HEAD' ? null : body, { status, headers });
  };
}

/** Through a second Headers, so that servers send them in the order in which a copied Response has them. */
function ofDraft(headers, allowed, method) {
  return finalHeaders(new Headers(headers), allowed, method);
}

/** The headers of tokens differ by content type and origin only, so they are built once; a Response copies them. */
function keptHeaders() {
  const kept = new Map();
  let size = 0;
  let madeBy;
  return (headers, allowed) => {
    // A Response of a polyfill may not know the Headers that was there before it.
    if (madeBy !== Headers) {
      madeBy = Headers;
      kept.clear();
      size = 0;
    }
    const [type, origin] = [headers['Content-Type'], allowed[ALLOWED_ORIGIN]];
    const key = origin === undefined ? type : `${type} ${origin}`;
    const found = kept.get(key);
    if (found !== undefined) return found;
    const made = ofDraft(headers, allowed, 'GET');
    // Any origin may ask where a function decides.
    size += key.length + PER_KEPT;
    if (size > MAX_KEPT) {
      kept.clear();
      size = key.length + PER_KEPT;
    }
    if (size <= MAX_KEPT) kept.set(key, made);
    return made;
  };
}

/** A Response of somebody else is copied, because the headers of one from fetch are immutable. */
async function copied(response, allowed, method) {
  const headers = finalHeaders(response.headers, allowed, method);
  const { status, statusText } = response;
  // The whatwg-fetch polyfill, which is used with jsdom, has no `body`.
  const body = response.body === undefined ? (await response.text()) || null : response.body;
  return new Response(method === 'HEAD' ? null : body, { status, statusText, headers });
}

function finalHeaders(given, allowed, method) {
  const headers = new Headers(given);
  for (const [name, value] of Object.entries(allowed ?? {})) headers.set(name, value);
  headers.append('Vary', method === 'OPTIONS' ? 'Origin, Access-Control-Request-Headers' : 'Origin, Accept');
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  return headers;
}
