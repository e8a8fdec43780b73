// The status of a token: alive, expired, revoked, or about to be revoked. The module decides, by the rule that
// verifyJwt applies.
import { AblyAuthError } from '../pkg/lib/error.js';
import { verifyJwt } from '../pkg/lib/verify.js';

/** Used if the capability of the user's own key is unknown: it leaves the token's capability unchanged. */
const EVERYTHING = '{"[*]*":["*"]}';

/**
 * @param {{ token: string, issued: number, expires: number }} held
 * @param {string} key
 * @param {string | undefined} keyCapability the capability of that key
 * @param {import('../pkg/index.js').RevocationEntry[]} revocations
 * @returns {{ state: 'alive' | 'margin' | 'revoked' | 'expired', at: number, by?: import('../pkg/index.js').RevocationEntry }} `at`: the end of the token
 */
export function fateOf({ token, expires, issued }, key, keyCapability, revocations, now = Date.now()) {
  const fatal = revocations
    .filter((entry) => key !== undefined && fells(token, key, keyCapability ?? EVERYTHING, entry, issued))
    .sort((a, b) => a.appliesAt - b.appliesAt)[0];
  if (fatal && fatal.appliesAt < expires)
    return { state: fatal.appliesAt <= now ? 'revoked' : 'margin', at: fatal.appliesAt, by: fatal };
  return { state: expires <= now ? 'expired' : 'alive', at: expires };
}

function fells(token, key, keyCapability, entry, issued) {
  // Only channel targets depend on the key's capability, and the intersection with another key's may be empty.
  const narrowing = entry.target.startsWith('channel:') ? { keyCapability } : {};
  try {
    verifyJwt(token, { key, ...narrowing, revocations: [entry], now: Math.max(entry.appliesAt, issued) });
    return false;
  } catch (error) {
    if (error instanceof AblyAuthError) return error.kind === 'revoked';
    throw error;
  }
}
