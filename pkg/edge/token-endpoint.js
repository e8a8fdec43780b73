// createTokenEndpoint.
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
/** Strangers choose their origins, so what is told of them is bounded. */
const MAX_ORIGINS_TOLD = 100;
const KEY_LATER =
  'a function as source, such as () => ({ key: process.env.ABLY_API_KEY }), if the key is there only when a request comes: "next build" has none';
// Whoever asks again later may have more luck.
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
  // A key that is none is found when the server starts, not with its first client.
  const source = typeof given === 'function' ? given : readSource(given);
  if (typeof source !== 'function' && source.accessToken === undefined) {
    if (source.key === undefined) throw refuse('source.key', 'undefined', KEY_LATER);
    createIssuer({ key: source.key });
  }
  const judge = readCors(cors);
  const told = new Set();

  /** A page has no way to see why it is refused; the developer hears of each origin once. */
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
      // No Response would reach Express or Lambda; and an Express that ignores the rejection still prints what onError does.
      const error = noRequest(request);
      await tell(onError, error, request);
      throw error;
    }
    // Without them there is no way to answer.
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
      // A Response of authenticate's whose body is gone, say.
      return finished(await failed(error, onError, request), allowed, request.method);
    }
  };
}

async function tokenFor({ source, authenticate, limit }, request, args) {
  if (!['GET', 'HEAD', 'POST'].includes(request.method))
    return refusal({
      statusCode: 405,
      code: 40500,
      message: 'a token is asked for by GET or POST',
      headers: { Allow: METHODS },
    });
  const params = await readParams(request);
  const granted = await authenticate(request, { params }, ...args);
  if (granted === null) return refusal({ statusCode: 401, code: 40100, message: 'who is asking is not known here' });
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
  // A TokenDetails and no more: the warnings are for the developer.
  const { token, keyName, issued: at, expires, capability, clientId } = issued;
  return answer(200, type, JSON.stringify({ token, keyName, issued: at, expires, capability, clientId }));
}

function readSource(source) {
  return readOptions(source, SOURCE, 'source');
}

/** Each option read once, and the capability as text, so that nothing changes between the check and the signature. */
function readGrant(granted) {
  if (typeof granted !== 'object')
    throw refuse('what authenticate gave', kindOf(granted), 'the options of a token, null, or a Response');
  const grant = readOptions(granted, GRANTS);
  if (grant.capability === undefined || grant.capability === null)
    throw new AblyAuthError({
      kind: 'usage',
      message: 'authenticate gave no capability',
      path: 'capability',
      remediation: 'say what the token may do',
    });
  return { ...grant, capability: capabilityText(grant.capability) };
}

/** true, false, seconds to wait, or what Cloudflare's rate limiting answers. Anything else is no answer. */
function readVerdict(verdict) {
  const { success = verdict } = Object(verdict);
  if (success === true) return undefined;
  if (success !== false && !(success >= 0 && success <= MAX_WAIT_SECONDS && typeof success === 'number')) {
    const found = typeof success === 'number' ? String(success) : kindOf(verdict);
    throw refuse('what limit gave', found, `true, false, or the seconds to wait, ${MAX_WAIT_SECONDS} at most`);
  }
  const headers = success === false ? {} : { 'Retry-After': String(Math.ceil(success)) };
  return refusal({ statusCode: 429, code: 42910, message: 'too many requests', headers });
}

/** A callback may throw the answer; anything else that it throws is a failure. */
async function answerTo(error, onError, request) {
  let response;
  try {
    response = await responseOf(error);
  } catch {
    // A getResponse that fails says less than the error that has it.
  }
  return response ?? failed(error, onError, request);
}

async function tell(onError, error, request) {
  try {
    await onError(error, request);
  } catch {
    // It was told; the client is answered all the same.
  }
}

/** No word of why: that is for the developer. */
async function failed(error, onError, request) {
  await tell(onError, error, request);
  const passing = error instanceof AblyAuthError && PASSING.includes(error.kind);
  if (passing) return refusal({ statusCode: 503, code: 50003, message: 'no token can be issued at the moment' });
  return refusal({ statusCode: 500, code: 50000, message: 'no token could be issued' });
}

async function finished(response, allowed, method) {
  // A copy: what a fetch has answered cannot be changed.
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(allowed ?? {})) headers.set(name, value);
  headers.append('Vary', method === 'OPTIONS' ? 'Origin, Access-Control-Request-Headers' : 'Origin, Accept');
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  const { status, statusText } = response;
  // whatwg-fetch, which jsdom's users load, has no stream of a body.
  const body = response.body === undefined ? (await response.text()) || null : response.body;
  return new Response(method === 'HEAD' ? null : body, { status, statusText, headers });
}
