// What everything that keeps records in a store has in common: its options, and the ids of the records.
import { REVOCATION_ID_TEXTS, revocationIdTexts } from '../generated/abi.js';
import { kindOf, refuse, seconds } from '../lib/input/options.js';
import { call, module, readText, write } from '../lib/module/shared-buffer.js';

export const STORE_OPTIONS = ['cacheSeconds', 'onUnavailable', 'timeoutMs'];
/** Takes the place of a target: all channels share one id, because a token may name any number of them. */
export const CHANNELS = 'channel:';

export function readStoreOptions({ onUnavailable = 'refuse', cacheSeconds, timeoutMs }) {
  if (onUnavailable !== 'refuse' && onUnavailable !== 'allow')
    throw refuse('onUnavailable', kindOf(onUnavailable), '"refuse" or "allow"');
  return {
    onUnavailable,
    cacheMs: bounded('cacheSeconds', cacheSeconds ?? 10, 0, 3600) * 1000,
    timeoutMs: bounded('timeoutMs', timeoutMs ?? 5000, 1, 600_000),
  };
}

export function bounded(name, value, least, most) {
  const wanted = `a whole number from ${least} to ${most}`;
  const whole = seconds(name, value, wanted);
  if (whole < least || whole > most) throw refuse(name, String(value), wanted);
  return whole;
}

/** SHA-256 of the scope (such as the key's name) and the target, in base64url. */
export function idOf(scope, target) {
  write(revocationIdTexts({ target: `${scope} ${target}` }), REVOCATION_ID_TEXTS);
  call(module().revocationId);
  return readText();
}
