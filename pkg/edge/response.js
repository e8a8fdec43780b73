// Builds the responses of the edge functions.
import { globalNamed } from '../lib/module/globals.js';

const COMMON = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

/** A response before it is built. The token endpoint adds headers at the end, and a Response costs more than a signature. */
export class Draft {
  constructor(status, body, headers) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** One object for each content type, of which there are three. */
const headersOfTokens = new Map();

/** Drafts the response with a token. No other draft has the status 200. */
export function draftToken(type, body) {
  let headers = headersOfTokens.get(type);
  if (headers === undefined) headersOfTokens.set(type, (headers = { ...COMMON, 'Content-Type': type }));
  return new Draft(200, body, headers);
}

/**
 * Drafts an error response in Ably's format. ably-js shows the message in the body only if the header has the code too.
 * @param {{ code: number, statusCode: number, message: string, headers?: object }} error
 */
export function draftRefusal({ code, statusCode, message, headers }) {
  const error = { code, statusCode, message, href: `https://help.ably.io/error/${code}` };
  return new Draft(statusCode, JSON.stringify({ error }), {
    ...COMMON,
    'Content-Type': 'application/json',
    'X-Ably-ErrorCode': String(code),
    ...headers,
  });
}

/** The response of {@link draftRefusal}. */
export function refusal(error) {
  const Response = globalNamed('Response');
  const { status, body, headers } = draftRefusal(error);
  return new Response(body, { status, headers });
}

/** Recognises a Response by its members, because it may come from another realm. */
export function isResponse(value) {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof value.status === 'number' &&
    typeof value.headers?.get === 'function' &&
    typeof value.text === 'function'
  );
}
