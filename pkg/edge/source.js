// Reads the source of the edge functions: a key, several keys of which the first signs, or an access token.
import { AblyAuthError } from '../lib/error.js';
import { NETWORK_OPTIONS, SOURCE_OPTIONS } from '../lib/input/network-options.js';
import { kindOf, readOptions, refuse } from '../lib/input/options.js';
import { createIssuer } from '../lib/issue.js';

const OPTIONS = new Set([...SOURCE_OPTIONS, ...NETWORK_OPTIONS, 'keys']);
const KEY_NOT_SET =
  'set the environment variable or secret that the key is read from, such as ABLY_API_KEY: it is probably not set';
const KEY_NOT_SET_YET = `${KEY_NOT_SET}. If the key is only available during requests, as "next build" has none, give a function as source: () => ({ key: process.env.ABLY_API_KEY })`;

/**
 * Returns the options to sign with, and every key that verifies earlier tokens. With an access token the module looks the
 * key up and never hands it out, so there is none to verify with.
 */
export function readSource(given, ifNotSet = KEY_NOT_SET) {
  const { keys, ...signing } = readOptions(given, OPTIONS, 'source');
  if (keys === undefined) {
    const { key, accessToken } = signing;
    if (key === undefined && accessToken === undefined) throw withoutKey(ifNotSet);
    return { signing, keys: key === undefined ? [] : [key] };
  }
  for (const name of ['key', 'accessToken'])
    if (signing[name] !== undefined) throw refuse('source.keys', `given together with ${name}`, 'only one of the two');
  if (!Array.isArray(keys) || keys.length === 0)
    throw refuse('source.keys', Array.isArray(keys) ? 'empty' : kindOf(keys), 'a list of keys. The first one signs');
  const list = Array.from(keys);
  return { signing: { ...signing, key: list[0] }, keys: list };
}

/** Reads a source that is known when the server starts, so that an invalid key is reported then and not with the first client. */
export function readSourceNow(given) {
  const source = readSource(given, KEY_NOT_SET_YET);
  if (source.signing.accessToken !== undefined) return source;
  for (const key of source.keys) createIssuer({ key });
  return source;
}

function withoutKey(remediation) {
  const path = 'source.key';
  return new AblyAuthError({ kind: 'usage', message: `${path} is undefined`, path, remediation });
}
