// Examines a TokenRequest, which the client exchanges for a token at Ably.
import { createTokenRequest } from '../api.js';
import { canBeRead, examineClientId, examineLifetime } from './facts.js';
import { duration } from './report.js';

const NEEDED = { keyName: 'string', timestamp: 'number', nonce: 'string', mac: 'string' };
const MIN_NONCE_CHARACTERS = 16;
const MAX_CLOCK_DIFFERENCE_MS = 120_000;
const SECONDS_END = 1e11;
const DEFAULT_TTL_SECONDS = 3600;
/** A number of ms below this is a lifetime that nobody means, and in seconds it is a common one. */
const MAX_TTL_IN_SECONDS = 86_400;

export function examineRequest(report, request, { now, key }) {
  const { keyName, timestamp, nonce, ttl, capability, clientId } = request;
  const wrong = Object.entries(NEEDED).filter(([name, type]) => typeof request[name] !== type);
  if (wrong.length > 0)
    return report.fail(
      'shape',
      `the TokenRequest has no ${wrong.map(([name]) => name).join(', ')}`,
      'Create it with createTokenRequest.',
    );
  if (capability !== undefined && !canBeRead(report, capability)) return undefined;
  if (timestamp < SECONDS_END)
    return report.fail('units', 'the timestamp of the TokenRequest is in seconds', 'Give milliseconds: Date.now().');
  if (ttl !== undefined && ttl <= MAX_TTL_IN_SECONDS)
    return report.fail(
      'units',
      `the ttl of the TokenRequest is ${ttl}, which looks like seconds`,
      'Give milliseconds.',
    );
  const difference = timestamp - now;
  if (Math.abs(difference) > MAX_CLOCK_DIFFERENCE_MS)
    return report.fail(
      'clock',
      `the timestamp is ${duration(Math.round(Math.abs(difference) / 1000))} ${difference > 0 ? 'ahead of' : 'behind'} the clock here, and Ably allows 2 minutes (40104)`,
      "Set the server's clock (NTP), and create a new TokenRequest for each request.",
    );
  if (nonce.length < MIN_NONCE_CHARACTERS)
    report.fail(
      'nonce',
      `the nonce has ${nonce.length} characters, and Ably wants ${MIN_NONCE_CHARACTERS} or more`,
      'Use a random text.',
    );
  const ttlSeconds = ttl === undefined ? DEFAULT_TTL_SECONDS : ttl / 1000;
  examineLifetime(report, ttlSeconds);
  examineClientId(report, clientId);
  examineMac(report, request, key);
  return { keyName, capability, clientId: clientId ?? null, ttlSeconds };
}

/** The mac covers every other field, so signing the same fields gives the same mac. */
function examineMac(report, { keyName, timestamp, nonce, ttl, capability, clientId, mac }, key) {
  if (key === undefined || key.split(':')[0] !== keyName)
    return report.note('signature', 'the mac is not checked: there is no key, or another one');
  let signed;
  try {
    signed = createTokenRequest({
      key,
      nonce,
      now: timestamp,
      capability,
      clientId,
      ...(ttl !== undefined && { ttlSeconds: ttl / 1000 }),
    });
  } catch (error) {
    if (error.name !== 'AblyAuthError') throw error;
    return report.fail('claims', error.message, error.remediation ?? 'Create it with createTokenRequest.');
  }
  return signed.mac === mac
    ? report.pass('signature', `the mac matches the key ${keyName}`)
    : report.fail(
        'signature',
        'the mac does not match the key',
        'Sign exactly what is sent: the canonical capability, and the ttl in milliseconds.',
      );
}
