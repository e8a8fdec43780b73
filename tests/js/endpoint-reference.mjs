// createTokenEndpoint written plainly: by the public functions alone, with everything awaited, read and built anew for
// each request, and two Responses for each answer. It remembers nothing, so endpoint-differential.mjs can hold the real
// one against it. It leaves out the checks of the endpoint's own options.

const COMMON = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
const METHODS = 'GET, HEAD, POST, OPTIONS';
const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';
const MAX_BODY_BYTES = 64 * 1024;
const MAX_ANSWER_BYTES = 128 * 1024;
const GRANTS = [
  'capability',
  'clientId',
  'ttlSeconds',
  'revocationKey',
  'revocable',
  'channelClaims',
  'roomClaims',
  'publishRateLimits',
  'clientType',
  'jwtId',
  'claims',
  'keyCapability',
  'now',
];
const JWT_ONLY = ['revocationKey', 'channelClaims', 'roomClaims', 'publishRateLimits', 'clientType', 'jwtId', 'claims'];
const PASSING = ['network', 'timeout', 'rate-limited', 'service'];

class Refused {
  constructor(statusCode, code, message, headers = {}) {
    Object.assign(this, { statusCode, code, message, headers });
  }
}
class TooLarge {
  constructor(reason) {
    this.reason = reason;
  }
}

