// Reads the answer of a token endpoint as ably-js does, and says what keeps ably-js from using it.
import { echoed } from '../redact.js';
import { MAX_BYTES } from './ask.js';

const TYPES = ['application/json', 'text/plain', 'application/jwt'];
const WITH_TYPE =
  'Set Content-Type to application/json for an object, or to application/jwt or text/plain for a token.';

/**
 * @typedef {{ kind: 'token' | 'details' | 'request', token?: string, value?: object }} Answer
 * @returns {{ answer: Answer } | { check: string, message: string, remediation: string }}
 */
export function readAnswer({ status, headers, body, tooLong }) {
  const refused = ofStatus(status, headers);
  if (refused !== undefined) return refused;
  const type = headers.get('content-type') ?? '';
  if (/text\/html/i.test(type) || /^\s*<(!doctype|html|head|body)\b/i.test(body))
    return fault(
      'html',
      'the endpoint answers with a page (HTML), not with a token',
      'Check the URL. A single-page app answers every unknown path with its page, and a login page hides the endpoint.',
    );
  if (body.trim() === '')
    return fault(
      'empty',
      `the answer is empty (status ${status})`,
      'Return a token, a TokenDetails or a TokenRequest.',
    );
  if (tooLong)
    return fault(
      'size',
      `the answer is larger than ${MAX_BYTES / 1024} KiB`,
      'Grant patterns such as chat:* instead of many channels.',
    );
  if (type === '') return fault('content-type', 'the answer has no Content-Type', WITH_TYPE);
  if (!TYPES.some((known) => type.toLowerCase().includes(known)))
    return fault('content-type', `the Content-Type is ${echoed(type)}, which ably-js does not accept`, WITH_TYPE);
  return type.toLowerCase().includes('application/json') ? ofJson(body) : ofText(body, type);
}

const fault = (check, message, remediation) => ({ check, message, remediation });

function ofStatus(status, headers) {
  if (status >= 300 && status < 400) {
    const location = headers.get('location');
    return fault(
      'redirect',
      `the endpoint redirects${location === null ? '' : ` to ${echoed(location.split('?')[0])}`} (status ${status})`,
      'Give the client the final address. A redirect to a login page means that the session is missing: answer with 401.',
    );
  }
  if (status >= 200 && status < 300) return undefined;
  const advice = {
    401: "Give the session of a user with --header 'Cookie: …' or --header 'Authorization: …'.",
    403: 'A 403 stops the client for good. Use it for banned users only. For the session of a user, see --header.',
    404: 'Check the URL.',
    405: 'Allow GET and POST.',
    429: 'Try again later, or allow more requests.',
  };
  return fault(
    'status',
    `the endpoint answers with status ${status}`,
    advice[status] ?? (status >= 500 ? "Look at the server's log." : 'Answer with status 200 and a token.'),
  );
}

function ofJson(body) {
  let value;
  try {
    value = JSON.parse(body);
  } catch {
    return fault(
      'body',
      'the answer is declared as JSON, and is not JSON',
      'Write it with JSON.stringify, or declare text/plain for a token.',
    );
  }
  if (typeof value === 'string') return ofText(value, 'application/json');
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fault('shape', 'the JSON is neither an object nor a text', SHAPES);
  if ('issued' in value) return { answer: { kind: 'details', value, token: value.token } };
  if ('keyName' in value) return { answer: { kind: 'request', value } };
  const names = Object.keys(value).slice(0, 5).map(echoed).join(', ');
  return fault(
    'shape',
    `the object has neither issued nor keyName${names === '' ? '' : ` (it has ${names})`}, so it is neither a TokenDetails nor a TokenRequest`,
    typeof value.token === 'string' ? 'Return the token alone, as text/plain, or a whole TokenDetails.' : SHAPES,
  );
}

const SHAPES = 'Return a token as text, a TokenDetails, or a TokenRequest.';

function ofText(text, type) {
  const token = text.trim();
  if (token === 'undefined' || token === 'null')
    return fault('body', `the token is the text "${token}"`, 'Check where the token is read: the value is missing.');
  if (token.startsWith('{') && !type.includes('application/jwt'))
    return fault(
      'double-encoded',
      type.includes('application/json') ? 'the JSON is encoded twice' : 'an object is sent as text',
      'Send the object once, with Content-Type application/json.',
    );
  if (/^["'].*["']$/s.test(token))
    return fault('body', 'the token is in quotation marks', 'Send the token alone, or declare application/json.');
  return { answer: { kind: 'token', token } };
}
