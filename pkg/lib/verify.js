// verifyJwt, decodeJwt.
import {
  CLAIMS_FROM,
  DECODE_TEXTS,
  EMBEDDED,
  EXPIRES,
  FLAG_BITS,
  HAS_WARNINGS,
  ISSUED,
  MANY_KEYS,
  NOTES,
  NOW,
  TOLERANCE,
  TTL_LIMIT,
  VERIFY_ANSWERS,
  VERIFY_TEXTS,
  decodeTexts,
  verifyAnswers,
  verifyTexts,
} from '../generated/abi.js';
import { ask, call, module, numbers, read, write } from './module/shared-buffer.js';
import { tokenText } from './input/token-text.js';
import {
  checkNames,
  clipped,
  crossing,
  kindOf,
  milliseconds,
  optionalCapability,
  readOptions,
  refuse,
  seconds,
  time,
} from './input/options.js';

export const OPTIONS = new Set([
  'key',
  'keys',
  'now',
  'clockToleranceSeconds',
  'maxTtlSeconds',
  'keyCapability',
  'revocations',
  'embedded',
]);
const DECODE_OPTIONS = new Set(['now']);
const CLIENT_ID = 'x-ably-clientId';
const REVOCATION_KEY = 'x-ably-revocation-key';

export function verifyJwt(token, options) {
  const { key, keys, now, clockToleranceSeconds, maxTtlSeconds, keyCapability, revocations, embedded } = checkNames(
    options,
    OPTIONS,
  );
  if (embedded !== undefined && typeof embedded !== 'boolean')
    throw refuse('embedded', kindOf(embedded), 'true or false');
  const texts = {
    key: keys === undefined ? clipped('key', key) : keyList(keys, key),
    token: tokenText(token),
    keyCapability: optionalCapability(keyCapability, 'keyCapability'),
    revocations: revocations === undefined ? undefined : revocationList(revocations),
  };
  const tolerance = seconds('clockToleranceSeconds', clockToleranceSeconds, 'whole seconds');
  const maxTtl = seconds('maxTtlSeconds', maxTtlSeconds, 'whole seconds');
  const ms = time(now);
  write(verifyTexts(texts), VERIFY_TEXTS);
  numbers[NOW] = ms;
  numbers[FLAG_BITS] = (keys === undefined ? 0 : MANY_KEYS) | (embedded ? EMBEDDED : 0);
  numbers[TOLERANCE] = tolerance;
  numbers[TTL_LIMIT] = maxTtl;
  call(module().verify);

  const { keyName, claims, capability, clientId, revocationKey } = verifyAnswers(read(VERIFY_ANSWERS));
  const verified = {
    keyName,
    appId: keyName.slice(0, keyName.indexOf('.')),
    issued: numbers[ISSUED],
    expires: numbers[EXPIRES],
    narrowed: texts.keyCapability !== undefined,
    claims: numbers[CLAIMS_FROM] === 0 ? JSON.parse(claims) : claimsWith(capability, claims, clientId, revocationKey),
    diagnostics: numbers[HAS_WARNINGS] === 0 ? notes(numbers[NOTES]) : ask(module().warnings),
  };
  if (clientId !== undefined) verified.clientId = clientId;
  if (capability !== undefined) verified.capability = capability;
  if (revocationKey !== undefined) verified.revocationKey = revocationKey;
  return verified;
}

/**
 * Builds the claims object without parsing all of its JSON, which would take as long as everything else in verifyJwt.
 * `rest` is the JSON after the capability.
 */
function claimsWith(capability, rest, clientId, revocationKey) {
  if (rest !== '') {
    const claims = JSON.parse(`{"x-ably-capability":0${rest}`);
    claims['x-ably-capability'] = capability;
    return claims;
  }
  // The name is written out: an object with a computed one takes several times as long.
  const claims = { 'x-ably-capability': capability, iat: numbers[ISSUED] / 1000, exp: numbers[EXPIRES] / 1000 };
  if (clientId !== undefined) claims[CLIENT_ID] = clientId;
  if (revocationKey !== undefined) claims[REVOCATION_KEY] = revocationKey;
  return claims;
}

function keyList(keys, key) {
  if (key !== undefined) throw refuse('key', 'given together with keys', 'only one of the two');
  if (!Array.isArray(keys) || keys.length === 0)
    throw refuse('keys', Array.isArray(keys) ? 'empty' : kindOf(keys), 'a list of keys');
  return JSON.stringify(Array.from(keys, (one, index) => crossing(`keys[${index}]`, one, clipped)));
}

/** A flat JSON list with four values for each entry. */
export function revocationList(list) {
  if (!Array.isArray(list)) throw refuse('revocations', kindOf(list), 'a list of revocations');
  const values = Array.from(list, (entry, index) => {
    const path = `revocations[${index}]`;
    if (typeof entry !== 'object' || entry === null)
      throw refuse(path, kindOf(entry), 'keyName, target, issuedBefore and appliesAt');
    const { keyName, target, issuedBefore, appliesAt, error } = entry;
    // If it were skipped, it would seem to be in force.
    if (error !== undefined) throw refuse(path, 'a revocation that failed', 'only results without an error');
    return [
      crossing(`${path}.keyName`, keyName),
      crossing(`${path}.target`, target),
      milliseconds(`${path}.issuedBefore`, issuedBefore),
      milliseconds(`${path}.appliesAt`, appliesAt),
    ];
  });
  return JSON.stringify(values.flat());
}

// Findings by their bits. They are the same for every token, so they are fetched once.
const known = new Map();

function notes(bits) {
  if (bits === 0) return [];
  let diagnostics = known.get(bits);
  if (diagnostics === undefined) known.set(bits, (diagnostics = ask(module().notes, bits)));
  return diagnostics.map((diagnostic) => ({ ...diagnostic }));
}

export function decodeJwt(token, options = {}) {
  const { now } = readOptions(options, DECODE_OPTIONS);
  const texts = { token: crossing('token', token, (_name, value) => tokenText(value)) };
  const ms = time(now);
  write(decodeTexts(texts), DECODE_TEXTS);
  numbers[NOW] = ms;
  const decoded = ask(module().decode);
  return {
    verified: false,
    ...decoded,
    ...(decoded.keyName?.includes('.') && { appId: decoded.keyName.slice(0, decoded.keyName.indexOf('.')) }),
  };
}
