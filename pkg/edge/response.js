// Builds the responses of the edge functions.
import { globalNamed } from '../lib/module/globals.js';

const COMMON = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

export function answer(status, type, body, headers) {
  const Response = globalNamed('Response');
  return new Response(body, { status, headers: { ...COMMON, 'Content-Type': type, ...headers } });
}

/**
 * Builds an error response in Ably's format. ably-js shows the message in the body only if the header has the code too.
 * @param {{ code: number, statusCode: number, message: string, headers?: object }} error
 */
export function refusal({ code, statusCode, message, headers }) {
  const error = { code, statusCode, message, href: `https://help.ably.io/error/${code}` };
  return answer(statusCode, 'application/json', JSON.stringify({ error }), {
    'X-Ably-ErrorCode': String(code),
    ...headers,
  });
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
