// createTokenEndpoint: a request handler that issues tokens to ably-js clients.
import { JSON_TYPE, preferredType } from './content-negotiation.js';
import { Draft, draftRefusal, draftToken, isResponse } from './response.js';
import { originRefused, readCors } from './cors.js';
import { AblyAuthError } from '../lib/error.js';
import { globalNamed } from '../lib/module/globals.js';
import { GRANTS, pick } from '../lib/issue.js';
import { asJson, capabilityText, kindOf, readOptions, refuse, seconds } from '../lib/input/options.js';
import { bansOf } from './access.js';
import { Refused, readParams } from './auth-params.js';
import { createFinish } from './finish.js';
import { LARGE_FORMS, TooLarge, issueInForm } from './issue-in-form.js';
import { isOfEcho, readEchoParams } from './laravel-echo.js';
import { earlierChannels, joinCapabilities, looksLikeJwt, readPrevious } from './previous-token.js';
import { isRequest, noRequest } from './request.js';
import { readSource, readSourceNow } from './source.js';
import { isOfFramework, responseOf } from './thrown.js';

const OPTIONS = new Set([
  'source',
  'authenticate',
  'cors',
  'limit',
  'large',
  'regrant',
  'previousGraceSeconds',
  'protocol',
  'access',
  'onIssue',
  'onError',
]);
const OPTIONAL = ['limit', 'regrant', 'onIssue'];
/** Laravel Echo has presence data beside the token. */
const ECHO_GRANTS = new Set([...GRANTS, 'info']);
const PROTOCOLS = [undefined, 'laravel-echo'];
const MAX_GRACE_SECONDS = 86_400;
const METHODS = 'GET, HEAD, POST, OPTIONS';
const GLOBALS = ['Response', 'Headers'];
const MAX_WAIT_SECONDS = 86_400;
/** Limits the reports of rejected origins, because clients can send any origin. */
const MAX_ORIGINS_TOLD = 100;
const NO_CHANNELS = /^\s*\{\s*\}\s*$/;
// A later request may succeed.
const PASSING = ['network', 'timeout', 'rate-limited', 'service'];

export function createTokenEndpoint(options) {
  const settings = readSettings(options);
  const { cors, onError } = settings;
  const judge = readCors(cors);
  const finish = createFinish();
  const told = new Set();

  /** Reports each rejected origin once to the developer, because CORS hides the reason from the page. */
  async function refuseOrigin(request) {
    const origin = request.headers.get('Origin');
    if (!told.has(origin) && told.size < MAX_ORIGINS_TOLD) {
      told.add(origin);
      await tell(onError, originRefused(request), request);
    }
    return draftRefusal({ statusCode: 403, code: 40300, message: 'this origin is not allowed' });
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
      allowed = judge(request);
      if (allowed instanceof Promise) allowed = await allowed;
      if (allowed === undefined) response = await refuseOrigin(request);
      else if (request.method === 'OPTIONS') response = new Draft(204, null, { Allow: METHODS });
      else response = await tokenFor(settings, request, args);
    } catch (error) {
      if (isOfFramework(error)) throw error;
      response = error instanceof Refused ? draftRefusal(error) : await answerTo(error, onError, request);
    }
    try {
      const final = finish(response, allowed, request.method);
      return final instanceof Promise ? await final : final;
    } catch (error) {
      // For example, authenticate returned a Response whose body has already been read.
      return finish(await failed(error, onError, request), allowed, request.method);
    }
  };
}

