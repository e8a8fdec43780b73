// Reads the body of a request from any implementation of Request.
import { Encoder } from '../lib/module/utf8.js';

/** Reads a web stream, a Node.js stream as node-fetch has, or the whole body at once if it is not a stream. */
export async function* chunksOf(request) {
  const { body } = request;
  if (typeof body?.getReader === 'function') {
    const reader = body.getReader();
    try {
      for (let read; !(read = await reader.read()).done; ) yield read.value;
    } finally {
      reader.cancel().catch(() => {}); // not awaited
    }
  } else if (typeof body?.[Symbol.asyncIterator] === 'function') {
    yield* body;
  } else if (body !== null && typeof request.arrayBuffer === 'function') {
    yield new Uint8Array(await request.arrayBuffer());
  } else if (body !== null && typeof request.text === 'function') {
    yield new Encoder().encode(await request.text());
  }
}
