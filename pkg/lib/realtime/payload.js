// The data of messages, as it is sent and as it was published (https://ably.com/docs/api/realtime-sdk/encryption).

/** The names that the Ably SDKs give to what happened to a message, by number. */
const ACTIONS = ['message.create', 'message.update', 'message.delete', 'meta', 'message.summary', 'message.append'];

/** A message of a frame, complete: what all messages of a frame have in common stands in the frame alone. */
export function messageOf({ id, connectionId, timestamp }, item, index, decrypt) {
  return {
    connectionId,
    timestamp,
    ...item,
    id: item.id ?? (id === undefined ? undefined : `${id}:${index}`),
    ...(item.action !== undefined && { action: ACTIONS[item.action] ?? item.action }),
    ...decoded(item, decrypt),
  };
}

/** @param {unknown} data a text, bytes, or anything that JSON can express */
export function encoded(data) {
  if (data === undefined || data === null || typeof data === 'string') return { data };
  if (data instanceof Uint8Array) return { data: base64Of(data), encoding: 'base64' };
  return { data: JSON.stringify(data), encoding: 'json' };
}

/**
 * Undoes the encodings of a message from the last one on, as far as they are known.
 *
 * @param {{ data?: unknown, encoding?: string | null }} message
 * @param {(bytes: Uint8Array, algorithm: string) => Uint8Array} [decrypt]
 */
function decoded({ data, encoding }, decrypt) {
  const steps = encoding ? encoding.split('/') : [];
  let value = data;
  try {
    while (steps.length > 0) {
      const step = decoder(steps.at(-1), decrypt);
      if (step === undefined) break;
      value = step(value);
      steps.pop();
    }
  } catch {
    // Like the SDKs: what cannot be decoded is given as it came, with the encodings that are left.
  }
  return { data: value, encoding: steps.length > 0 ? steps.join('/') : undefined };
}

function decoder(name, decrypt) {
  if (name === 'json') return (text) => JSON.parse(text);
  if (name === 'utf-8') return (bytes) => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  if (name === 'base64') return bytesOf;
  const [, algorithm] = /^cipher\+(.+)$/.exec(name) ?? [];
  return algorithm === undefined || decrypt === undefined ? undefined : (bytes) => decrypt(bytes, algorithm);
}

const bytesOf = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const base64Of = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
