// A token that is to be read: where it comes from, and how it is shown.
import { Failure } from './failure.js';

export const TOKEN_ARGUMENT = { name: 'TOKEN', text: 'The token, or - to read it from stdin; defaults to ABLY_TOKEN' };

export async function readToken({ positionals, env, input, output }) {
  const [given] = positionals;
  const token = given === undefined ? env.ABLY_TOKEN : await input.value('the token', given);
  output.hide(token);
  if (token) return token.trim();
  throw new Failure('There is no token', { hint: 'Pipe it in and write - for it, or set ABLY_TOKEN.' });
}

/** Names as issue-jwt-token has them. */
export function tokenFields({ appId, capability, clientId, expires, issued, keyName, revocationKey, claims, issues }) {
  return {
    appId,
    capability: capability === undefined ? undefined : JSON.parse(capability),
    clientId,
    expires: isoOf(expires),
    issued: isoOf(issued),
    keyId: keyName,
    revocationKey,
    claims,
    issues,
  };
}

export function showToken(output, { appId, capability, clientId, expires, issued, keyName, revocationKey }) {
  const rows = {
    'App ID': appId,
    'Key ID': keyName,
    'Client ID': clientId,
    Issued: isoOf(issued),
    Expires: isoOf(expires),
    'Revocation Key': revocationKey,
    Capability: capability,
  };
  for (const [label, value] of Object.entries(rows)) if (value !== undefined) output.field(label, value);
}

/** A token says what it likes: a time beyond all calendars too. */
function isoOf(ms) {
  if (ms === undefined) return undefined;
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms);
}
