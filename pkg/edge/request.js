// Recognises requests by their members, because they may come from another realm or library: undici, node-fetch, a polyfill.
import { kindOf, refuse } from '../lib/input/usage-error.js';

/** Whether a value has the members that createTokenEndpoint reads. */
export function isRequest(value) {
  return hasHeaders(value) && typeof value.method === 'string' && typeof value.url === 'string';
}

/** Whether a value has the members that verifyRequest reads. */
export function hasHeaders(value) {
  return typeof value?.headers?.get === 'function';
}

const MADE = 'a Request created from it: new Request(url, { method, headers, body })';

/** The error for a value that is not a Request, with advice on where to find the Request in it. */
export function noRequest(value) {
  const [found, wanted] = described(value);
  return refuse('request', found, wanted);
}

function described(value) {
  if (typeof value !== 'object' || value === null) return [kindOf(value), 'a Request'];
  // Hono.
  if (hasHeaders(value.req?.raw)) return ['a Hono context', 'its Request, c.req.raw'];
  if (hasHeaders(value.raw)) return ['a HonoRequest', 'its Request, c.req.raw'];
  // SvelteKit, Astro, React Router, Pages Functions, Elysia and service workers; then h3 2, and h3 1.
  if (hasHeaders(value.request)) return ['an event or a context', 'its Request, such as event.request'];
  if (hasHeaders(value.req)) return ['an event', 'its Request, event.req'];
  if (isIncomingMessage(value.node?.req)) return ['an h3 event', 'the result of toWebRequest(event)'];
  // Express, Next.js pages and node:http; Fastify and Koa wrap the same object.
  if ([value, value.raw, value.req].some(isIncomingMessage))
    return [
      'a Node.js request, as in Express or Next.js pages',
      `${MADE}, or serve the endpoint by toNodeHandler of ably-edge-auth/node`,
    ];
  if (isLambdaEvent(value)) return ['a Lambda event', MADE];
  return [kindOf(value), 'a Request'];
}

function isIncomingMessage(value) {
  return typeof value?.httpVersion === 'string' && typeof value.headers === 'object';
}

/** Matches events of API Gateway (both versions), function URLs and load balancers. */
function isLambdaEvent({ requestContext, httpMethod, rawPath }) {
  return typeof requestContext === 'object' || typeof httpMethod === 'string' || typeof rawPath === 'string';
}