/** @param {object} library the package @returns a function that takes the options of createTokenEndpoint */
export const referenceOf = (library) => (options) => {
  const { AblyAuthError, checkCapability, createTokenRequest, decodeJwt, issueJwt, parseCapability } = library;
  const { source, authenticate, cors = { origins: [] }, limit, regrant, protocol, access, onIssue, onError } = options;
  const { large = access === undefined ? 'token-request' : 'ably-token', previousGraceSeconds = 3600 } = options;
  const told = new Set();
  const usage = (message, path) => new AblyAuthError({ kind: 'usage', message, path });

  async function tell(error, request) {
    try {
      await onError(error, request);
    } catch {
      // Of no concern.
    }
  }

  async function corsHeaders(request) {
    const { origins, credentials = false, maxAgeSeconds = 7200 } = cors;
    const origin = request.headers.get('Origin');
    if (origin === null) return {};
    const host = request.headers.get('Host') ?? new URL(request.url).host;
    if (origin === `http://${host}` || origin === `https://${host}`) return {};
    const allowed =
      typeof origins === 'function' ? await origins(origin, request) : origins === '*' || origins.includes(origin);
    if (allowed !== true) {
      const [from, to] = [origin, host].map((text) => JSON.stringify(text.slice(0, 200)));
      const message = `cors.origins does not allow the origin ${from}, and it differs from the requested host ${to}`;
      const path = 'cors.origins';
      const reason = new AblyAuthError({ kind: 'forbidden', code: 40300, statusCode: 403, message, path });
      if (!told.has(origin) && told.size < 100) {
        told.add(origin);
        await tell(reason, request);
      }
      return undefined;
    }
    const headers = {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': 'X-Ably-ErrorCode, Retry-After',
      ...(credentials && { 'Access-Control-Allow-Credentials': 'true' }),
    };
    if (request.method !== 'OPTIONS') return headers;
    const wanted = request.headers.get('Access-Control-Request-Headers') ?? '';
    return {
      ...headers,
      'Access-Control-Allow-Methods': 'GET, HEAD, POST',
      'Access-Control-Max-Age': String(maxAgeSeconds),
      ...(/^[\w!#$%&'*+.^`|~, -]{1,2000}$/.test(wanted) && { 'Access-Control-Allow-Headers': wanted }),
    };
  }

  async function readParams(request, isEcho) {
    const query = new URL(request.url).searchParams;
    if (request.method !== 'POST') return query;
    if (Number(request.headers.get('Content-Length')) > MAX_BODY_BYTES) throw tooLong();
    if (!isEcho && typeOf(request) !== FORM) return query;
    const text = await readBody(request);
    const params = isEcho ? echoParams(text) : new URLSearchParams(text);
    for (const [name, value] of query) params.append(name, value);
    return params;
  }

  async function readBody(request) {
    if (request.bodyUsed) throw usage('the body of the request was read before the endpoint was called', 'request');
    if (request.body === null) return '';
    // Firefox has no body of a Request.
    const reader = (request.body ?? (await request.blob()).stream()).getReader();
    const parts = [];
    let length = 0;
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        length += read.value.byteLength;
        if (length > MAX_BODY_BYTES) throw tooLong();
        parts.push(read.value);
      }
    } catch (error) {
      throw error instanceof Refused ? error : new Refused(400, 40001, 'the body could not be read completely');
    }
    return new TextDecoder().decode(joinedBytes(parts, length));
  }

  async function readPrevious(token, keys) {
    const now = Date.now();
    try {
      return library.verifyJwt(token, { keys, now });
    } catch (error) {
      if (error.kind !== 'expired') return undefined;
    }
    const { expires } = decodeJwt(token, { now });
    return now > expires + previousGraceSeconds * 1000
      ? undefined
      : library.verifyJwt(token, { keys, now: expires - 1 });
  }

  const channelsOf = (capability) => JSON.parse(parseCapability(capability).canonical);

  async function capabilityFor(grant, previous, request, args) {
    if (!regrant || !previous || previous.clientId !== (grant.clientId ?? undefined)) return grant.capability;
    const now = channelsOf(grant.capability);
    const earlier = Object.keys(channelsOf(previous.capability ?? '{}')).filter((name) => !Object.hasOwn(now, name));
    if (earlier.length === 0) return grant.capability;
    const again = await regrant(earlier, request, ...args);
    if (again === null || again === undefined) return grant.capability;
    if (isResponse(again)) throw again;
    const all = new Map(Object.entries(now));
    for (const [name, operations] of Object.entries(channelsOf(again))) {
      const both = [...new Set([...(all.get(name) ?? []), ...operations])];
      all.set(name, both.includes('*') ? ['*'] : both);
    }
    return JSON.stringify(Object.fromEntries(all));
  }

  function readGrant(granted, isEcho) {
    if (typeof granted !== 'object')
      throw usage(
        `the result of authenticate is ${granted === undefined ? 'undefined' : `a ${typeof granted}`}`,
        'the result of authenticate',
      );
    const known = isEcho ? [...GRANTS, 'info'] : GRANTS;
    for (const name in granted)
      if (!known.includes(name)) throw usage(`there is no option ${JSON.stringify(name)}`, name);
    const grant = Object.fromEntries(known.map((name) => [name, granted[name]]));
    if (grant.capability === undefined || grant.capability === null)
      throw usage('the result of authenticate has no capability', 'capability');
    if (typeof grant.capability !== 'string') grant.capability = JSON.stringify(grant.capability);
    return grant;
  }

  async function issue(signing, grant, { form: wanted, isText }) {
    const { capability, clientId, ttlSeconds, now } = grant;
    let [form, issued] = ['jwt', undefined];
    try {
      issued = await issueJwt({ ...signing, ...grant });
    } catch (error) {
      const problem = error.kind === 'capability' && checkCapability(capability).diagnostics.find(isTooLarge);
      if (problem)
        throw new TooLarge(new AblyAuthError({ kind: 'token', message: problem.message, path: 'capability' }));
      if (error.kind !== 'token' || error.path !== 'token') throw error;
      const only = JWT_ONLY.filter((name) => isGiven(grant[name]));
      const list = `${only.join(', ')}, which ${only.length === 1 ? 'is' : 'are'} in the grant`;
      const message = error.message + (only.length > 0 && wanted !== 'refuse' ? `, and only a JWT has ${list}` : '');
      const path = wanted === 'refuse' ? 'token' : only[0];
      if (wanted === 'refuse' || only.length > 0)
        throw new TooLarge(new AblyAuthError({ kind: 'token', message, path }));
      form = wanted === 'token-request' && !isText && signing.accessToken === undefined ? wanted : 'ably-token';
      const asked = { capability, clientId: clientId ?? undefined, ttlSeconds, now };
      if (form === 'ably-token') issued = await library.requestToken({ ...signing, ...asked });
      else issued = createTokenRequest({ ...asked, key: signing.key });
    }
    const { token, keyName, issued: from, expires, capability: allowed } = issued;
    const details = { token, keyName, issued: from, expires, capability: allowed, clientId: issued.clientId };
    const body = JSON.stringify(form === 'token-request' ? issued : details);
    const { length } = new TextEncoder().encode(body);
    if (!isText && length > MAX_ANSWER_BYTES) {
      const message = `the token has ${length} bytes as JSON, and Ably's SDKs accept at most ${MAX_ANSWER_BYTES}`;
      throw new TooLarge(new AblyAuthError({ kind: 'token', message, path: 'token' }));
    }
    return { form, issued, body };
  }

  /** What the bans leave of a capability; undefined if the client is banned, or nothing is left. */
  async function admitted({ capability, clientId }, request, args) {
    if (access === undefined) return capability;
    const bans = typeof access === 'function' ? await access(request, ...args) : access;
    if (clientId && (await bans.isBanned({ clientId }))) return undefined;
    const banned = (await bans.list()).map(({ target }) => target.channel);
    const all = Object.entries(channelsOf(capability));
    const left = all.filter(([name]) => !banned.includes(name));
    if (left.length === all.length) return capability;
    return left.length === 0 ? undefined : JSON.stringify(Object.fromEntries(left));
  }

  async function tokenFor(request, args) {
    const { method, headers } = request;
    if (!['GET', 'HEAD', 'POST'].includes(method))
      throw new Refused(405, 40500, `the method ${method} is not allowed. Use GET or POST`, { Allow: METHODS });
    const isEcho = protocol === 'laravel-echo' && method === 'POST' && typeOf(request) === JSON_TYPE;
    const params = await readParams(request, isEcho);
    let [given, previous] = [undefined, undefined];
    const find = async () => {
      given ??= typeof source === 'function' ? await source(request, ...args) : source;
      if (isResponse(given)) throw given;
      const { keys, ...signing } = given;
      return keys
        ? { signing: { ...signing, key: keys[0] }, keys }
        : { signing, keys: signing.key ? [signing.key] : [] };
    };
    if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(params.get('token') ?? '')) {
      const { keys } = await find();
      if (keys.length > 0) previous = await readPrevious(params.get('token'), keys);
    }
    const granted = await authenticate(request, { params, previous }, ...args);
    if (granted === null) throw new Refused(401, 40100, 'authentication is required');
    if (isResponse(granted)) return granted;
    const { info, ...grant } = readGrant(granted, isEcho);
    if (limit) {
      const verdict = await limit(request, { params, clientId: grant.clientId ?? undefined }, ...args);
      if (isResponse(verdict)) return verdict;
      const { success = verdict } = Object(verdict);
      if (typeof success === 'number' ? !(success >= 0 && success <= 86_400) : typeof success !== 'boolean')
        throw usage(`the result of limit is ${shown(verdict)}`, 'the result of limit');
      const wait = typeof success === 'number' ? { 'Retry-After': String(Math.ceil(success)) } : {};
      if (success !== true) throw new Refused(429, 42910, 'too many requests', wait);
    }
    const { signing } = await find();
    grant.capability = await capabilityFor(grant, previous, request, args);
    const type = isEcho ? JSON_TYPE : preferredType(headers.get('Accept'));
    grant.capability = await admitted(grant, request, args);
    if (grant.capability === undefined) throw new Refused(403, 40300, 'this client is banned');
    const wish = isEcho ? { form: 'refuse', isText: true } : { form: large, isText: type !== JSON_TYPE };
    const { form, issued, body } = await issue(signing, grant, wish);
    if (onIssue && method !== 'HEAD') {
      const { clientId, keyName, capability, expires } = issued;
      const hears = { clientId, keyName, capability, ...(expires !== undefined && { expires }), form, request };
      try {
        await onIssue(hears, ...args);
      } catch (error) {
        await tell(error, request);
      }
    }
    if (isEcho) return answer(200, JSON_TYPE, JSON.stringify({ token: issued.token, info }));
    if (type === JSON_TYPE) return answer(200, JSON_TYPE, body);
    return answer(200, form === 'jwt' ? type : 'text/plain', issued.token);
  }

  async function failed(error, request) {
    if (error instanceof Refused) return refusal(error);
    const thrown = isResponse(error) ? error : await responseIn(error);
    if (thrown) return thrown;
    await tell(error instanceof TooLarge ? error.reason : error, request);
    if (error instanceof TooLarge) return refusal(new Refused(403, 40300, 'the token would be too large'));
    if (error instanceof AblyAuthError && PASSING.includes(error.kind))
      return refusal(new Refused(503, 50003, 'no token can be issued at the moment'));
    return refusal(new Refused(500, 50000, 'no token could be issued'));
  }

  return async (request, ...args) => {
    let [allowed, response] = [{}, undefined];
    try {
      allowed = await corsHeaders(request);
      if (allowed === undefined) throw new Refused(403, 40300, 'this origin is not allowed');
      if (request.method !== 'OPTIONS') response = await tokenFor(request, args);
      else response = new Response(null, { status: 204, headers: { Allow: METHODS } });
    } catch (error) {
      if (isOfFramework(error)) throw error;
      response = await failed(error, request);
    }
    try {
      return await finished(response, allowed, request.method);
    } catch (error) {
      return finished(await failed(error, request), allowed, request.method);
    }
  };
};

