// The earlier token that a client sends along, and the channels of it that are granted again.
import { AblyAuthError } from '../lib/error.js';
import { parseCapability } from '../lib/capability.js';
import { capabilityText } from '../lib/input/options.js';
import { decodeJwt, verifyJwt } from '../lib/verify.js';

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Whether a text can be a JWT. An Ably token is opaque, so nobody but Ably can read its channels. */
export function looksLikeJwt(text) {
  return JWT.test(text ?? '');
}

/** Returns the verified token, also if it expired at most `graceSeconds` ago; undefined if it is not valid. */
export function readPrevious(token, keys, graceSeconds) {
  const now = Date.now();
  try {
    return verifyJwt(token, { keys, now });
  } catch (error) {
    if (!(error instanceof AblyAuthError) || !['token', 'expired', 'capability'].includes(error.kind)) throw error;
    if (error.kind !== 'expired') return undefined;
  }
  const { expires } = decodeJwt(token, { now });
  if (now > expires + graceSeconds * 1000) return undefined;
  // At the last moment of its life, so that all other checks apply as they did then.
  return verifyJwt(token, { keys, now: expires - 1 });
}

/** The resources of the earlier token that `capability` does not have. */
export function earlierChannels(previous, capability) {
  if (previous.capability === undefined) return [];
  const now = new Set(Object.keys(readCapability(capability)));
  return Object.keys(readCapability(previous.capability)).filter((resource) => !now.has(resource));
}

/** The JSON text of both capabilities together. */
export function joinCapabilities(capability, again) {
  const joined = new Map(Object.entries(readCapability(capability)));
  for (const [resource, operations] of Object.entries(readCapability(capabilityText(again, 'the result of regrant')))) {
    const all = [...new Set([...(joined.get(resource) ?? []), ...operations])];
    // Ably refuses "*" beside other operations.
    joined.set(resource, all.includes('*') ? ['*'] : all);
  }
  return JSON.stringify(Object.fromEntries(joined));
}

function readCapability(text) {
  return JSON.parse(parseCapability(text).canonical);
}
