// createTokenEndpoint: a request handler that issues tokens to ably-js clients.
import { JSON_TYPE, preferredType } from './content-negotiation.js';
import { answer, isResponse, refusal } from './response.js';
import { originRefused, readCors } from './cors.js';
import { AblyAuthError } from '../lib/error.js';
import { globalNamed } from '../lib/module/globals.js';
import { GRANTS, createIssuer, issueGranted } from '../lib/issue.js';
import { NETWORK_OPTIONS, SOURCE_OPTIONS } from '../lib/input/network-options.js';
import { capabilityText, kindOf, readOptions, refuse } from '../lib/input/options.js';
import { Refused, readParams } from './auth-params.js';
import { isRequest, noRequest } from './request.js';
import { isOfFramework, responseOf } from './thrown.js';

const OPTIONS = new Set(['source', 'authenticate', 'cors', 'limit', 'onError']);
const SOURCE = new Set([...SOURCE_OPTIONS, ...NETWORK_OPTIONS]);
const METHODS = 'GET, HEAD, POST, OPTIONS';
const GLOBALS = ['Response', 'Headers'];
const MAX_WAIT_SECONDS = 86_400;
/** Limits the reports of rejected origins, because clients can send any origin. */
const MAX_ORIGINS_TOLD = 100;
const KEY_LATER =
  'a key, or a function such as () => ({ key: process.env.ABLY_API_KEY }) as source if the key is only available during requests: "next build" has none';
// A later request may succeed.
const PASSING = ['network', 'timeout', 'rate-limited', 'service'];

export function createTokenEndpoint(options) {
  const {
    source: given,
    authenticate,
    cors,
    limit,
    onError = (error) => console.error(error),
  } = readOptions(options, OPTIONS);
  const functions = { authenticate, limit, onError };
  for (const [name, given] of Object.entries(functions))
    if (typeof given !== 'function' && !(name === 'limit' && given === undefined))
      throw refuse(name, kindOf(given), 'a function');
  // Checks the key now, so that an invalid one is reported when the server starts and not with its first client.
  const source = typeof given === 'function' ? given : readSource(given);
  if (typeof source !== 'function' && source.accessToken === undefined) {
    if (source.key === undefined) throw refuse('source.key', 'undefined', KEY_LATER);
    createIssuer({ key: source.key });
  }
  const judge = readCors(cors);
  const told = new Set();

  /** Reports each rejected origin once to the developer, because CORS hides the reason from the page. */
  async function refuseOrigin(request) {
    const origin = request.headers.get('Origin');
    if (!told.has(origin) && told.size < MAX_ORIGINS_TOLD) {
      told.add(origin);
      await tell(onError, originRefused(request), request);
    }
    return refusal({ statusCode: 403, code: 40300, message: 'this origin is not allowed' });
  }

  return async function tokenEndpoint(request, ...args) {
    if (!isRequest(request)) {
      // Express and Lambda cannot use a Response. Express may ignore the rejection, so onError reports the error too.
      const error = noRequest(request);
      await tell(onError, error, request);
      throw error;
    }
    // Required to build any response.
    GLOBALS.forEach(globalNamed);
    let allowed = {};
    let response;
    try {
      allowed = await judge(request);
      if (allowed === undefined) response = await refuseOrigin(request);
      else if (request.method === 'OPTIONS')
        response = new Response(null, { status: 204, headers: { Allow: METHODS } });
      else response = await tokenFor({ source, authenticate, limit }, request, args);
    } catch (error) {
      if (isOfFramework(error)) throw error;
      response = error instanceof Refused ? refusal(error) : await answerTo(error, onError, request);
    }
    try {
      return await finished(response, allowed, request.method);
    } catch (error) {
      // For example, authenticate returned a Response whose body has already been read.
      return finished(await failed(error, onError, request), allowed, request.method);
    }
  };
}

