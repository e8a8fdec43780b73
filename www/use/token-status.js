// What has become of a token: alive, expired, revoked, or revoked in a moment. The module decides, with
// the same rule by which Ably's answers are understood.
import { AblyAuthError, verifyJwt } from '../pkg/wasm.js';

/** Of a key of one's own that is not said: then a token is taken to be narrowed by nothing. */
const EVERYTHING = '{"[*]*":["*"]}';

/**
 * @param {{ token: string, issued: number, expires: number }} held
 * @param {string} key
 * @param {string | undefined} keyCapability What that key may do.
 * @param {import('../pkg/index.js').RevocationEntry[]} revocations
 * @returns {{ state: 'alive' | 'margin' | 'revoked' | 'expired', at: number, by?: import('../pkg/index.js').RevocationEntry }} `at`: when it ends, or ended
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
  // Only channels depend on it, and under another key the token may have nothing left.
  const narrowing = entry.target.startsWith('channel:') ? { keyCapability } : {};
  try {
    verifyJwt(token, { key, ...narrowing, revocations: [entry], now: Math.max(entry.appliesAt, issued) });
    return false;
  } catch (error) {
    if (error instanceof AblyAuthError) return error.kind === 'revoked';
    throw error;
  }
}
