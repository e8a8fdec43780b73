// A `fetch` that answers from data, for the `fetch` option of the library: no sockets, so every runtime has it.
import { equal, ok, wholeMessage } from './assert.mjs';

const HELP = 'https://help.ably.io/error/';
// Which headers a server lets pass from a page: ably-js sends these, so these are known to be on its list.
const KNOWN_HEADERS = ['accept', 'ably-agent', 'authorization', 'content-type', 'x-ably-version'];

/**
 * `answer` gets each request and its number, and gives `{ status, headers, body or text }`; where it gives
 * nothing, nobody answers.
 * @returns {{ fetch: Function, requests: { method: string, url: string, headers: object, text?: string }[] }}
 */
export function scriptedFetch(answer) {
  const requests = [];
  async function fetch(url, init) {
    const request = { method: init.method, url: String(url), headers: lowerCase(init.headers), ...textOf(init.body) };
    const count = requests.push(request);
    ok(init.redirect === 'manual', `redirect is ${init.redirect}`);
    // `..`, even as `%2E%2E`, would be another path by the time it is sent.
    equal(new URL(url).href, request.url, 'the address as fetch reads it');
    const found = answer(request, count - 1);
    if (!found) throw new TypeError(`the test has no answer to ${request.method} ${request.url}`);
    const { status, headers = {}, body, text = body === undefined ? '' : JSON.stringify(body) } = found;
    const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
    // A 204 with a body, be it an empty one, is refused by the constructor.
    return new Response(text === '' ? null : text, { status, headers: { ...type, ...headers } });
  }
  return { fetch, requests };
}

/** It has the headers that it must have, and none that a server might not let pass. */
export function hasHeaders({ method, url, headers, text }, { authorization }) {
  const what = `${method} ${url}`;
  equal(headers.authorization, authorization, `${what}: Authorization`);
  equal(headers.accept, 'application/json', `${what}: Accept`);
  equal(headers['content-type'], text === undefined ? undefined : 'application/json', `${what}: Content-Type`);
  equal(
    Object.keys(headers).filter((name) => !KNOWN_HEADERS.includes(name)),
    [],
    `${what}: headers that nobody knows`,
  );
}

/** The members that an AblyAuthError has for a vector's `error`: `kind`, `code`, `status`, `href`. */
export function wantedOf(error) {
  const wanted = {};
  if ('kind' in error) wanted.kind = error.kind;
  if ('status' in error) wanted.statusCode = error.status;
  // An error with a status and no code has none; one that tells neither leaves both open.
  if ('code' in error || 'status' in error) {
    wanted.code = error.code;
    wanted.href = error.href ?? (error.code === undefined ? undefined : `${HELP}${error.code}`);
  }
  return wanted;
}

/** Every text of `contains` stands in the message, and the secret nowhere. */
export function saysOnly(error, contains = [], secret) {
  for (const text of contains)
    ok(wholeMessage(error).includes(text), `"${text}" is missing in: ${wholeMessage(error)}`);
  for (const text of [error.message, error.remediation, error.stack, JSON.stringify(error)])
    ok(!text?.includes(secret), `the secret stands in ${text}`);
}

function lowerCase(headers) {
  const pairs = typeof headers?.[Symbol.iterator] === 'function' ? [...headers] : Object.entries(headers ?? {});
  const lower = Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), String(value)]));
  equal(Object.keys(lower).length, pairs.length, 'a header stands twice');
  return lower;
}

function textOf(body) {
  if (body === undefined || body === null) return {};
  return { text: typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true }).decode(body) };
}
