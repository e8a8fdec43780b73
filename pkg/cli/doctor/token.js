// Examines a token: its claims, its times, its client id and its signature.
import { decodeJwt, verifyJwt } from '../api.js';
import { canBeRead, examineClientId, examineLifetime } from './facts.js';
import { exposesKey } from './secret.js';

const MAX_TOKEN_BYTES = 7000;
/** Earlier than this a time is in seconds, and later in ms: the year 5138 in seconds, March 1973 in ms. */
const SECONDS_END = 1e11;
/** Claims that lack the prefix, by the letters of their names. */
const MISSPELT = new Map([
  ['capability', 'x-ably-capability'],
  ['capabilities', 'x-ably-capability'],
  ['xablycapability', 'x-ably-capability'],
  ['clientid', 'x-ably-clientId'],
  ['xablyclientid', 'x-ably-clientId'],
  ['revocationkey', 'x-ably-revocation-key'],
  ['xablyrevocationkey', 'x-ably-revocation-key'],
]);

export function examineToken(report, token, { now, key }, details = {}) {
  let decoded;
  try {
    decoded = decodeJwt(token, { now });
  } catch (error) {
    if (error.kind !== 'token') throw error;
    return opaque(report, token, error, details);
  }
  const { keyName, capability, clientId, issued, expires, claims } = decoded;
  const { iat, exp } = claims;
  if (
    exposesKey(JSON.stringify([decoded.header, claims]), key) ||
    /whole API key/.test(decoded.diagnostics[0]?.message)
  )
    return report.fail(
      'secret',
      'the token contains a whole API key, which every client can read',
      'Revoke the key. The kid of a token is the key name alone: the part before the colon.',
    );
  if ([iat, exp].some((time) => time >= SECONDS_END))
    return report.fail(
      'units',
      'iat and exp are in milliseconds',
      'Give seconds since 1970: Math.floor(Date.now() / 1000).',
    );
  if (!hasFineClaims(report, decoded)) return undefined;
  const ttlSeconds = (expires - issued) / 1000;
  examineLifetime(report, ttlSeconds);
  examineClientId(report, clientId);
  if (token.length > MAX_TOKEN_BYTES)
    report.fail(
      'size',
      `the token has ${token.length} characters, and servers refuse headers of about 8 KB`,
      'Grant patterns such as chat:* instead of many channels, or use requestToken.',
    );
  examineSignature(report, token, { key, keyName, now });
  return { keyName, capability, clientId: clientId ?? null, ttlSeconds };
}

/** An Ably token looks like `appId.text`. Only Ably can read it, but a TokenDetails says what it is. */
function opaque(report, token, error, { keyName, capability, clientId, issued, expires }) {
  if (!/^[\w-]+\.[\w-]{10,}$/.test(token) || !/Ably token/.test(error.message)) {
    report.fail('token', error.message, error.remediation ?? 'Return the token that was issued, unchanged.');
    return undefined;
  }
  report.note('token', 'this looks like an Ably token, which only Ably can read');
  const ttlSeconds = typeof expires === 'number' && typeof issued === 'number' ? (expires - issued) / 1000 : undefined;
  if (ttlSeconds !== undefined) examineLifetime(report, ttlSeconds);
  if (capability === undefined) return { keyName, ttlSeconds };
  if (!canBeRead(report, capability)) return undefined;
  examineClientId(report, clientId);
  return { keyName, capability, clientId: clientId ?? null, ttlSeconds };
}

function hasFineClaims(report, { diagnostics, claims }) {
  const misspelt = Object.keys(claims).flatMap((name) => {
    const meant = MISSPELT.get(name.replace(/[^a-z]/gi, '').toLowerCase());
    return meant === undefined || meant === name ? [] : [`${JSON.stringify(name)} (${meant})`];
  });
  const unknown = diagnostics.filter(({ code }) => code === 'unknown-claim');
  for (const { path, suggestion } of unknown) {
    const [, name] = /\["(.*)"\]/.exec(path) ?? [];
    if (name !== undefined && !misspelt.some((one) => one.includes(`"${name}"`)))
      misspelt.push(`"${name}"${suggestion === undefined ? '' : ` (${suggestion})`}`);
  }
  const form = diagnostics.filter(({ severity, code }) => severity === 'error' && !OTHER_CHECKS.has(code));
  if (misspelt.length > 0)
    report.fail('claims', `claims that Ably does not know: ${misspelt.join(', ')}`, 'Use the names in parentheses.');
  else if (form.length > 0)
    report.fail(
      'claims',
      form.map(({ message }) => message).join('; '),
      'Issue the token with issueJwt, or correct the header and claims.',
    );
  else if (diagnostics.some(({ code }) => code === 'object-capability'))
    report.fail(
      'claims',
      'x-ably-capability is an object, where Ably documents JSON text',
      'Write the claim with JSON.stringify.',
    );
  else return hasFineTimes(report, diagnostics);
  return false;
}

const CLOCK = new Set(['issued-in-the-future', 'not-yet-valid', 'expired']);
/** Told by other checks. */
const OTHER_CHECKS = new Set([...CLOCK, 'ttl-too-long']);

function hasFineTimes(report, diagnostics) {
  const [early] = diagnostics.filter(({ code }) => CLOCK.has(code));
  if (early !== undefined) {
    report.fail(
      'clock',
      early.message,
      early.code === 'expired' ? 'Issue a new token for each request.' : "Set the server's clock (NTP).",
    );
    return false;
  }
  if (diagnostics.some(({ code }) => code === 'no-capability'))
    report.note('claims', 'the token has no x-ably-capability, so it may do all that its key may');
  return true;
}

function examineSignature(report, token, { key, keyName, now }) {
  if (key === undefined || key.split(':')[0] !== keyName)
    return report.note(
      'signature',
      `the signature is not checked: ${key === undefined ? 'there is no key' : `the token is signed by ${keyName}, which is not the key given`}`,
    );
  try {
    // The lifetime has been examined already.
    verifyJwt(token, { key, now, maxTtlSeconds: 4_000_000_000 });
  } catch (error) {
    if (error.name !== 'AblyAuthError') throw error;
    // Any other fault has been told.
    if (error.code !== 40101 && error.code !== 40144) return undefined;
    return report.fail('signature', error.message, error.remediation ?? 'Sign with the secret of this key.');
  }
  return report.pass('signature', `the signature matches the key ${keyName}`);
}