function readSettings(options) {
  const {
    source: given,
    onError = (error) => console.error(error),
    access,
    // A TokenRequest can be exchanged for two minutes, also by a client that was banned in the meantime.
    large = access === undefined ? 'token-request' : 'ably-token',
    previousGraceSeconds = 3600,
    ...others
  } = readOptions(options, OPTIONS);
  const { authenticate, limit, regrant, onIssue, protocol } = others;
  for (const [name, value] of Object.entries({ authenticate, limit, regrant, onIssue, onError }))
    if (typeof value !== 'function' && !(OPTIONAL.includes(name) && value === undefined))
      throw refuse(name, kindOf(value), 'a function');
  if (!LARGE_FORMS.includes(large)) throw refuse('large', shown(large), LARGE_FORMS.map(quoted).join(', '));
  if (!PROTOCOLS.includes(protocol)) throw refuse('protocol', shown(protocol), '"laravel-echo", or leave it out');
  if (access !== undefined && typeof access !== 'function') bansOf(access);
  const wanted = `whole seconds, 0 to ${MAX_GRACE_SECONDS}`;
  if (seconds('previousGraceSeconds', previousGraceSeconds, wanted) > MAX_GRACE_SECONDS)
    throw refuse('previousGraceSeconds', String(previousGraceSeconds), wanted);
  // Checks the key now, so that an invalid one is reported when the server starts and not with its first client.
  const source = typeof given === 'function' ? given : readSourceNow(given);
  if (regrant !== undefined && source.keys?.length === 0)
    throw refuse(
      'regrant',
      'given with an access token',
      'a key as source: without one, earlier tokens cannot be verified',
    );
  return { ...others, access, source, onError, large, previousGraceSeconds };
}

function shown(value) {
  return typeof value === 'string' ? quoted(value.slice(0, 100)) : kindOf(value);
}

const quoted = (text) => JSON.stringify(text);

/** Waits only for what is a promise: most requests need nothing but what `authenticate` returns. */
async function tokenFor(settings, request, args) {
  const { authenticate, limit, previousGraceSeconds, protocol } = settings;
  const arrived = Date.now();
  if (!['GET', 'HEAD', 'POST'].includes(request.method))
    return draftRefusal({
      statusCode: 405,
      code: 40500,
      message: `the method ${request.method} is not allowed. Use GET or POST`,
      headers: { Allow: METHODS },
    });
  const isEcho = protocol === 'laravel-echo' && isOfEcho(request);
  let params = (isEcho ? readEchoParams : readParams)(request);
  if (params instanceof Promise) params = await params;
  let source = typeof settings.source === 'function' ? undefined : settings.source;
  let previous;
  const sent = params.get('token');
  if (looksLikeJwt(sent)) {
    source ??= await sourceFor(settings, request, args);
    if (isResponse(source)) return source;
    if (source.keys.length > 0) previous = readPrevious(sent, source.keys, previousGraceSeconds);
  }
  let granted = authenticate(request, { params, previous }, ...args);
  if (typeof granted?.then === 'function') granted = await granted;
  if (granted === null) return draftRefusal({ statusCode: 401, code: 40100, message: 'authentication is required' });
  if (isResponse(granted)) return granted;
  const grant = readGrant(granted, isEcho);
  const info = isEcho ? granted.info : undefined;
  if (limit) {
    const verdict = await limit(request, { params, clientId: grant.clientId ?? undefined }, ...args);
    const refused = isResponse(verdict) ? verdict : readVerdict(verdict);
    if (refused) return refused;
  }
  source ??= await sourceFor(settings, request, args);
  if (isResponse(source)) return source;
  if (settings.regrant !== undefined && previous !== undefined) {
    const capability = await withEarlier(settings, grant, previous, request, args);
    if (isResponse(capability)) return capability;
    // At 403 ably-js ends its connection. After a 500 it would keep the earlier token, and with it the channels.
    if (NO_CHANNELS.test(capability))
      return draftRefusal({
        statusCode: 403,
        code: 40300,
        message: 'this client may use none of its channels any more',
      });
    grant.capability = capability;
  }

  const type = isEcho ? JSON_TYPE : preferredType(request.headers.get('Accept'));
  // Laravel Echo reads the claims of the token.
  const wish = isEcho ? { large: 'refuse', isText: true } : { large: settings.large, isText: type !== JSON_TYPE };
  let result =
    settings.access === undefined
      ? issueInForm(source.signing, grant, wish)
      : issueAdmitted({ settings, request, args, arrived }, source.signing, grant, wish);
  if (result instanceof Promise) result = await result;
  if (result === undefined) return draftRefusal({ statusCode: 403, code: 40300, message: 'this client is banned' });
  const { form, issued, json } = result;
  // The answer to HEAD has no token.
  if (settings.onIssue !== undefined && request.method !== 'HEAD')
    await report(settings, { form, issued, request }, args);
  if (isEcho)
    return draftToken(
      JSON_TYPE,
      asJson('info', () => JSON.stringify({ token: issued.token, info })),
    );
  if (type === JSON_TYPE) return draftToken(JSON_TYPE, json);
  return draftToken(form === 'jwt' ? type : 'text/plain', issued.token);
}

