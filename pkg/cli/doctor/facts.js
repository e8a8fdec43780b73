// Checks that a token and a TokenRequest have in common.
import { parseCapability } from '../api.js';
import { duration } from './report.js';

const MIN_TTL_SECONDS = 600;
const MAX_TTL_SECONDS = 86_400;

export function examineLifetime(report, ttlSeconds) {
  if (ttlSeconds < MIN_TTL_SECONDS)
    report.fail(
      'lifetime',
      `the token lives for ${duration(ttlSeconds)} only`,
      'Let tokens live for 10 minutes or more.',
    );
  else if (ttlSeconds > MAX_TTL_SECONDS)
    report.fail(
      'lifetime',
      `the token lives for ${duration(ttlSeconds)}`,
      'Ably accepts 24 hours at most, 1 hour if the key has revocable tokens.',
    );
  else report.pass('lifetime', `the token lives for ${duration(ttlSeconds)}`);
}

export function examineClientId(report, clientId) {
  if (clientId === '*')
    report.fail(
      'client-id',
      'the client id is *, so the client may claim to be anybody',
      'Issue the token with the client id of the user.',
    );
  else if (clientId === undefined) report.note('client-id', 'the token has no client id: the client is unidentified');
  else report.pass('client-id', `the client id is ${JSON.stringify(clientId)}`);
}

/** Beside a token and in a TokenRequest, a capability is JSON text. */
export function canBeRead(report, capability) {
  const fault = faultOf(capability);
  if (fault === undefined) return true;
  report.fail('claims', `the capability cannot be read: ${fault}`, 'Give it as JSON text, with JSON.stringify.');
  return false;
}

function faultOf(capability) {
  if (typeof capability !== 'string') return 'it is not text';
  try {
    parseCapability(capability);
    return undefined;
  } catch (error) {
    if (error.kind !== 'capability') throw error;
    return error.message;
  }
}