async function tokenFor({ source, authenticate, limit }, request, args) {
  if (!['GET', 'HEAD', 'POST'].includes(request.method))
    return refusal({
      statusCode: 405,
      code: 40500,
      message: `the method ${request.method} is not allowed. Use GET or POST`,
      headers: { Allow: METHODS },
    });
  const params = await readParams(request);
  const granted = await authenticate(request, { params }, ...args);
  if (granted === null) return refusal({ statusCode: 401, code: 40100, message: 'authentication is required' });
  if (isResponse(granted)) return granted;
  const grant = readGrant(granted);
  if (limit) {
    const verdict = await limit(request, { params, clientId: grant.clientId ?? undefined }, ...args);
    const refused = isResponse(verdict) ? verdict : readVerdict(verdict);
    if (refused) return refused;
  }
  let found = source;
  if (typeof source === 'function') {
    found = await source(request, ...args);
    if (isResponse(found)) return found;
    found = readSource(found);
  }
  const issued = await issueGranted(found, grant);
  const type = preferredType(request.headers.get('Accept'));
  if (type !== JSON_TYPE) return answer(200, type, issued.token);
  // Only the fields of a TokenDetails: the warnings are for the developer.
  const { token, keyName, issued: at, expires, capability, clientId } = issued;
  return answer(200, type, JSON.stringify({ token, keyName, issued: at, expires, capability, clientId }));
}

function readSource(source) {
  return readOptions(source, SOURCE, 'source');
}

/** Reads each option once, and the capability as text, so that nothing can change between the check and the signature. */
function readGrant(granted) {
  if (typeof granted !== 'object')
    throw refuse('the result of authenticate', kindOf(granted), 'the options of a token, null, or a Response');
  const grant = readOptions(granted, GRANTS);
  if (grant.capability === undefined || grant.capability === null)
    throw new AblyAuthError({
      kind: 'usage',
      message: 'the result of authenticate has no capability',
      path: 'capability',
      remediation: 'return a capability for the token',
    });
  return { ...grant, capability: capabilityText(grant.capability) };
}

/** Reads true, false, seconds to wait, or the result of Cloudflare's rate limiting. Any other value is an error. */
function readVerdict(verdict) {
  const { success = verdict } = Object(verdict);
  if (success === true) return undefined;
  if (success !== false && !(success >= 0 && success <= MAX_WAIT_SECONDS && typeof success === 'number')) {
    const found = typeof success === 'number' ? String(success) : kindOf(verdict);
    throw refuse('the result of limit', found, `true, false, or the seconds to wait, up to ${MAX_WAIT_SECONDS}`);
  }
  const headers = success === false ? {} : { 'Retry-After': String(Math.ceil(success)) };
  return refusal({ statusCode: 429, code: 42910, message: 'too many requests', headers });
}

/** Returns the response that a callback threw. Anything else thrown is a failure. */
async function answerTo(error, onError, request) {
  let response;
  try {
    response = await responseOf(error);
  } catch {
    // Ignored: the original error is more useful than that of its getResponse.
  }
  return response ?? failed(error, onError, request);
}

async function tell(onError, error, request) {
  try {
    await onError(error, request);
  } catch {
    // An error in onError must not keep the client from getting a response.
  }
}

/** The response leaves out the reason, which only the developer may see. */
async function failed(error, onError, request) {
  await tell(onError, error, request);
  const passing = error instanceof AblyAuthError && PASSING.includes(error.kind);
  if (passing) return refusal({ statusCode: 503, code: 50003, message: 'no token can be issued at the moment' });
  return refusal({ statusCode: 500, code: 50000, message: 'no token could be issued' });
}

async function finished(response, allowed, method) {
  // Copied, because the headers of a Response from fetch are immutable.
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(allowed ?? {})) headers.set(name, value);
  headers.append('Vary', method === 'OPTIONS' ? 'Origin, Access-Control-Request-Headers' : 'Origin, Accept');
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  const { status, statusText } = response;
  // The whatwg-fetch polyfill, which is used with jsdom, has no `body`.
  const body = response.body === undefined ? (await response.text()) || null : response.body;
  return new Response(method === 'HEAD' ? null : body, { status, statusText, headers });
}
