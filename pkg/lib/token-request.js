// createTokenRequest, requestToken, getTime.
import {
  NOW,
  SIGN_TOKEN_REQUEST_ANSWERS,
  SIGN_TOKEN_REQUEST_TEXTS,
  TTL,
  signTokenRequestAnswers,
  signTokenRequestTexts,
} from '../generated/abi.js';
import { call, module, numbers, read, write } from './module/shared-buffer.js';
import {
  NETWORK_OPTIONS,
  SOURCE_OPTIONS,
  moment,
  readNetwork,
  readSource,
  send,
  serverTime,
} from './input/network-options.js';
import { clipped, optionalCapability, optionalText, randomHex, readOptions, seconds, time } from './input/options.js';

const OPTIONS = new Set(['key', 'capability', 'clientId', 'ttlSeconds', 'now', 'nonce']);
const REQUEST_OPTIONS = new Set([...OPTIONS, ...SOURCE_OPTIONS, ...NETWORK_OPTIONS, 'queryTime']);
const TIME_OPTIONS = new Set(NETWORK_OPTIONS);

export function createTokenRequest(options) {
  const { key, now, ...wishes } = readOptions(options, OPTIONS);
  const { texts, ttl } = readFields(wishes);
  const { clientId, nonce } = texts;
  const timestamp = time(now);
  write(signTokenRequestTexts({ key: clipped('key', key), ...texts }), SIGN_TOKEN_REQUEST_TEXTS);
  numbers[TTL] = ttl;
  numbers[NOW] = timestamp;
  call(module().signTokenRequest);
  const { keyName, capability, mac } = signTokenRequestAnswers(read(SIGN_TOKEN_REQUEST_ANSWERS));
  // Absent fields stay absent, so that Ably uses its own defaults.
  return {
    keyName,
    ...(!Number.isNaN(ttl) && { ttl: ttl * 1000 }),
    ...(capability !== undefined && { capability }),
    ...(clientId !== undefined && { clientId }),
    timestamp,
    nonce,
    mac,
  };
}

/** @returns {{ texts: [string | undefined, string | undefined, string], ttl: number }} */
function readFields({ capability, clientId, nonce, ttlSeconds }) {
  return {
    texts: {
      capability: optionalCapability(capability, 'capability'),
      clientId: optionalText('clientId', clientId),
      nonce: optionalText('nonce', nonce) ?? randomHex(16),
    },
    ttl: seconds('ttlSeconds', ttlSeconds),
  };
}

export async function requestToken(options) {
  const given = readOptions(options, REQUEST_OPTIONS);
  const source = readSource(given);
  const network = readNetwork(given);
  const { texts, ttl } = readFields(given);
  const ttlSeconds = Number.isNaN(ttl) ? undefined : ttl;
  const now = await moment(given, network);
  return JSON.parse(await send('requestToken', network, { ...source, ...texts, ttlSeconds, now }));
}

export async function getTime(options = {}) {
  return serverTime(readNetwork(readOptions(options, TIME_OPTIONS)));
}
