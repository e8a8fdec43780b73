// Reads and checks the options of verifyWebhook.
import { AblyAuthError } from '../lib/error.js';
import { readKnown } from '../lib/input/read-options.js';
import { time } from '../lib/input/time.js';
import { kindOf, refuse, refuseSecret } from '../lib/input/usage-error.js';

const KNOWN = new Set(['key', 'keys', 'maxAgeSeconds', 'maxBytes', 'now']);
/** A batch has at most 1,000 events. Larger than any seen, and small beside the memory of a Worker. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Ably retries a batch for five minutes. The rest is for clocks that differ. */
const MAX_AGE_SECONDS = 600;
/** The name and the secret. A secret may contain further colons. */
const KEY = /^([^.:]+\.[^.:]+):([!-~]+)$/;

export function readWebhookOptions(options) {
  const given = readKnown(options, KNOWN, 'options', refuseOption);
  const { key, keys, maxAgeSeconds = MAX_AGE_SECONDS, maxBytes = MAX_BYTES, now } = given;
  if (!(typeof maxAgeSeconds === 'number' && maxAgeSeconds > 0))
    throw refuse('maxAgeSeconds', found(maxAgeSeconds), 'a number of seconds above 0, or Infinity for any age');
  if (!(Number.isSafeInteger(maxBytes) && maxBytes > 0))
    throw refuse('maxBytes', found(maxBytes), 'a whole number of bytes above 0');
  return { keys: readKeys(key, keys), maxAgeSeconds, maxBytes, now: time(now) };
}

const found = (value) => (typeof value === 'number' ? String(value) : kindOf(value));

function refuseOption(name, known) {
  throw new AblyAuthError({
    kind: 'usage',
    message: `there is no option ${JSON.stringify(name.slice(0, 100))}`,
    path: name,
    remediation: `the options are ${[...known].join(', ')}`,
  });
}

function readKeys(key, keys) {
  if (keys === undefined) return [readKey('key', key)];
  if (key !== undefined) throw refuse('key', 'given together with keys', 'only one of the two');
  if (!Array.isArray(keys) || keys.length === 0)
    throw refuse('keys', Array.isArray(keys) ? 'empty' : kindOf(keys), 'a list of keys');
  return Array.from(keys, (one, index) => readKey(`keys[${index}]`, one));
}

function readKey(path, value) {
  if (typeof value !== 'string') throw refuseSecret(path, value);
  const [, name, secret] = KEY.exec(value) ?? [];
  if (name !== undefined && /^[!-~]+$/.test(name)) return { name, id: name.slice(name.indexOf('.') + 1), secret };
  throw new AblyAuthError({
    kind: 'key',
    message: `${path} is not an API key`,
    code: 40005,
    statusCode: 400,
    path,
    remediation: 'give the whole key that the rule signs with, as the dashboard shows it: appId.keyId:secret',
  });
}
