// verifyRequest.
import { refusal } from './response.js';
import { capabilityAllows, needsClientId } from '../lib/capability.js';
import { AblyAuthError } from '../lib/error.js';
import { kindOf, readOptions, refuse, text, time } from '../lib/input/options.js';
import { hasHeaders, noRequest } from './request.js';
import { responseOf } from './thrown.js';
import { OPTIONS as VERIFY_OPTIONS, verifyJwt } from '../lib/verify.js';

const OPTIONS = new Set([...VERIFY_OPTIONS, 'operation', 'resource']);
const BEARER = /^bearer +(\S+)$/i;
const JWT = /^[\w.-]+$/;

export async function verifyRequest(request, options) {
  const {
    operation,
    resource,
    keyCapability,
    revocations,
    key,
    keys,
    now,
    clockToleranceSeconds,
    maxTtlSeconds,
    embedded,
  } = readOptions(options, OPTIONS);
  text('operation', operation);
  text('resource', resource);
  // What a token may do is not known without it.
  if (keyCapability === undefined)
    throw refuse('keyCapability', 'undefined', 'what the key may do; \'{"[*]*":["*"]}\' if that is everything');
  const list = Array.isArray(revocations);
  if (revocations !== undefined && !list && typeof revocations?.check !== 'function')
    throw refuse('revocations', kindOf(revocations), 'what createRevocations gave, or a list of revocations');
  if (!hasHeaders(request)) throw noRequest(request);
  const at = now === undefined ? undefined : time(now);
  const token = readBearer(request.headers.get('Authorization'));
  if (token === undefined)
    return challenge(401, { code: 40101, message: 'a token is needed: Authorization: Bearer, and the token' }, '');
  try {
    const verified = verifyJwt(token, {
      key,
      keys,
      now: at,
      clockToleranceSeconds,
      maxTtlSeconds,
      keyCapability,
      embedded,
      ...(list && { revocations }),
    });
    if (revocations && !list) await revocations.check(verified, { now: at });
    if (!capabilityAllows(verified.capability ?? {}, operation, resource))
      return challenge(
        403,
        { code: 40160, message: `the token does not allow ${operation} on ${JSON.stringify(resource)}` },
        'insufficient_scope',
      );
    if (verified.clientId === undefined && needsClientId(operation))
      return challenge(
        403,
        { code: 40161, message: `${operation} needs a token with a client id` },
        'insufficient_scope',
      );
    return { verified };
  } catch (error) {
    // A check of the caller's own may throw the answer.
    return { response: (await responseOf(error)) ?? refusalOf(error) };
  }
}

/** As it is, or in base64 once more, as ably-js sends it. */
function readBearer(header) {
  const [, given] = BEARER.exec(header ?? '') ?? [];
  if (given === undefined || given.includes('.')) return given;
  try {
    const decoded = atob(given.replaceAll('-', '+').replaceAll('_', '/'));
    return JWT.test(decoded) ? decoded : given;
  } catch {
    return given; // verifyJwt says what is wrong with it
  }
}

/** The response to a token that is refused; what is the developer's mistake is thrown. */
function refusalOf(error) {
  if (!(error instanceof AblyAuthError)) throw error;
  const { kind, code, path, message } = error;
  if (kind === 'service') return refusal({ statusCode: 503, code, message });
  if (kind === 'capability' && code === 40160) return challenge(403, { code, message }, 'insufficient_scope').response;
  const ofToken = ['token', 'expired', 'revoked', 'capability'].includes(kind) && path !== 'keyCapability';
  if (!ofToken) throw error;
  return challenge(401, { code, message }, 'invalid_token').response;
}

/** RFC 6750, 3: what is wrong with the token is said in the header too, unless there was none. */
function challenge(statusCode, { code, message }, error) {
  const headers = { 'WWW-Authenticate': error === '' ? 'Bearer' : `Bearer error="${error}"` };
  return { response: refusal({ statusCode, code, message, headers }) };
}