function answer(status, type, body, headers) {
  return new Response(body, { status, headers: { ...COMMON, 'Content-Type': type, ...headers } });
}

function refusal({ code, statusCode, message, headers }) {
  const error = { code, statusCode, message, href: `https://help.ably.io/error/${code}` };
  return answer(statusCode, JSON_TYPE, JSON.stringify({ error }), { 'X-Ably-ErrorCode': String(code), ...headers });
}

async function finished(response, allowed, method) {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(allowed ?? {})) headers.set(name, value);
  headers.append('Vary', method === 'OPTIONS' ? 'Origin, Access-Control-Request-Headers' : 'Origin, Accept');
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  const { status, statusText } = response;
  const body = response.body === undefined ? (await response.text()) || null : response.body;
  return new Response(method === 'HEAD' ? null : body, { status, statusText, headers });
}

function isResponse(value) {
  return typeof value?.status === 'number' && typeof value.headers?.get === 'function' && !!value.text;
}

async function responseIn(thrown) {
  try {
    const response = await thrown.getResponse();
    return isResponse(response) ? response : undefined;
  } catch {
    return undefined;
  }
}

/** The one of those in endpoint-thrown.mjs that the differential test throws: Next's redirect(). */
const isOfFramework = (thrown) => typeof thrown?.digest === 'string' && thrown.digest.startsWith('NEXT_');

