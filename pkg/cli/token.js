// Reads the token argument and prints the fields of a token.
import { Failure } from './failure.js';
import { shownTime } from './time.js';

export const TOKEN_ARGUMENT = { name: 'TOKEN', text: 'The token, or - to read it from stdin. Defaults to ABLY_TOKEN' };

export async function readToken({ positionals, env, input, output }) {
  const [given] = positionals;
  const token = given === undefined ? env.ABLY_TOKEN : await input.value('the token', given);
  output.hide(token);
  if (token) return token.trim();
  throw new Failure('No token was given', { hint: 'Set ABLY_TOKEN, or pipe the token in and give - as the argument.' });
}

/** The fields by the names that issue-jwt-token uses. */
export function tokenFields({
  appId,
  capability,
  clientId,
  expires,
  issued,
  keyName,
  revocationKey,
  claims,
  diagnostics,
}) {
  return {
    appId,
    capability: capability === undefined ? undefined : JSON.parse(capability),
    clientId,
    expires: isoOf(expires),
    issued: isoOf(issued),
    keyId: keyName,
    revocationKey,
    claims,
    diagnostics,
  };
}

export function showToken(output, { appId, capability, clientId, expires, issued, keyName, revocationKey }) {
  const rows = {
    'App ID': appId,
    'Key ID': keyName,
    'Client ID': clientId,
    Issued: issued === undefined ? undefined : shownTime(issued),
    Expires: expires === undefined ? undefined : shownTime(expires),
    'Revocation Key': revocationKey,
    Capability: capability,
  };
  for (const [label, value] of Object.entries(rows)) if (value !== undefined) output.field(label, value);
}

/** An unverified token may contain a time that is out of range for a Date. */
function isoOf(ms) {
  if (ms === undefined) return undefined;
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms);
}
