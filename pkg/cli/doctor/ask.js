// Asks a token endpoint as ably-js does. The headers that the user gives are credentials: they go to the URL alone, so
// redirects are not followed.

/** The accept header of ably-js. */
const ACCEPT = 'application/json, text/plain';
const FORM = 'application/x-www-form-urlencoded';
/** The default of ably-js for a whole token request. */
export const TIMEOUT_MS = 10_000;
/** The largest token or TokenDetails that SDKs accept. */
export const MAX_BYTES = 128 * 1024;

/**
 * @param {{ url: URL, method: string, origin?: string, headers: [string, string][] }} what
 * @param {{ fetch?: typeof fetch, signal?: AbortSignal, timeoutMs?: number }} how
 * @returns {Promise<{ status: number, headers: Headers, body: string, tooLong: boolean } | { fault: string, late?: boolean }>}
 */
export async function ask(
  { url, method, origin, headers },
  { fetch = globalThis.fetch, signal, timeoutMs = TIMEOUT_MS },
) {
  const asked = new URL(url);
  // Like ably-js, so that a cache of the whole URL does not answer.
  asked.searchParams.set('rnd', String(Math.random()).slice(2));
  const ended = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(asked, {
      method,
      headers: [['accept', ACCEPT], ...(origin ? [['origin', origin]] : []), ...bodyType(method), ...headers],
      body: method === 'POST' ? '' : undefined,
      redirect: 'manual',
      signal: signal === undefined ? ended : AbortSignal.any([signal, ended]),
    });
    const { text, tooLong } = await read(response);
    return { status: response.status, headers: response.headers, body: text, tooLong };
  } catch (error) {
    if (signal?.aborted) throw error;
    return ended.aborted ? { fault: 'timeout', late: true } : { fault: faultOf(error) };
  }
}

/** The request that a browser sends first if a page uses headers beyond the simple ones. */
export async function preflight(
  { url, method, origin, names },
  { fetch = globalThis.fetch, signal, timeoutMs = TIMEOUT_MS },
) {
  const ended = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'OPTIONS',
      headers: [
        ['origin', origin],
        ['access-control-request-method', method],
        ...(names.length > 0 ? [['access-control-request-headers', names.join(',')]] : []),
      ],
      redirect: 'manual',
      signal: signal === undefined ? ended : AbortSignal.any([signal, ended]),
    });
    await response.body?.cancel();
    return { status: response.status, headers: response.headers };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { fault: ended.aborted ? 'timeout' : faultOf(error) };
  }
}

const bodyType = (method) => (method === 'POST' ? [['content-type', FORM]] : []);

async function read(response) {
  const chunks = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    // The length is known by now to be a fault, and the rest may never end.
    if (length > 2 * MAX_BYTES) break;
    chunks.push(chunk);
  }
  return { text: new TextDecoder().decode(Buffer.concat(chunks)), tooLong: length > MAX_BYTES };
}

function faultOf(error) {
  return String(error.cause?.code ?? error.cause?.message ?? error.code ?? error.message);
}
