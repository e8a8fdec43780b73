// What has become of a token: alive, expired, revoked, or revoked in a moment. The module decides, with
// the same rule by which Ably's answers are understood.
import { AblyAuthError, verifyJwt } from './pkg/wasm.js';

/**
 * @param {{ token: string, issued: number, expires: number }} held
 * @param {string} key
 * @param {import('./pkg/index.js').RevocationEntry[]} revocations
 * @returns {{ state: 'alive' | 'margin' | 'revoked' | 'expired', at: number, by?: import('./pkg/index.js').RevocationEntry }} `at`: when it ends, or ended
 */
export function fateOf({ token, expires, issued }, key, revocations, now = Date.now()) {
  const fatal = revocations
    .filter((entry) => key !== undefined && fells(token, key, entry, issued))
    .sort((a, b) => a.appliesAt - b.appliesAt)[0];
  if (fatal && fatal.appliesAt < expires) return { state: fatal.appliesAt <= now ? 'revoked' : 'margin', at: fatal.appliesAt, by: fatal };
  return { state: expires <= now ? 'expired' : 'alive', at: expires };
}

function fells(token, key, entry, issued) {
  try {
    verifyJwt(token, { key, revocations: [entry], now: Math.max(entry.appliesAt, issued) });
    return false;
  } catch (error) {
    if (error instanceof AblyAuthError) return error.kind === 'revoked';
    throw error;
  }
}
