// verifyWebhook: checks that Ably signed a request, and reads its events.
import { chunksOf } from '../edge/body.js';
import { isRequest, noRequest } from '../edge/request.js';
import { refusal } from '../edge/response.js';
import { AblyAuthError } from '../lib/error.js';
import { newestTime, readEvents } from './events.js';
import { readWebhookOptions } from './options.js';
import { readSignature, signerOf } from './signature.js';

export async function verifyWebhook(request, options) {
  const { keys, maxAgeSeconds, maxBytes, now } = readWebhookOptions(options);
  if (!isRequest(request)) throw noRequest(request);
  if (request.method !== 'POST')
    return refused(405, 40500, `the method ${request.method} is not allowed. Use POST`, { Allow: 'POST' });

  // Everything that can be refused without the body is refused before it is read.
  const name = request.headers.get('X-Ably-Key');
  const signed = request.headers.get('X-Ably-Signature');
  if (!name || !signed) return refused(401, 40100, 'the webhook is not signed');
  const candidates = keys.filter((key) => name === key.name || name === key.id);
  if (candidates.length === 0) return refused(401, 40101, 'the webhook is signed with an unknown key');
  const signature = readSignature(signed);
  if (signature === undefined) return refused(401, 40101, 'the signature of the webhook is malformed');
  if (Number(request.headers.get('Content-Length')) > maxBytes) return tooLarge(maxBytes);

  const { body, response } = await readBody(request, maxBytes);
  if (response) return { response };
  const signer = await signerOf(body, signature, candidates);
  if (signer === undefined) return refused(401, 40101, 'the signature does not match the webhook');

  const events = readEvents(body);
  const newest = newestTime(events);
  if (newest !== undefined && now - newest > maxAgeSeconds * 1000)
    return refused(401, 40101, `the events of the webhook are over ${maxAgeSeconds} seconds old`);
  return { webhook: { keyName: signer.name, events, body } };
}

/** The bytes as they came, because the signature covers them and not the text. */
async function readBody(request, maxBytes) {
  if (request.bodyUsed)
    throw new AblyAuthError({
      kind: 'usage',
      message: 'the body of the request was read before verifyWebhook was called',
      path: 'request',
      remediation: 'pass the request on unread, or a clone of it',
    });
  const chunks = [];
  let length = 0;
  try {
    for await (const chunk of chunksOf(request)) {
      if (!ArrayBuffer.isView(chunk)) throw new TypeError('the body is not a stream of bytes');
      length += chunk.byteLength;
      if (length > maxBytes) return tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch {
    return refused(400, 40001, 'the body could not be read completely');
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return { body };
}

const tooLarge = (maxBytes) => refused(413, 40009, `the body is over the limit of ${maxBytes} bytes`);

function refused(statusCode, code, message, headers) {
  return { response: refusal({ statusCode, code, message, headers }) };
}
