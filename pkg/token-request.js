// createTokenRequest.
import { call, module, numbers, read, write } from './frame.js';
import { checkOptions, clipped, optionalCapability, optionalText, randomHex, seconds, time } from './options.js';

const OPTIONS = new Set(['key', 'capability', 'clientId', 'ttlSeconds', 'now', 'nonce']);
const TEXTS = ['key', 'capability', 'clientId', 'nonce'];
const TTL = 7;
const NOW = 8;

export function createTokenRequest(options) {
  checkOptions(options, OPTIONS);
  const clientId = optionalText('clientId', options.clientId);
  const nonce = optionalText('nonce', options.nonce) ?? randomHex(16);
  const ttl = seconds('ttlSeconds', options.ttlSeconds);
  const timestamp = time(options.now);
  const texts = [clipped('key', options.key), optionalCapability(options.capability, 'capability'), clientId, nonce];
  write(texts, TEXTS);
  numbers[TTL] = ttl;
  numbers[NOW] = timestamp;
  call(module().signTokenRequest);
  const [keyName, capability, mac] = read(3);
  // What is absent stays absent: Ably then uses its own defaults.
  return {
    keyName,
    ...(options.ttlSeconds !== undefined && { ttl: ttl * 1000 }),
    ...(capability !== undefined && { capability }),
    ...(clientId !== undefined && { clientId }),
    timestamp,
    nonce,
    mac,
  };
}