const typeOf = (request) => (request.headers.get('Content-Type') ?? '').split(';')[0].trim().toLowerCase();
const tooLong = () => new Refused(413, 40009, `the body is over the limit of ${MAX_BODY_BYTES} bytes`);
const isTooLarge = ({ code }) => code === 'too-large';

function shown(value) {
  if (typeof value === 'number' || value === null || value === undefined) return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function isGiven(value) {
  if (value === undefined || value === null || value === false) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function joinedBytes(parts, length) {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}

function echoParams(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    // Refused below.
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refused(400, 40001, 'the body is not a JSON object with channel_name and token');
  for (const name of ['channel_name', 'token'])
    if (!['string', 'undefined'].includes(typeof (value[name] ?? undefined)))
      throw new Refused(400, 40001, `${name} is not a string or null`);
  const { channel_name: channel, ...others } = value;
  const params = new URLSearchParams();
  for (const [name, one] of Object.entries({ channel, ...others }))
    if (['string', 'number', 'boolean'].includes(typeof one)) params.append(name, String(one));
  return params;
}

/** JSON, unless the client prefers another type (RFC 9110, 12.5.1). */
function preferredType(accept) {
  const ranges = (accept || '*/*')
    .slice(0, 1000)
    .split(',')
    .map((part) => part.split(';').map((text) => text.trim().toLowerCase()));
  const qualityOf = (type) => {
    for (const range of [type, `${type.split('/')[0]}/*`, '*/*']) {
      // The last one of a name counts.
      const found = ranges.findLast(([name]) => name === range);
      if (found === undefined) continue;
      const weight = found.slice(1).find((parameter) => parameter.startsWith('q='));
      const q = weight === undefined ? 1 : Number(weight.slice(2));
      return q >= 0 && q <= 1 ? q : 1;
    }
    return 0;
  };
  return [JSON_TYPE, 'application/jwt', 'text/plain'].reduce((best, type) =>
    qualityOf(type) > qualityOf(best) ? type : best,
  );
}
