// issueJwt, issueJwtSync, createIssuer.
import { extraClaims } from './claims.js';
import { AblyAuthError } from './error.js';
import { BATCH, BATCH_AT, IN_BATCH, call, module, numbers, read, write, writeJoined } from './frame.js';
import {
  NETWORK_OPTIONS, NO_KEY, REVOCABLE as WANTS_REVOCABLE, SOURCE_OPTIONS, moment, readNetwork, readSource, send,
} from './network.js';
import {
  capabilityText, checkOptions, clipped, kindOf, optionalCapability, optionalText, randomHex, refuse, seconds, time,
} from './options.js';

const TEXTS = ['key', 'capability', 'clientId', 'revocationKey', 'jwtId', 'keyCapability', 'claims'];
const OPTIONS = new Set([
  'key', 'capability', 'clientId', 'ttlSeconds', 'revocationKey', 'revocable', 'channelClaims', 'roomClaims',
  'publishRateLimits', 'clientType', 'jwtId', 'claims', 'keyCapability', 'now',
]);
/** What a token can be given: all but the key. */
export const GRANTS = new Set([...OPTIONS].filter((name) => name !== 'key'));
const ASYNC_OPTIONS = new Set([...OPTIONS, ...SOURCE_OPTIONS, ...NETWORK_OPTIONS, 'queryTime']);
const OVERRIDE_TEXTS = ['clientId', 'revocationKey', 'jwtId'];
const OVERRIDES = new Set(['clientId', 'ttlSeconds', 'revocationKey', 'jwtId', 'now']);
const TTL = 7;
const NOW = 8;
const FLAGS = 9;
const REVOCABLE = 1;
const SERVER = 2;
// In place of a length: without what the issuer has.
const WITHOUT = -2;
const NOTHING = {};
const lengthOf = (text) => (text === undefined ? -1 : text.length);

/** Over the network only if it must. */
export async function issueJwt(options) {
  checkOptions(options, ASYNC_OPTIONS);
  const { accessToken, now, queryTime } = options;
  const network = readNetwork(options);
  const source = readSource(options);
  // With a key that nobody has if need be: what cannot be right is refused before anything is sent.
  const fields = readFields(options, accessToken === undefined ? options.key : NO_KEY);
  const first = sign(fields, time(now));
  if (accessToken === undefined && !queryTime) return first;

  const { texts, ttl, flags } = fields;
  const wish = {
    texts: [texts[1]],
    names: ['capability'],
    count: ttl,
    flags: flags & REVOCABLE || texts[3] !== undefined ? WANTS_REVOCABLE : 0,
  };
  const at = await moment({ now, queryTime }, network);
  if (accessToken === undefined) return sign(fields, at);
  // Of many that are found at once the module keeps the last few; the others are found again, without a request.
  for (;;) {
    const issued = sign(fields, at, JSON.parse(await send('findKey', network, source, wish)));
    if (issued !== undefined) return issued;
  }
}

export function issueJwtSync(options) {
  checkOptions(options, OPTIONS);
  const fields = readFields(options);
  return sign(fields, time(options.now));
}

/** With the key among the fields, or with one that was found for this token: nothing if that has gone. */
function sign(fields, now, found) {
  writeFields(fields, fields.randomId ? randomId() : fields.texts[4]);
  numbers[NOW] = now;
  if (!call(found === undefined ? module().issue : module().issueFound, found?.number)) return undefined;
  return issued(found?.keyName ?? keyNameOf(fields.texts[0]), fields.texts[2]);
}

/** The options, checked for their types. */
function readFields(options, key = options.key) {
  const { clientType, revocable, jwtId } = options;
  if (clientType !== undefined && clientType !== 'server')
    throw refuse('clientType', typeof clientType === 'string' ? 'a string other than "server"' : kindOf(clientType), '"server", or leave it out');
  if (revocable !== undefined && typeof revocable !== 'boolean')
    throw refuse('revocable', kindOf(revocable), 'true or false');
  return {
    texts: [
      clipped('key', key),
      options.capability === undefined ? undefined : capabilityText(options.capability),
      optionalText('clientId', options.clientId),
      optionalText('revocationKey', options.revocationKey),
      givenId(jwtId),
      optionalCapability(options.keyCapability, 'keyCapability'),
      extraClaims(options),
    ],
    ttl: seconds('ttlSeconds', options.ttlSeconds, ttlLimits(revocable)),
    limits: ttlLimits(revocable),
    flags: (revocable ? REVOCABLE : 0) | (clientType ? SERVER : 0),
    randomId: jwtId === true,
  };
}

/** The same error, said of one item of a list. */
function at(place, error) {
  if (!(error instanceof AblyAuthError)) return error;
  const { kind, message, code, statusCode, path, hint, cause } = error;
  return new AblyAuthError({ kind, message: `${place}: ${message}`, code, statusCode, path: path ? `${place}.${path}` : place, hint, cause });
}

function ttlLimits(revocable) {
  return revocable ? 'whole seconds, 1 to 3600 for a key with revocable tokens' : 'whole seconds, 1 to 86400 for any token';
}

