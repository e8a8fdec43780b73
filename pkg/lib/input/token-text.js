// What callers hand in as a token. Texts that are none are the module's to tell apart.
import { clipped, kindOf, refuse } from './options.js';

export function tokenText(value) {
  if (typeof value === 'string') return clipped('token', value);
  const [found, wanted] = lookAt(value);
  throw refuse('token', found, wanted);
}

const A_STRING = 'a string, as issueJwt gives it and an Authorization header has it';

/** What it is, and what to give in its place. */
function lookAt(value) {
  if (value === undefined || value === null) return [String(value), `${A_STRING}: where it was read, there is none`];
  if (typeof value !== 'object') return [kindOf(value), A_STRING];
  try {
    if (typeof value.token === 'string')
      return ['an object with a token in it, such as TokenDetails', 'its member token'];
    if (typeof value.mac === 'string')
      return ['a TokenRequest', 'the token that Ably gives for it: requestToken asks for one'];
    if (typeof value.headers?.get === 'function')
      return ['a Request or a Response', 'the token in its Authorization header, or the Request to verifyRequest'];
  } catch {
    // A member that throws says nothing of what this is.
  }
  return [kindOf(value), A_STRING];
}
