// Sends a single HTTP request that the library has no function for, and converts errors to failures.
import { Failure, Interrupted } from './failure.js';
import { version } from './version.js';

const TIMEOUT_MS = 10_000;

/** Returns the JSON of the response, or undefined if it has no body. */
export async function ask({ fetch = globalThis.fetch, signal }, method, url, { authorization, body } = {}) {
  const ended = AbortSignal.timeout(TIMEOUT_MS);
  let response;
  let text;
  try {
    response = await fetch(url, {
      method,
      headers: {
        Accept: 'application/json',
        Authorization: authorization,
        'X-Ably-Version': '3',
        'Ably-Agent': `ably-edge-auth/${version}`,
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: 'manual',
      signal: signal === undefined ? ended : AbortSignal.any([signal, ended]),
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw new Interrupted();
    const { origin } = new URL(url);
    if (ended.aborted)
      throw new Failure(`No response from ${origin} within ${TIMEOUT_MS / 1000} s`, { kind: 'network' });
    throw new Failure(`Request to ${origin} failed: ${error.cause?.code ?? error.cause?.message ?? error.message}`, {
      kind: 'network',
    });
  }
  const json = parsed(text);
  if (response.status >= 200 && response.status < 300) {
    if (text === '' || json !== undefined) return json;
    throw new Failure(`${new URL(url).origin} responded with status ${response.status} and a body that is not JSON`);
  }
  throw refusal(response, json);
}

export function basic(key) {
  return `Basic ${Buffer.from(key).toString('base64')}`;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads `{"error":{…}}` of the REST API, the flat form of the Control API, or the headers alone. */
function refusal(response, json) {
  const { code, message, href } = json?.error ?? json ?? {};
  const inHeader = Number(response.headers.get('x-ably-errorcode'));
  const words =
    typeof message === 'string'
      ? message
      : (response.headers.get('x-ably-errormessage') ?? `Request failed with status code ${response.status}`);
  return new Failure(words, {
    code: Number.isInteger(code) ? code : inHeader || undefined,
    statusCode: response.status,
    href: typeof href === 'string' && /^https:\/\/[\w./-]+$/.test(href) ? href : undefined,
  });
}
