// createTokenRequest, requestToken, getTime.
import { call, module, numbers, read, write } from './frame.js';
import { NETWORK_OPTIONS, SOURCE_OPTIONS, moment, readNetwork, readSource, send, serverTime } from './network.js';
import { checkOptions, clipped, optionalCapability, optionalText, randomHex, seconds, time } from './options.js';

const OPTIONS = new Set(['key', 'capability', 'clientId', 'ttlSeconds', 'now', 'nonce']);
const REQUEST_OPTIONS = new Set([...OPTIONS, ...SOURCE_OPTIONS, ...NETWORK_OPTIONS, 'queryTime']);
const TIME_OPTIONS = new Set(NETWORK_OPTIONS);
const TEXTS = ['key', 'capability', 'clientId', 'nonce'];
const TTL = 7;
const NOW = 8;

export function createTokenRequest(options) {
  checkOptions(options, OPTIONS);
  const { texts, ttl } = readFields(options);
  const [, clientId, nonce] = texts;
  const timestamp = time(options.now);
  write([clipped('key', options.key), ...texts], TEXTS);
  numbers[TTL] = ttl;
  numbers[NOW] = timestamp;
  call(module().signTokenRequest);
  const [keyName, capability, mac] = read(3);
  // What is absent stays absent: Ably then uses its own defaults.
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

function readFields({ capability, clientId, nonce, ttlSeconds }) {
  return {
    texts: [optionalCapability(capability, 'capability'), optionalText('clientId', clientId), optionalText('nonce', nonce) ?? randomHex(16)],
    ttl: seconds('ttlSeconds', ttlSeconds),
  };
}

export async function requestToken(options) {
  checkOptions(options, REQUEST_OPTIONS);
  const source = readSource(options);
  const network = readNetwork(options);
  const {
    texts: [capability, clientId, nonce],
    ttl,
  } = readFields(options);
  const ttlSeconds = Number.isNaN(ttl) ? undefined : ttl;
  const now = await moment(options, network);
  return JSON.parse(await send('requestToken', network, { ...source, capability, clientId, ttlSeconds, nonce, now }));
}

export async function getTime(options = {}) {
  return serverTime(readNetwork(checkOptions(options, TIME_OPTIONS)));
}
