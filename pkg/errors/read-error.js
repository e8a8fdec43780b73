// Reads the code and the message of an error in any of the forms in which one meets it.
import { codeIn } from './codes.js';

/** An error is read with its causes, and a chain of causes that is longer is a circle. */
const MAX_DEPTH = 5;

/**
 * @param {unknown} error a code, a text, an ErrorInfo, an AblyAuthError, the body or the Response of a failed request
 * @returns {{ code?: number, statusCode?: number, message?: string, cause?: object }}
 */
export function readError(error, depth = 0) {
  if (typeof error === 'number') return { code: error };
  if (typeof error === 'string') return readText(error, depth);
  if (typeof error !== 'object' || error === null) return {};
  const inner = memberOf(error, 'error');
  if (typeof inner === 'object' && inner !== null && memberOf(error, 'code') === undefined)
    return readError(inner, depth);
  const message = textOf(memberOf(error, 'message'));
  const read = {
    code: codeOf(memberOf(error, 'code')) ?? headerCode(error) ?? (message === undefined ? undefined : codeIn(message)),
    statusCode: codeOf(memberOf(error, 'statusCode')) ?? codeOf(memberOf(error, 'status')),
    message,
  };
  const cause = memberOf(error, 'cause');
  if (typeof cause !== 'object' || cause === null || depth === MAX_DEPTH) return read;
  const deeper = readError(cause, depth + 1);
  // A cause without a code, such as a network error, says nothing about Ably.
  return deeper.code === undefined ? read : { ...read, cause: deeper };
}

function readText(text, depth) {
  const trimmed = text.trim();
  if (/^\d{1,6}$/.test(trimmed)) return { code: Number(trimmed) };
  if (trimmed.startsWith('{') && depth === 0) {
    try {
      return readError(JSON.parse(trimmed), depth + 1);
    } catch {
      // Not JSON after all: a message that begins with a brace.
    }
  }
  return { code: codeIn(text), message: text };
}

const codeOf = (value) => {
  const number = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value;
  return Number.isInteger(number) ? number : undefined;
};

const textOf = (value) => (typeof value === 'string' && value !== '' ? value : undefined);

/** The edge's flood protection sends no body, only headers. */
function headerCode(error) {
  const headers = memberOf(error, 'headers');
  return typeof headers?.get === 'function' ? codeOf(headers.get('x-ably-errorcode') ?? undefined) : undefined;
}

function memberOf(object, name) {
  try {
    return object[name];
  } catch {
    return undefined; // a getter that throws
  }
}
