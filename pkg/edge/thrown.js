// Recognises what callbacks throw on purpose: a response, or a signal to the surrounding framework.
import { isResponse } from './response.js';

/** The Response that was thrown (React Router, SolidStart), or that the thrown error provides (Hono's HTTPException). */
export async function responseOf(thrown) {
  if (isResponse(thrown)) return thrown;
  if (typeof thrown?.getResponse !== 'function') return undefined;
  const response = await thrown.getResponse();
  return isResponse(response) ? response : undefined;
}

/**
 * Whether the value is a signal to the calling framework, which must receive it unchanged. Recognised by shape: importing
 * the classes would make each framework a dependency, and bundlers rename them. Based on Next.js 16, SvelteKit 2, h3 1 and
 * 2, and React Router 7. Astro and Remix redirect with a Response, so they need no case here.
 */
export function isOfFramework(thrown) {
  if (typeof thrown !== 'object' || thrown === null) return false;
  return isNext(thrown) || isSvelteKit(thrown) || isH3(thrown) || isReactRouter(thrown);
}

/**
 * Matches redirect(), notFound(), forbidden() and unauthorized(), and the error that cookies() or the request throws
 * during a build to mark a route as dynamic. If that error were swallowed, the route would be built as a static 500.
 */
function isNext({ digest }) {
  return typeof digest === 'string' && /^(NEXT_|DYNAMIC_SERVER_USAGE|HANGING_PROMISE_REJECTION)/.test(digest);
}

/** Matches redirect(status, location) and error(status, body): objects with two members, and classes without a superclass. */
function isSvelteKit(thrown) {
  if (thrown instanceof Error || Object.getPrototypeOf(thrown) === Object.prototype) return false;
  const { status, location, body } = thrown;
  const members = Object.keys(thrown).sort().join();
  if (members === 'location,status') return status >= 300 && status <= 308 && typeof location === 'string';
  return members === 'body,status' && status >= 400 && status <= 599 && typeof body === 'object' && body !== null;
}

/** Matches createError() of version 1 and HTTPError of version 2. Other libraries have an HTTPError too, so its members are checked. */
function isH3(thrown) {
  if (thrown.constructor?.__h3_error__ === true) return true;
  return thrown.name === 'HTTPError' && typeof thrown.status === 'number' && typeof thrown.toJSON === 'function';
}

/** Matches data(data, init). */
function isReactRouter(thrown) {
  return thrown.type === 'DataWithResponseInit' && 'init' in thrown;
}