function writeFields({ texts, ttl, flags }, jwtId) {
  const all = texts.slice();
  all[4] = jwtId;
  write(all, TEXTS);
  numbers[TTL] = ttl;
  numbers[FLAGS] = flags;
}

function givenId(jwtId) {
  return typeof jwtId === 'boolean' ? undefined : optionalText('jwtId', jwtId);
}

/** crypto.randomUUID is missing from pages on plain HTTP. */
function randomId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = randomHex(16);
  const variant = '89ab'[parseInt(hex[16], 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function keyNameOf(key) {
  return key.slice(0, key.indexOf(':'));
}

/** What `issue`, `issueWith` and `issueFound` answer. */
function issued(keyName, clientId) {
  const [token, capability] = read(2);
  const result = {
    token,
    keyName,
    appId: keyName.slice(0, keyName.indexOf('.')),
    issued: numbers[2],
    expires: numbers[3],
    capability,
    ttlSeconds: numbers[4],
    warnings: numbers[5] ? module().warnings() : [],
  };
  if (clientId !== undefined) result.clientId = clientId;
  return result;
}

export function createIssuer(options) {
  // A copy, so that what the caller does to the object later changes nothing.
  checkOptions(options, OPTIONS);
  const fields = readFields(options);
  const now = options.now === undefined ? undefined : time(options.now);
  const keyName = keyNameOf(fields.texts[0]);
  let number;
  const prepare = () => {
    writeFields(fields, fields.texts[4]);
    call(module().prepare);
    number = numbers[1];
  };
  prepare();
  const [capability] = read(1);

  const idOf = (jwtId) => (jwtId === true || (jwtId === undefined && fields.randomId) ? randomId() : givenId(jwtId));
  const ttlOf = (ttlSeconds) => seconds('ttlSeconds', ttlSeconds, fields.limits);

  /** Writes what varies and runs one of the module's functions, once more if it has let the issuer go. */
  const run = (work, overrides, otherwise) => {
    const { clientId, revocationKey, jwtId, ttlSeconds, now } = checkOptions(overrides, OVERRIDES);
    const texts = [optionalText('clientId', clientId), optionalText('revocationKey', revocationKey), idOf(jwtId)];
    const ttl = ttlOf(ttlSeconds);
    const ms = time(now ?? otherwise);
    for (;;) {
      write(texts, OVERRIDE_TEXTS);
      if (clientId === null) numbers[0] = WITHOUT;
      if (revocationKey === null) numbers[1] = WITHOUT;
      if (jwtId === false) numbers[2] = WITHOUT;
      numbers[TTL] = ttl;
      numbers[NOW] = ms;
      if (call(work, number)) return clientId === null ? undefined : (texts[0] ?? fields.texts[2]);
      prepare();
    }
  };
  const token = (overrides = {}, otherwise = now) => {
    run(module().token, overrides, otherwise);
    return read(1)[0];
  };

  /** Adds some to `all` at once; adds none, and says false, if one of them needs a closer look. */
  const batch = (items, all, count, ms) => {
    const from = all.length;
    let joined = '';
    const slots = [];
    for (let i = from; i < from + count; i++) {
      const { clientId, revocationKey, jwtId, ttlSeconds, now } = checkOptions(items[i] === undefined ? NOTHING : items[i], OVERRIDES);
      const client = optionalText('clientId', clientId);
      const group = optionalText('revocationKey', revocationKey);
      const id = idOf(jwtId);
      if (client !== undefined) joined += client;
      if (group !== undefined) joined += group;
      if (id !== undefined) joined += id;
      slots.push(
        clientId === null ? WITHOUT : lengthOf(client),
        revocationKey === null ? WITHOUT : lengthOf(group),
        jwtId === false ? WITHOUT : lengthOf(id),
        ttlOf(ttlSeconds),
        now === undefined || now === null ? ms : time(now),
      );
    }
    if (!writeJoined(joined)) return false;
    for (let i = 0; i < slots.length; i++) numbers[BATCH_AT + i] = slots[i];
    numbers[0] = count;
    return call(module().tokens, number) && read(count, BATCH_AT, IN_BATCH, all) === all;
  };
  const oneByOne = (items, from, ms) =>
    items.map((overrides, index) => {
      try {
        return token(overrides, ms);
      } catch (error) {
        throw at(`list[${from + index}]`, error);
      }
    });
  const tokens = (items, ms) => {
    const all = [];
    while (all.length < items.length) {
      const count = Math.min(BATCH, items.length - all.length);
      let done;
      try {
        done = batch(items, all, count, ms);
      } catch {
        // Which of them is wrong, and how, shows one by one.
      }
      if (!done) all.push(...oneByOne(items.slice(all.length, all.length + count), all.length, ms));
    }
    return all;
  };

  return Object.freeze({
    keyName,
    capability,
    token: (overrides) => token(overrides),
    issue: (overrides = {}) => issued(keyName, run(module().issueWith, overrides, now)),
    tokens(list) {
      if (typeof list !== 'object' || typeof list?.[Symbol.iterator] !== 'function') throw refuse('list', kindOf(list), 'an array of overrides');
      return tokens(Array.from(list), time(now));
    },
  });
}
