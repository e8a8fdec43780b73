// Issues the token of a grant in the form that fits it: a JWT, or above the limit of a JWT an Ably token or the request for one.
import { checkCapability } from '../lib/capability.js';
import { AblyAuthError } from '../lib/error.js';
import { issueGranted } from '../lib/issue.js';
import { Encoder } from '../lib/module/utf8.js';
import { createTokenRequest, requestToken } from '../lib/token-request.js';

/** What the option `large` may be. */
export const LARGE_FORMS = ['token-request', 'ably-token', 'refuse'];
/** The longest token or JSON that Ably's SDKs accept from an authUrl (SPEC RSA4f). */
const MAX_BYTES = 128 * 1024;
/** The most UTF-8 bytes that one UTF-16 code unit needs. */
const BYTES_PER_UNIT = 3;
/** An Ably token has a capability, a client id and a lifetime only. */
const JWT_ONLY = ['revocationKey', 'channelClaims', 'roomClaims', 'publishRateLimits', 'clientType', 'jwtId', 'claims'];
const WAY_OUT = 'grant patterns such as "chat:*" in place of single channels, or fewer of them';

/** Thrown if no form fits. Asking again would not help, so the response keeps ably-js from retrying. */
export class TooLarge {
  constructor(message, { remediation = WAY_OUT, path = 'token', cause } = {}) {
    this.reason = new AblyAuthError({ kind: 'token', message, path, remediation, cause });
  }
}

/**
 * Gives the form and the fields of the token; `json` is what a client gets that did not ask for text. It is a promise if
 * the token does not fit a JWT, or an access token has to find the key.
 * @param {{ large: string, isText: boolean }} wish a client that asked for text cannot take a TokenRequest
 */
export function issueInForm(signing, grant, wish) {
  let issued;
  try {
    issued = issueGranted(signing, grant);
  } catch (error) {
    return issueOtherwise(error, signing, grant, wish);
  }
  if (!(issued instanceof Promise)) return inForm('jwt', issued, wish);
  return issued.then(
    (found) => inForm('jwt', found, wish),
    (error) => issueOtherwise(error, signing, grant, wish),
  );
}

/** What to issue in place of a JWT, given the error about it. */
async function issueOtherwise(error, signing, grant, wish) {
  const { ttlSeconds, capability, clientId, now } = grant;
  const { large, isText } = wish;
  refuseOverall(error, capability);
  if (!isTooLong(error)) throw error;
  if (large === 'refuse') throw new TooLarge(error.message, { cause: error });
  refuseJwtOnly(grant, error);
  const wanted = { capability, clientId: clientId ?? undefined, ttlSeconds, now };
  // Only the module knows the key that an access token finds, and it does not sign requests with it for others.
  if (large === 'token-request' && !isText && signing.accessToken === undefined)
    return inForm('token-request', createTokenRequest({ key: signing.key, ...wanted }), wish);
  return inForm('ably-token', await requestToken({ ...signing, ...wanted }), wish);
}

function inForm(form, issued, { isText }) {
  if (isText) return { form, issued };
  const json = jsonOf(form, issued);
  if (json.length * BYTES_PER_UNIT > MAX_BYTES) refuseLong(new Encoder().encode(json));
  return { form, issued, json };
}

function refuseLong({ length }) {
  if (length > MAX_BYTES)
    throw new TooLarge(`the token has ${length} bytes as JSON, and Ably's SDKs accept at most ${MAX_BYTES}`);
}

/** A TokenRequest, or the fields of a TokenDetails: the warnings are for the developer. */
function jsonOf(form, issued) {
  if (form === 'token-request') return JSON.stringify(issued);
  const { token, keyName, issued: from, expires, capability, clientId } = issued;
  if (form !== 'jwt') return JSON.stringify({ token, keyName, issued: from, expires, capability, clientId });
  // The same text in half the time. Nothing in a JWT needs an escape.
  const client = clientId === undefined ? '' : `,"clientId":${JSON.stringify(clientId)}`;
  const times = `"issued":${from},"expires":${expires}`;
  return `{"token":"${token}","keyName":${JSON.stringify(keyName)},${times},"capability":${JSON.stringify(capability)}${client}}`;
}

/** The only error of `issueJwt` whose path is the whole token. */
function isTooLong(error) {
  return error instanceof AblyAuthError && error.kind === 'token' && error.path === 'token';
}

/** A capability above the module's limits, which are those of the SDKs, fits no form. */
function refuseOverall(error, capability) {
  if (!(error instanceof AblyAuthError) || error.kind !== 'capability') return;
  const { diagnostics } = checkCapability(capability);
  const found = diagnostics.find(({ code }) => code === 'too-large');
  if (found) throw new TooLarge(found.message, { path: 'capability', cause: error });
}

/** Refuses rather than issuing a token without what was asked for. */
function refuseJwtOnly(grant, cause) {
  const given = JWT_ONLY.filter((name) => isGiven(grant[name]));
  if (given.length === 0) return;
  const verb = given.length === 1 ? 'is' : 'are';
  throw new TooLarge(`${cause.message}, and only a JWT has ${given.join(', ')}, which ${verb} in the grant`, {
    remediation: `${WAY_OUT}; or leave out ${given.join(', ')} for this client`,
    path: given[0],
    cause,
  });
}

function isGiven(value) {
  if (value === undefined || value === null || value === false) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}
