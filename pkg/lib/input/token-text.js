// Checks that a token is a string. The module examines strings that are not tokens.
import { clipped, kindOf, refuse } from './options.js';

export function tokenText(value) {
  if (typeof value === 'string') return clipped('token', value);
  const [found, wanted] = lookAt(value);
  throw refuse('token', found, wanted);
}

const A_STRING = 'a string, such as the token that issueJwt returns or that an Authorization header contains';

/** Describes the value, and what to give instead. */
function lookAt(value) {
  if (value === undefined || value === null)
    return [String(value), `${A_STRING}; the value is missing where it was read`];
  if (typeof value !== 'object') return [kindOf(value), A_STRING];
  try {
    if (typeof value.token === 'string')
      return ['an object that contains a token, such as TokenDetails', 'its token property'];
    if (typeof value.mac === 'string')
      return ['a TokenRequest', 'the token that Ably returns for it, which requestToken gets'];
    if (typeof value.headers?.get === 'function')
      return ['a Request or a Response', 'the token in its Authorization header, or the Request to verifyRequest'];
  } catch {
    // A getter that throws does not identify the value.
  }
  return [kindOf(value), A_STRING];
}
