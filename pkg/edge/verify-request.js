// verifyRequest: checks the bearer token of a request and whether it allows an operation.
import { bansOf } from './access.js';
import { refusal } from './response.js';
import { capabilityAllows, explainCapability } from '../lib/capability.js';
import { AblyAuthError } from '../lib/error.js';
import { kindOf, readOptions, refuse, text, time } from '../lib/input/options.js';
import { hasHeaders, noRequest } from './request.js';
import { responseOf } from './thrown.js';
import { OPTIONS as VERIFY_OPTIONS, verifyJwt } from '../lib/verify.js';

const OPTIONS = new Set([...VERIFY_OPTIONS, 'operation', 'resource', 'access']);
const BEARER = /^bearer +(\S+)$/i;
const JWT = /^[\w.-]+$/;

export async function verifyRequest(request, options) {
  const {
    operation,
    resource,
    keyCapability,
    revocations,
    access,
    key,
    keys,
    now,
    clockToleranceSeconds,
    maxTtlSeconds,
    embedded,
  } = readOptions(options, OPTIONS);
  text('operation', operation);
  text('resource', resource);
  // Without it, the effective capability of a token is unknown.
  if (keyCapability === undefined)
    throw refuse('keyCapability', 'undefined', 'the capability of the key, or \'{"[*]*":["*"]}\' for full access');
  const list = Array.isArray(revocations);
  if (revocations !== undefined && !list && typeof revocations?.check !== 'function')
    throw refuse('revocations', kindOf(revocations), 'the result of createRevocations, or a list of revocations');
  if (access !== undefined) bansOf(access);
  if (!hasHeaders(request)) throw noRequest(request);
  const at = now === undefined ? undefined : time(now);
  const token = readBearer(request.headers.get('Authorization'));
  if (token === undefined)
    return challenge(
      401,
      { code: 40101, message: 'the request has no token. Send it as Authorization: Bearer TOKEN' },
      '',
    );
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
    if (access) await access.check(verified, { now: at });
    if (revocations && !list) await revocations.check(verified, { now: at });
    const { capability = {}, clientId = null } = verified;
    if (!capabilityAllows(capability, operation, resource))
      return challenge(
        403,
        { code: 40160, message: `the token does not allow ${operation} on ${JSON.stringify(resource)}` },
        'insufficient_scope',
      );
    // Only these depend on the client id: most requests need one question.
    const dependsOnClient = clientId === null || operation.includes('.');
    if (dependsOnClient && !explainCapability(capability, operation, resource, { clientId }).allowed)
      return challenge(
        403,
        { code: 40161, message: `${operation} requires a token with a client id` },
        'insufficient_scope',
      );
    return { verified };
  } catch (error) {
    // The caller's revocation check may throw a response.
    return { response: (await responseOf(error)) ?? refusalOf(error) };
  }
}

/** Reads the token, which ably-js encodes as base64. */
function readBearer(header) {
  const [, given] = BEARER.exec(header ?? '') ?? [];
  if (given === undefined || given.includes('.')) return given;
  try {
    const decoded = atob(given.replaceAll('-', '+').replaceAll('_', '/'));
    return JWT.test(decoded) ? decoded : given;
  } catch {
    return given; // verifyJwt reports the error
  }
}

/** The response to a rejected token. Throws errors that are the developer's mistake. */
function refusalOf(error) {
  if (!(error instanceof AblyAuthError)) throw error;
  const { kind, code, path, message } = error;
  if (kind === 'service') return refusal({ statusCode: 503, code, message });
  if (kind === 'forbidden') return refusal({ statusCode: 403, code, message });
  if (kind === 'capability' && code === 40160) return challenge(403, { code, message }, 'insufficient_scope').response;
  const ofToken = ['token', 'expired', 'revoked', 'capability'].includes(kind) && path !== 'keyCapability';
  if (!ofToken) throw error;
  return challenge(401, { code, message }, 'invalid_token').response;
}

/** The header names the error too, unless the request had no token (RFC 6750, section 3). */
function challenge(statusCode, { code, message }, error) {
  const headers = { 'WWW-Authenticate': error === '' ? 'Bearer' : `Bearer error="${error}"` };
  return { response: refusal({ statusCode, code, message, headers }) };
}
