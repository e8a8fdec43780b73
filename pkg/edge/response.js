// The responses of the edge kit.
import { globalNamed } from '../lib/module/globals.js';

const COMMON = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

export function answer(status, type, body, headers) {
  const Response = globalNamed('Response');
  return new Response(body, { status, headers: { ...COMMON, 'Content-Type': type, ...headers } });
}

/**
 * An error as Ably writes it. ably-js shows what the body says only if the code is in the header too.
 * @param {{ code: number, statusCode: number, message: string, headers?: object }} error
 */
export function refusal({ code, statusCode, message, headers }) {
  const error = { code, statusCode, message, href: `https://help.ably.io/error/${code}` };
  return answer(statusCode, 'application/json', JSON.stringify({ error }), {
    'X-Ably-ErrorCode': String(code),
    ...headers,
  });
}

/** By what it has: it may be of another realm than this module. */
export function isResponse(value) {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof value.status === 'number' &&
    typeof value.headers?.get === 'function' &&
    typeof value.text === 'function'
  );
}
