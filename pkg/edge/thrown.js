// What the callbacks of the edge kit throw on purpose: an answer, or a word to the framework around it.
import { isResponse } from './response.js';

/** The Response that was thrown (React Router, SolidStart), or that the thrown error gives (Hono's HTTPException). */
export async function responseOf(thrown) {
  if (isResponse(thrown)) return thrown;
  if (typeof thrown?.getResponse !== 'function') return undefined;
  const response = await thrown.getResponse();
  return isResponse(response) ? response : undefined;
}

/**
 * Whether the framework that called throws this to itself, so that it must see it untouched. Known by shape: importing
 * the classes would make each framework a dependency, and bundlers rename them. Looked up in Next.js 16, SvelteKit 2,
 * h3 1 and 2, and React Router 7. Astro and Remix need nothing: what they redirect with is a Response.
 */
export function isOfFramework(thrown) {
  if (typeof thrown !== 'object' || thrown === null) return false;
  return isNext(thrown) || isSvelteKit(thrown) || isH3(thrown) || isReactRouter(thrown);
}

/**
 * redirect(), notFound(), forbidden() and unauthorized(), and what cookies() or the request itself throws while Next
 * builds, by which it learns that a route is dynamic: swallowed, that would be a page that says 500 for ever.
 */
function isNext({ digest }) {
  return typeof digest === 'string' && /^(NEXT_|DYNAMIC_SERVER_USAGE|HANGING_PROMISE_REJECTION)/.test(digest);
}

/** redirect(status, location) and error(status, body): objects of two members whose classes extend nothing. */
function isSvelteKit(thrown) {
  if (thrown instanceof Error || Object.getPrototypeOf(thrown) === Object.prototype) return false;
  const { status, location, body } = thrown;
  const members = Object.keys(thrown).sort().join();
  if (members === 'location,status') return status >= 300 && status <= 308 && typeof location === 'string';
  return members === 'body,status' && status >= 400 && status <= 599 && typeof body === 'object' && body !== null;
}

/** createError() of version 1, and the HTTPError of version 2, which other libraries name theirs too. */
function isH3(thrown) {
  if (thrown.constructor?.__h3_error__ === true) return true;
  return thrown.name === 'HTTPError' && typeof thrown.status === 'number' && typeof thrown.toJSON === 'function';
}

/** data(data, init). */
function isReactRouter(thrown) {
  return thrown.type === 'DataWithResponseInit' && 'init' in thrown;
}
