// Sends an answer, well or with a fault. A fault is an object with these members, all of them optional:
//
//   status, headers, body (text or bytes), json (any value)   in place of the good ones; a status alone has an empty body
//   otherStatus  the good answer under this status
//   error        { code, message, … }: Ably's error body, with `status`; `in: 'headers'` leaves the body empty
//   retryAfter   seconds; retryDate: seconds from now on, written as an HTTP date
//   redirect     'here' or 'elsewhere': Location leads to /redirected/… of this world, on this origin or another
//   delay        ms before the headers
//   pause        ms between the headers and the body
//   drip         ms after every byte of the body
//   stop         'headers' or 'body': nothing more comes instead of the headers, or after half of the body
//   cut          'headers' or 'body': the connection breaks there
//   lengthBy     Content-Length is wrong by so much
//   half         the connection ends in good order after half of the body
//   size         so many bytes: the good body, filled up with white space
//   chunked      no Content-Length
//   gzip         the body is compressed
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { errorBody } from './refusal.mjs';

const ALLOWED = 'authorization, content-type, accept, x-ably-version, ably-agent';
const EXPOSED = 'retry-after, x-ably-errorcode, x-ably-errormessage, x-ably-serverid, x-request-id';
export const CORS = {
  preflight: {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Headers': ALLOWED,
    'Access-Control-Allow-Methods': 'GET, POST, PATCH, DELETE',
  },
  answer: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': EXPOSED },
};

const KNOWN = [
  'index',
  'status',
  'otherStatus',
  'headers',
  'body',
  'json',
  'error',
  'in',
  'retryAfter',
  'retryDate',
  'redirect',
  'delay',
  'pause',
  'drip',
  'stop',
  'cut',
  'lengthBy',
  'half',
  'size',
  'chunked',
  'gzip',
];
/** With one of these alone the answer is still the good one, as it reaches the client. */
const HARMLESS = ['index', 'delay', 'pause', 'drip', 'chunked', 'gzip'];
const WITHOUT_BODY = [204, 304];
const CHUNK = 64 * 1024;

export async function send({ world, entry, response, origins, good }) {
  const fault = entry.path.startsWith('/redirected/') ? undefined : world.fault(entry);
  for (const name of Object.keys(fault ?? {})) if (!KNOWN.includes(name)) throw new Error(`no fault has ${name}`);
  entry.fault = fault?.index ?? null;
  entry.well = Object.keys(fault ?? {}).every((name) => HARMLESS.includes(name));

  const gone = new AbortController();
  response.on('close', () => gone.abort());
  try {
    await sendWith(fault ?? {}, {
      world,
      entry,
      response,
      origins,
      good,
      wait: (ms) => sleep(ms, undefined, { signal: gone.signal }),
    });
  } catch (error) {
    if (error.name !== 'AbortError') throw error; // the client has left: nobody to send anything to
  }
}

async function sendWith(fault, { world, entry, response, origins, good, wait }) {
  if (fault.delay) await wait(fault.delay);
  if (fault.stop === 'headers') return; // the connection stays open until the client leaves
  if (fault.cut === 'headers') return cut(entry, response);

  const { status, headers, body } = compose(fault, entry, origins, good);
  response.writeHead(status, {
    'X-Ably-ServerId': 'made-up-server',
    'X-Request-Id': `request-${entry.index}`,
    ...(world.script.cors === false ? {} : CORS.answer),
    ...headers,
    ...(fault.chunked || WITHOUT_BODY.includes(status)
      ? {}
      : { 'Content-Length': body.length + (fault.lengthBy ?? 0) }),
    ...(fault.lengthBy || fault.half ? { Connection: 'close' } : {}),
  });
  response.flushHeaders();
  entry.headersSent = true;
  if (fault.pause) await wait(fault.pause);
  const [start, isPart] =
    fault.stop || fault.cut || fault.half ? [body.subarray(0, body.length >> 1), true] : [body, false];
  await write(response, start, fault.drip, wait);
  if (!isPart) return void response.end();
  // What was written has to arrive before the connection breaks.
  await wait(50);
  if (fault.cut) return cut(entry, response);
  if (fault.half) {
    entry.cut = true;
    response.socket.end();
  }
}

function cut(entry, response) {
  entry.cut = true;
  response.socket.resetAndDestroy();
}

async function write(response, bytes, drip, wait) {
  if (drip) {
    for (const byte of bytes) {
      response.write(Uint8Array.of(byte));
      await wait(drip);
    }
    return;
  }
  for (let from = 0; from < bytes.length && !response.destroyed; from += CHUNK) {
    // A client that reads no further must not fill this process's memory.
    if (!response.write(bytes.subarray(from, from + CHUNK))) await drained(response);
  }
}

const drained = (response) =>
  new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });

/** Status, headers and body: the fault's own where it has them, the good ones otherwise. */
function compose(fault, entry, origins, good) {
  const { status, error, redirect } = fault;
  const headers = { 'Content-Type': 'application/json' };
  if (fault.retryAfter !== undefined) headers['Retry-After'] = String(fault.retryAfter);
  if (fault.retryDate !== undefined)
    headers['Retry-After'] = new Date(Date.now() + fault.retryDate * 1000).toUTCString();
  if (error?.code && fault.in === 'headers')
    Object.assign(headers, { 'X-Ably-ErrorCode': String(error.code), 'X-Ably-ErrorMessage': error.message });
  if (redirect) headers.Location = `${origins[redirect]}/w/${entry.world}/redirected${entry.path}`;

  const own = () => {
    if (fault.body !== undefined) return { status: status ?? 200, body: fault.body };
    if (fault.json !== undefined) return { status: status ?? 200, body: JSON.stringify(fault.json) };
    if (error && fault.in !== 'headers')
      return { status, body: errorBody(entry.path, { statusCode: status, ...error }) };
    if (status !== undefined) return { status, body: '' };
    return good();
  };
  const answer = { ...own(), ...(fault.otherStatus && { status: fault.otherStatus }) };
  let body = Buffer.from(answer.body);
  if (fault.size) body = Buffer.concat([body, Buffer.alloc(fault.size - body.length, ' ')]);
  if (fault.gzip) {
    headers['Content-Encoding'] = 'gzip';
    body = gzipSync(body);
  }
  return { status: answer.status, headers: { ...headers, ...fault.headers }, body };
}
