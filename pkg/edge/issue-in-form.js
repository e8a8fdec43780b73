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
 * Resolves to the form and the fields of the token; `body` is what a client that asked for JSON gets.
 * @param {{ large: string, isText: boolean }} wish a client that asked for text cannot take a TokenRequest
 */
export async function issueInForm(signing, grant, { large, isText }) {
  const { ttlSeconds, capability, clientId, now } = grant;
  let form = 'jwt';
  let issued;
  try {
    issued = issueGranted(signing, grant);
    if (issued instanceof Promise) issued = await issued;
  } catch (error) {
    refuseOverall(error, capability);
    if (!isTooLong(error)) throw error;
    if (large === 'refuse') throw new TooLarge(error.message, { cause: error });
    refuseJwtOnly(grant, error);
    const wanted = { capability, clientId: clientId ?? undefined, ttlSeconds, now };
    // Only the module knows the key that an access token finds, and it does not sign requests with it for others.
    if (large === 'token-request' && !isText && signing.accessToken === undefined) {
      form = 'token-request';
      issued = createTokenRequest({ key: signing.key, ...wanted });
    } else {
      form = 'ably-token';
      issued = await requestToken({ ...signing, ...wanted });
    }
  }
  const body = form === 'token-request' ? issued : detailsOf(issued);
  const { length } = new Encoder().encode(JSON.stringify(body));
  if (!isText && length > MAX_BYTES)
    throw new TooLarge(`the token has ${length} bytes as JSON, and Ably's SDKs accept at most ${MAX_BYTES}`);
  return { form, issued, body };
}

/** The fields of a TokenDetails: the warnings are for the developer. */
function detailsOf({ token, keyName, issued, expires, capability, clientId }) {
  return { token, keyName, issued, expires, capability, clientId };
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