/** Issues the token unless the client is banned. The ban is looked up last, so that no callback runs after it. */
async function issueAdmitted({ settings, request, args, arrived }, signing, grant, wish) {
  const { access: given } = settings;
  const bans = bansOf(typeof given === 'function' ? await given(request, ...args) : given);
  const client = { clientId: grant.clientId ?? undefined, revocationKey: grant.revocationKey ?? undefined };
  const { isBanned, now, capability } = await bans.admit({ ...client, capability: grant.capability }, arrived);
  if (isBanned) return undefined;
  const result = await issueInForm(signing, { ...grant, capability, now: grant.now ?? now }, wish);
  // Ably issued this token at its own time, which may be after a ban that the look-up above could not see.
  if (result.form === 'ably-token' && (await bans.isBannedNow(client))) return undefined;
  return result;
}

async function sourceFor({ source }, request, args) {
  const found = await source(request, ...args);
  return isResponse(found) ? found : readSource(found);
}

/** Returns the capability with that of the earlier channels which `regrant` grants again, or the Response of `regrant`. */
async function withEarlier({ regrant }, { capability, clientId }, previous, request, args) {
  // A token of another client says nothing about this one.
  if (previous.clientId !== (clientId ?? undefined)) return capability;
  const channels = earlierChannels(previous, capability);
  if (channels.length === 0) return capability;
  const again = await regrant(channels, request, ...args);
  if (again === null || again === undefined || isResponse(again)) return again ?? capability;
  return joinCapabilities(capability, again);
}

/** Tells the audit hook. Its failure does not keep the client from getting the token. */
async function report({ onIssue, onError }, { form, issued, request }, args) {
  const { clientId, keyName, capability, expires } = issued;
  try {
    await onIssue({ clientId, keyName, capability, ...(expires !== undefined && { expires }), form, request }, ...args);
  } catch (error) {
    await tell(onError, error, request);
  }
}

/** Reads each option once, and the capability as text, so that nothing can change between the check and the signature. */
function readGrant(granted, isEcho) {
  if (typeof granted !== 'object')
    throw refuse('the result of authenticate', kindOf(granted), 'the options of a token, null, or a Response');
  const grant = readOptions(granted, isEcho ? ECHO_GRANTS : GRANTS, 'options', pick);
  if (grant.capability === undefined || grant.capability === null)
    throw new AblyAuthError({
      kind: 'usage',
      message: 'the result of authenticate has no capability',
      path: 'capability',
      remediation: 'return a capability for the token',
    });
  grant.capability = capabilityText(grant.capability);
  return grant;
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
  return draftRefusal({ statusCode: 429, code: 42910, message: 'too many requests', headers });
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
  if (error instanceof TooLarge) {
    await tell(onError, error.reason, request);
    return draftRefusal({ statusCode: 403, code: 40300, message: 'the token would be too large' });
  }
  await tell(onError, error, request);
  const passing = error instanceof AblyAuthError && PASSING.includes(error.kind);
  if (passing) return draftRefusal({ statusCode: 503, code: 50003, message: 'no token can be issued at the moment' });
  return draftRefusal({ statusCode: 500, code: 50000, message: 'no token could be issued' });
}
