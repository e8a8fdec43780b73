// Finds API keys where clients would see them.
import { KEY } from '../redact.js';

/** A key anywhere in the answer. A key that is known is found even if its form is unusual. */
export function exposesKey(given, key) {
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  const secret = key?.slice(key.indexOf(':') + 1);
  return new RegExp(KEY.source).test(text) || (secret?.length >= 8 && text.includes(secret));
}
