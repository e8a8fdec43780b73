// Builds what the token endpoint answers with, with the headers that all of its responses have.
import { Draft } from './response.js';

/**
 * Returns the final Response for a draft, or a promise of the one for a Response of a callback.
 * @param {Record<string, string> | undefined} allowed the CORS headers
 */
export function finished(response, allowed, method) {
  if (!(response instanceof Draft)) return copied(response, allowed, method);
  const { status, body } = response;
  // Through a second Headers, so that servers send them in the order in which a copied Response has them.
  const headers = finalHeaders(new Headers(response.headers), allowed, method);
  return new Response(method === 'HEAD' ? null : body, { status, headers });
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
