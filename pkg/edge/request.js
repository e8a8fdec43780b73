// Is it a Request? By what it has, for it may be of another realm or library: undici's, node-fetch's, a polyfill's.
import { kindOf, refuse } from '../lib/input/usage-error.js';

/** As much of one as createTokenEndpoint reads. */
export function isRequest(value) {
  return hasHeaders(value) && typeof value.method === 'string' && typeof value.url === 'string';
}

/** As much of one as verifyRequest reads. */
export function hasHeaders(value) {
  return typeof value?.headers?.get === 'function';
}

const MADE = 'a Request made of it: new Request(url, { method, headers, body })';

/** What was handed over in place of a Request, and where in it the Request is. */
export function noRequest(value) {
  const [found, wanted] = described(value);
  return refuse('request', found, wanted);
}

function described(value) {
  if (typeof value !== 'object' || value === null) return [kindOf(value), 'a Request'];
  // Hono's context and its HonoRequest.
  if (hasHeaders(value.req?.raw)) return ['a Hono context', 'its Request, c.req.raw'];
  if (hasHeaders(value.raw)) return ['a HonoRequest', 'its Request, c.req.raw'];
  // SvelteKit, Astro, React Router, Pages Functions, Elysia, a service worker; then h3 2, and h3 1.
  if (hasHeaders(value.request)) return ['an event or a context', 'its Request, such as event.request'];
  if (hasHeaders(value.req)) return ['an event', 'its Request, event.req'];
  if (isIncomingMessage(value.node?.req)) return ['an event of h3', 'what toWebRequest(event) makes of it'];
  // Express, Next's pages, node:http; Fastify and Koa keep theirs inside.
  if ([value, value.raw, value.req].some(isIncomingMessage))
    return ["a request of Node.js, such as Express or Next's pages have", `${MADE}, and write the Response back`];
  if (isLambdaEvent(value)) return ['a Lambda event', MADE];
  return [kindOf(value), 'a Request'];
}

function isIncomingMessage(value) {
  return typeof value?.httpVersion === 'string' && typeof value.headers === 'object';
}

/** Of API Gateway's both versions, a function URL or a load balancer. */
function isLambdaEvent({ requestContext, httpMethod, rawPath }) {
  return typeof requestContext === 'object' || typeof httpMethod === 'string' || typeof rawPath === 'string';
}
