// CORS for the token endpoint: an allow-list of origins, which is empty by default.
import { hostOf as hostIn } from './address.js';
import { AblyAuthError } from '../lib/error.js';
import { kindOf, readOptions, refuse } from '../lib/input/options.js';

const OPTIONS = new Set(['origins', 'credentials', 'maxAgeSeconds']);
const METHODS = 'GET, HEAD, POST';
// The longest time that Chromium caches a preflight response.
const MAX_AGE_SECONDS = 7200;
const MAX_SECONDS = 86_400;
/** Offered for patterns, which a list cannot express. */
const DECIDES = String.raw`a function in place of the list, such as (origin) => /^https:\/\/[a-z0-9-]+\.example\.com$/.test(origin)`;
/** A list of header names as browsers send it. */
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~, -]{1,2000}$/;

/**
 * Returns `judge(request)`, which gives the CORS headers of the response, none for a request that is not cross-origin, and
 * undefined if the origin is not allowed; where a function decides on origins, a promise of them.
 */
export function readCors(options = { origins: [] }) {
  const { origins, credentials = false, maxAgeSeconds = MAX_AGE_SECONDS } = readOptions(options, OPTIONS, 'cors');
  if (typeof credentials !== 'boolean') throw refuse('cors.credentials', kindOf(credentials), 'true or false');
  if (!(Number.isInteger(maxAgeSeconds) && maxAgeSeconds >= 0 && maxAgeSeconds <= MAX_SECONDS))
    throw refuse(
      'cors.maxAgeSeconds',
      typeof maxAgeSeconds === 'number' ? String(maxAgeSeconds) : kindOf(maxAgeSeconds),
      `whole seconds, 0 to ${MAX_SECONDS}`,
    );
  const allows = readOrigins(origins, credentials);

  return function judge(request) {
    const origin = request.headers.get('Origin');
    if (origin === null || isOwn(origin, request)) return {};
    const allowed = allows(origin, request);
    return allowed instanceof Promise
      ? allowed.then((isAllowed) => headersFor(isAllowed, origin, request))
      : headersFor(allowed, origin, request);
  };

  function headersFor(isAllowed, origin, request) {
    if (!isAllowed) return undefined;
    const headers = {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': 'X-Ably-ErrorCode, Retry-After',
    };
    if (credentials) headers['Access-Control-Allow-Credentials'] = 'true';
    if (request.method !== 'OPTIONS') return headers;
    headers['Access-Control-Allow-Methods'] = METHODS;
    headers['Access-Control-Max-Age'] = String(maxAgeSeconds);
    const wanted = request.headers.get('Access-Control-Request-Headers') ?? '';
    if (HEADER_NAMES.test(wanted)) headers['Access-Control-Allow-Headers'] = wanted;
    return headers;
  }
}

/**
 * Whether the request is same-origin: browsers send Origin with same-origin POST requests too. Compares hosts only, because
 * a server behind a TLS-terminating proxy sees http. This is safe: a page of the other scheme gets no CORS headers.
 */
function isOwn(origin, request) {
  if (!/^https?:\/\//.test(origin)) return false;
  return origin.slice(origin.indexOf('//') + 2) === hostOf(request);
}

function hostOf({ url, headers }) {
  return headers.get('Host') ?? hostIn(url);
}

/** The error for the developer about an origin that is not allowed. The page itself does not see the reason. */
export function originRefused(request) {
  const [origin, host] = [request.headers.get('Origin'), hostOf(request)].map((text) =>
    JSON.stringify(text.slice(0, 200)),
  );
  const remediation =
    'if the page is yours, add the origin to cors.origins; behind a proxy that rewrites Host, this is needed even for pages of the same site';
  const message = `cors.origins does not allow the origin ${origin}, and it differs from the requested host ${host}`;
  return new AblyAuthError({
    kind: 'forbidden',
    code: 40300,
    statusCode: 403,
    message,
    path: 'cors.origins',
    remediation,
  });
}

function readOrigins(origins, credentials) {
  if (typeof origins === 'function') return async (origin, request) => (await origins(origin, request)) === true;
  if (origins === '*') {
    if (!credentials) return () => true;
    throw refuse(
      'cors.origins',
      '"*", with credentials',
      'a list of origins, because with "*" any page could get a token for its visitors',
    );
  }
  if (isPattern(origins)) throw refuse('cors.origins', 'a pattern', DECIDES);
  if (!Array.isArray(origins)) throw refuse('cors.origins', kindOf(origins), 'a list of origins, "*", or a function');
  const listed = new Set(Array.from(origins, checkedOrigin));
  return (origin) => listed.has(origin);
}

/** Requires the form that browsers send, such as https://app.example.com, because no other text would ever match. */
function checkedOrigin(origin, index) {
  const path = `cors.origins[${index}]`;
  if (origin === '*') throw refuse(path, '"*" in a list', 'origins: "*" for any origin');
  if (isPattern(origin)) throw refuse(path, 'a pattern', DECIDES);
  if (typeof origin !== 'string') throw refuse(path, kindOf(origin), 'an origin such as "https://app.example.com"');
  const serialised = serialisedOrigin(origin);
  if (origin !== '' && serialised === origin) return origin;
  const remediation =
    serialised === undefined
      ? 'give one such as "https://app.example.com"'
      : `did you mean ${JSON.stringify(serialised)}?`;
  throw new AblyAuthError({
    kind: 'usage',
    message: `${path} is not an origin in the form that browsers send`,
    path,
    remediation,
  });
}

function isPattern(value) {
  return (
    Object.prototype.toString.call(value) === '[object RegExp]' || (typeof value === 'string' && value.includes('*'))
  );
}

function serialisedOrigin(text) {
  try {
    const { protocol, host, origin } = new URL(text);
    if (host === '') return undefined;
    return origin === 'null' ? `${protocol}//${host}` : origin; // origins of apps, such as capacitor://localhost
  } catch {
    return undefined;
  }
}
