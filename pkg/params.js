// What a client sends along, by ably-js's authUrl: in the query, or in the form that is posted.
import { AblyAuthError } from './error.js';

/** Many times what authParams need. */
const MOST_BYTES = 64 * 1024;
const FORM = 'application/x-www-form-urlencoded';

/** What is wrong with the request, and so to be answered to it. */
export class Refused {
  constructor(statusCode, code, message) {
    Object.assign(this, { statusCode, code, message });
  }
}

/** A posted form comes first, then the query: ably-js leaves there what the address had. */
export async function readParams(request) {
  const query = new URL(request.url).searchParams;
  if (request.method !== 'POST') return query;
  // Of whatever type it is.
  if (Number(request.headers.get('Content-Length')) > MOST_BYTES) throw tooLarge();
  const type = request.headers.get('Content-Type') ?? '';
  // Of another type it is the developer's to read.
  if (type.split(';')[0].trim().toLowerCase() !== FORM) return query;
  const params = new URLSearchParams(await readText(request));
  for (const [name, value] of query) params.append(name, value);
  return params;
}

async function readText(request) {
  if (request.bodyUsed)
    throw new AblyAuthError({ kind: 'usage', message: 'the body of the request was read before the endpoint was called; hand it on unread', path: 'request' });
  if (!request.body) return '';
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  const reader = request.body.getReader();
  try {
    for (let read; !(read = await reader.read()).done; ) {
      length += read.value.byteLength;
      if (length > MOST_BYTES) {
        reader.cancel().catch(() => {}); // nobody waits for the end of that
        throw tooLarge();
      }
      text += decoder.decode(read.value, { stream: true });
    }
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(400, 40001, 'the body could not be read to its end');
  }
  return text + decoder.decode();
}

function tooLarge() {
  return new Refused(413, 40009, `the body is over the bound of ${MOST_BYTES} bytes`);
}
