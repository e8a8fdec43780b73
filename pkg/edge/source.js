// Reads the source of the edge functions: a key, several keys of which the first signs, or an access token.
import { NETWORK_OPTIONS, SOURCE_OPTIONS } from '../lib/input/network-options.js';
import { kindOf, readOptions, refuse } from '../lib/input/options.js';
import { createIssuer } from '../lib/issue.js';

const OPTIONS = new Set([...SOURCE_OPTIONS, ...NETWORK_OPTIONS, 'keys']);
const KEY_LATER =
  'a key, or a function such as () => ({ key: process.env.ABLY_API_KEY }) as source if the key is only available during requests: "next build" has none';

/**
 * Returns the options to sign with, and every key that verifies earlier tokens. With an access token the module looks the
 * key up and never hands it out, so there is none to verify with.
 */
export function readSource(given) {
  const { keys, ...signing } = readOptions(given, OPTIONS, 'source');
  if (keys === undefined) return { signing, keys: signing.key === undefined ? [] : [signing.key] };
  for (const name of ['key', 'accessToken'])
    if (signing[name] !== undefined) throw refuse('source.keys', `given together with ${name}`, 'only one of the two');
  if (!Array.isArray(keys) || keys.length === 0)
    throw refuse('source.keys', Array.isArray(keys) ? 'empty' : kindOf(keys), 'a list of keys. The first one signs');
  const list = Array.from(keys);
  return { signing: { ...signing, key: list[0] }, keys: list };
}

/** Reads a source that is known when the server starts, so that an invalid key is reported then and not with the first client. */
export function readSourceNow(given) {
  const source = readSource(given);
  if (source.signing.accessToken !== undefined) return source;
  if (source.keys.length === 0) throw refuse('source.key', 'undefined', KEY_LATER);
  for (const key of source.keys) createIssuer({ key });
  return source;
}
