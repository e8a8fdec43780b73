// Checks that a token and a TokenRequest have in common.
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
