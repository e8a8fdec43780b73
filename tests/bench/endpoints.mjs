// Handlers that answer the request of ably-js for a token: ours, and others beside it. What each answers is checked by
// checkAnswer; who the client is says a header, as it would a session.
import { CAPABILITIES, CLIENT_ID, KEY, KEY_NAME, SECRET, claimsOf } from './samples.mjs';

const APP = 'https://app.example.com';
const CAPABILITY = JSON.stringify(CAPABILITIES.usual);
/** What ours answers with, so that what is sent is as long. */
const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Type': 'application/json',
  'X-Content-Type-Options': 'nosniff',
  'Access-Control-Allow-Origin': APP,
  'Access-Control-Expose-Headers': 'X-Ably-ErrorCode, Retry-After',
  Vary: 'Origin, Accept',
};

/** The request of a page on another host: ably-js asks like this. */
export const REQUEST = {
  path: '/auth',
  headers: {
    Accept: 'application/json, text/plain',
    Origin: APP,
    'User-Agent':
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    'X-User': CLIENT_ID,
  },
};

/** The names of {@link handlersFor}. */
export const OURS = 'ours: createTokenEndpoint';
export const SIGNS_ONLY = 'createIssuer(…).token, no checks';
export const WITH_JOSE = 'the same with jose';
export const CONSTANT = 'a constant answer';

/**
 * @param libraries `ours` and `jose`; a handler whose library is not there is left out, so that it need not be loaded
 * @returns {Record<string, (request: Request) => Response | Promise<Response>>}
 */
export function handlersFor({ ours, jose }) {
  return { ...(ours && withOurs(ours)), ...(jose && withJose(jose)), [CONSTANT]: constant };
}

function withOurs({ createIssuer, createTokenEndpoint }) {
  const issuer = createIssuer({ key: KEY, capability: CAPABILITIES.usual });
  return {
    [OURS]: createTokenEndpoint({
      source: { key: KEY },
      cors: { origins: [APP] },
      authenticate: (request) => ({ capability: CAPABILITY, clientId: userOf(request) }),
    }),
    [SIGNS_ONLY]: (request) =>
      new Response(issuer.token({ clientId: userOf(request) }), {
        headers: { ...HEADERS, 'Content-Type': 'application/jwt' },
      }),
  };
}

/** What our endpoint does for this request, as somebody writes it with jose: the method, the origin, the user, the token. */
function withJose({ SignJWT }) {
  const header = { typ: 'JWT', alg: 'HS256', kid: KEY_NAME };
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  // Imported once, as jose's documentation has it for a key that is used again.
  const key = crypto.subtle.importKey('raw', new TextEncoder().encode(SECRET), algorithm, false, ['sign']);
  return {
    async [WITH_JOSE](request) {
      if (request.method !== 'GET' && request.method !== 'POST') return new Response(null, { status: 405 });
      const origin = request.headers.get('Origin');
      if (origin !== null && origin !== APP) return new Response(null, { status: 403 });
      const clientId = userOf(request);
      if (clientId === null) return new Response(null, { status: 401 });
      const claims = { ...claimsOf('usual'), 'x-ably-clientId': clientId };
      const token = await new SignJWT(claims).setProtectedHeader(header).sign(await key);
      return new Response(JSON.stringify(detailsOf(token, claims)), { headers: HEADERS });
    },
  };
}

let answer;
/** As long as what the others answer. */
function constant() {
  answer ??= JSON.stringify(detailsOf('x'.repeat(330), claimsOf('usual')));
  return new Response(answer, { headers: HEADERS });
}

const userOf = (request) => request.headers.get('X-User');

function detailsOf(token, claims) {
  const { iat, exp } = claims;
  const [capability, clientId] = [claims['x-ably-capability'], claims['x-ably-clientId']];
  return { token, keyName: KEY_NAME, issued: iat * 1000, expires: exp * 1000, capability, clientId };
}

/** Throws unless it is the answer of this handler. */
export async function checkAnswer(name, response) {
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${name} answers with ${response.status}: ${text}`);
  if (name === CONSTANT) return;
  const token = name === SIGNS_ONLY ? text : JSON.parse(text).token;
  const claims = JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
  if (claims['x-ably-clientId'] !== CLIENT_ID) throw new Error(`${name} issued a token for another client`);
  if (name !== SIGNS_ONLY && response.headers.get('Access-Control-Allow-Origin') !== APP)
    throw new Error(`${name} does not allow the origin`);
}
