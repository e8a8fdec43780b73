// Examines what an endpoint gives: a token, a TokenDetails or a TokenRequest.
import { exposesKey } from './secret.js';
import { examineToken } from './token.js';
import { examineRequest } from './token-request.js';

/** Earlier than this a time is in seconds, and later in ms: the year 5138 in seconds, March 1973 in ms. */
const SECONDS_END = 1e11;

/**
 * @param {import('./answer.js').Answer} answer
 * @param {{ now: number, key?: string }} context
 * @returns {{ keyName?: string, capability?: string, clientId?: string, ttlSeconds?: number } | undefined} what is known of it
 */
export function examineAnswer(report, { kind, token, value }, context) {
  if (exposesKey(value ?? token, context.key))
    return report.fail(
      'secret',
      'the answer contains a whole API key, so every client has the key',
      'Revoke the key, and return a token that is signed with another one.',
    );
  if (kind === 'request') return examineRequest(report, value, context);
  if (kind === 'details' && !areDetails(report, value)) return undefined;
  if (typeof token !== 'string') return undefined;
  return examineToken(report, token, context, value);
}

function areDetails(report, { token, issued, expires }) {
  if (typeof token !== 'string' || token === '') {
    report.fail('shape', 'the TokenDetails has no token', 'Return the TokenDetails as it was issued.');
    return false;
  }
  const inSeconds = Object.entries({ issued, expires }).filter(([, ms]) => typeof ms === 'number' && ms < SECONDS_END);
  if (inSeconds.length === 0) return true;
  report.fail(
    'units',
    `${inSeconds.map(([name]) => name).join(' and ')} of the TokenDetails ${inSeconds.length === 1 ? 'is' : 'are'} in seconds`,
    'Give milliseconds since 1970. Only the claims of a JWT are in seconds.',
  );
  return false;
}
