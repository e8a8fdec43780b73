// issueJwt, issueJwtSync, createIssuer.
import { extraClaims } from './input/custom-claims.js';
import { AblyAuthError } from './error.js';
import {
  BATCH_AT,
  BATCH_CLIENT_ID,
  BATCH_JWT_ID,
  BATCH_NOW,
  BATCH_REVOCATION_KEY,
  BATCH_TTL,
  COUNT,
  EXPIRES,
  FLAG_BITS,
  HANDLE,
  HAS_WARNINGS,
  IN_BATCH,
  ISSUED,
  ISSUED_TTL,
  ISSUE_ANSWERS,
  ISSUE_TEXTS,
  MAX_BATCH,
  NOW,
  OVERRIDE_TEXTS,
  REVOCABLE,
  SERVER,
  TTL,
  issueAnswers,
  issueTexts,
  overrideTexts,
} from '../generated/abi.js';
import { ask, call, lengthOf, module, numbers, read, readText, write, writeJoined } from './module/shared-buffer.js';
import { globalNamed } from './module/globals.js';
import { NETWORK_OPTIONS, SOURCE_OPTIONS, moment, readNetwork, readSource, send } from './input/network-options.js';
import {
  capabilityText,
  checkNames,
  clipped,
  kindOf,
  optionalCapability,
  optionalText,
  randomHex,
  readOptions,
  refuse,
  seconds,
  time,
} from './input/options.js';

const OPTIONS = new Set([
  'key',
  'capability',
  'clientId',
  'ttlSeconds',
  'revocationKey',
  'revocable',
  'channelClaims',
  'roomClaims',
  'publishRateLimits',
  'clientType',
  'jwtId',
  'claims',
  'keyCapability',
  'now',
]);
/** The options that describe a token: all except the key. */
export const GRANTS = new Set([...OPTIONS].filter((name) => name !== 'key'));
const ASYNC_OPTIONS = new Set([...OPTIONS, ...SOURCE_OPTIONS, ...NETWORK_OPTIONS, 'queryTime']);
const OVERRIDES = new Set(['clientId', 'ttlSeconds', 'revocationKey', 'jwtId', 'now']);
const NOTHING = {};

/** Uses the network only with an access token or for Ably's clock. */
export async function issueJwt(options) {
  const given = readOptions(options, ASYNC_OPTIONS);
  const { accessToken, queryTime } = given;
  const now = given.now === undefined ? undefined : time(given.now);
  const network = readNetwork(given);
  const source = readSource(given);
  const fields = readFields(given);
  if (accessToken === undefined) {
    // Signs before it requests the time, so that invalid options fail before anything is sent.
    const issued = sign(fields, time(now));
    return queryTime ? sign(fields, await moment({ now, queryTime }, network)) : issued;
  }
  const at = await moment({ now, queryTime }, network);
  // There must be no await before the call: the module reads the buffer synchronously.
  if (fields.randomId) fields.texts.jwtId = randomId();
  writeFields(fields);
  const issued = JSON.parse(await send('issueByAccessToken', network, { ...source, now: at }));
  return { ...issued, appId: appIdOf(issued.keyName) };
}

export function pick({
  key,
  capability,
  clientId,
  ttlSeconds,
  revocationKey,
  revocable,
  channelClaims,
  roomClaims,
  publishRateLimits,
  clientType,
  jwtId,
  claims,
  keyCapability,
  now,
}) {
  return {
    key,
    capability,
    clientId,
    ttlSeconds,
    revocationKey,
    revocable,
    channelClaims,
    roomClaims,
    publishRateLimits,
    clientType,
    jwtId,
    claims,
    keyCapability,
    now,
  };
}

export function issueJwtSync(options) {
  const given = readOptions(options, OPTIONS, 'options', pick);
  const fields = readFields(given);
  return sign(fields, time(given.now));
}

/**
 * For the token endpoint, which has read the options of a grant with `pick`, and its capability as text. Returns a promise
 * only if an access token has to find the key.
 */
export function issueGranted(source, grant) {
  if (source.accessToken !== undefined) return issueJwt({ ...source, ...grant, key: source.key });
  return sign(readFields({ ...grant, key: source.key }), time(grant.now));
}

function sign(fields, now) {
  const { texts } = fields;
  if (fields.randomId) texts.jwtId = randomId();
  writeFields(fields);
  numbers[NOW] = now;
  call(module().issue);
  return issued(keyNameOf(texts.key), texts.clientId);
}

/** Checks the types of the options. With an access token the key is not known yet. */
function readFields(options) {
  const { key, accessToken, clientType, revocable, jwtId } = options;
  if (clientType !== undefined && clientType !== 'server')
    throw refuse(
      'clientType',
      typeof clientType === 'string' ? 'a string other than "server"' : kindOf(clientType),
      '"server", or leave it out',
    );
  if (revocable !== undefined && typeof revocable !== 'boolean')
    throw refuse('revocable', kindOf(revocable), 'true or false');
  return {
    texts: {
      key: accessToken === undefined ? clipped('key', key) : undefined,
      capability: options.capability === undefined ? undefined : capabilityText(options.capability),
      clientId: optionalText('clientId', options.clientId),
      revocationKey: optionalText('revocationKey', options.revocationKey),
      jwtId: givenId(jwtId),
      keyCapability: optionalCapability(options.keyCapability, 'keyCapability'),
      claims: extraClaims(options),
    },
    ttl: seconds('ttlSeconds', options.ttlSeconds, ttlLimits(revocable)),
    limits: ttlLimits(revocable),
    flags: (revocable ? REVOCABLE : 0) | (clientType ? SERVER : 0),
    randomId: jwtId === true,
  };
}

/** The same error with the position of the item that it concerns. */
function at(place, error) {
  if (!(error instanceof AblyAuthError)) return error;
  const { kind, message, code, statusCode, path, remediation, cause } = error;
  return new AblyAuthError({
    kind,
    message: `${place}: ${message}`,
    code,
    statusCode,
    path: path ? `${place}.${path}` : place,
    remediation,
    cause,
  });
}

function ttlLimits(revocable) {
  return revocable
    ? 'whole seconds, 1 to 3600 for a key with revocable tokens'
    : 'whole seconds, 1 to 86400 for any token';
}

function writeFields({ texts, ttl, flags }) {
  write(issueTexts(texts), ISSUE_TEXTS);
  numbers[TTL] = ttl;
  numbers[FLAG_BITS] = flags;
}

/** Null stays null: a token without what its issuer has. */
function overridden(name, value) {
  return value === null ? null : optionalText(name, value);
}

function givenId(jwtId) {
  return typeof jwtId === 'boolean' ? undefined : optionalText('jwtId', jwtId);
}

/** Pages on plain HTTP have no crypto.randomUUID. */
function randomId() {
  const crypto = globalNamed('crypto');
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = randomHex(16);
  const variant = '89ab'[parseInt(hex[16], 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function keyNameOf(key) {
  return key.slice(0, key.indexOf(':'));
}

function appIdOf(keyName) {
  return keyName.slice(0, keyName.indexOf('.'));
}

/** Reads the result of `issue` or `issueWith` from the buffer. */
function issued(keyName, clientId) {
  const { token, capability } = issueAnswers(read(ISSUE_ANSWERS));
  const result = {
    token,
    keyName,
    appId: appIdOf(keyName),
    issued: numbers[ISSUED],
    expires: numbers[EXPIRES],
    capability,
    ttlSeconds: numbers[ISSUED_TTL],
    warnings: numbers[HAS_WARNINGS] ? ask(module().warnings) : [],
  };
  if (clientId !== undefined) result.clientId = clientId;
  return result;
}

/** A faster form of readOptions, because issuers read overrides for every token. */
function readOverrides(overrides = NOTHING) {
  const { clientId, revocationKey, jwtId, ttlSeconds, now } = checkNames(overrides, OVERRIDES);
  return { clientId, revocationKey, jwtId, ttlSeconds, now };
}

export function createIssuer(options) {
  // A copy, so that later changes to the caller's object have no effect.
  const given = readOptions(options, OPTIONS);
  const fields = readFields(given);
  const now = given.now === undefined ? undefined : time(given.now);
  const keyName = keyNameOf(fields.texts.key);
  let number;
  const prepare = () => {
    writeFields(fields);
    call(module().prepare);
    number = numbers[HANDLE];
  };
  prepare();
  const capability = readText();

  const idOf = (jwtId) => {
    if (jwtId === false) return null;
    return jwtId === true || (jwtId === undefined && fields.randomId) ? randomId() : givenId(jwtId);
  };
  const ttlOf = (ttlSeconds) => seconds('ttlSeconds', ttlSeconds, fields.limits);

  /** Writes the overrides and calls a function of the module. Prepares the issuer again if the module has evicted it. */
  const run = (work, overrides, otherwise) => {
    const { clientId, revocationKey, jwtId, ttlSeconds, now } = overrides;
    const client = overridden('clientId', clientId);
    const texts = overrideTexts({
      clientId: client,
      revocationKey: overridden('revocationKey', revocationKey),
      jwtId: idOf(jwtId),
    });
    const ttl = ttlOf(ttlSeconds);
    const ms = time(now ?? otherwise);
    for (;;) {
      write(texts, OVERRIDE_TEXTS);
      numbers[TTL] = ttl;
      numbers[NOW] = ms;
      if (call(work, number)) return client === null ? undefined : (client ?? fields.texts.clientId);
      prepare();
    }
  };
  const token = (overrides, otherwise = now) => {
    run(module().token, overrides, otherwise);
    return readText();
  };

  /** Issues one batch and appends it to `all`. Returns false and appends nothing if the items must be issued one by one. */
  const batch = (items, all, ms) => {
    const count = items.length;
    let joined = '';
    const lengths = [];
    for (let i = 0; i < count; i++) {
      const { clientId, revocationKey, jwtId, ttlSeconds, now } = items[i];
      const client = overridden('clientId', clientId);
      const group = overridden('revocationKey', revocationKey);
      const id = idOf(jwtId);
      for (const text of overrideTexts({ clientId: client, revocationKey: group, jwtId: id })) joined += text ?? '';
      lengths.push({
        clientId: lengthOf(client),
        revocationKey: lengthOf(group),
        jwtId: lengthOf(id),
        ttl: ttlOf(ttlSeconds),
        now: now === undefined || now === null ? ms : time(now),
      });
    }
    if (!writeJoined(joined)) return false;
    let first = BATCH_AT;
    for (const { clientId, revocationKey, jwtId, ttl, now } of lengths) {
      numbers[first + BATCH_CLIENT_ID] = clientId;
      numbers[first + BATCH_REVOCATION_KEY] = revocationKey;
      numbers[first + BATCH_JWT_ID] = jwtId;
      numbers[first + BATCH_TTL] = ttl;
      numbers[first + BATCH_NOW] = now;
      first += IN_BATCH;
    }
    numbers[COUNT] = count;
    return call(module().tokens, number) && read(count, BATCH_AT + BATCH_CLIENT_ID, IN_BATCH, all) === all;
  };
  const oneByOne = (items, from, work) =>
    items.map((item, index) => {
      try {
        return work(item);
      } catch (error) {
        throw at(`list[${from + index}]`, error);
      }
    });
  const tokens = (list, ms) => {
    const all = [];
    while (all.length < list.length) {
      const from = all.length;
      const items = oneByOne(list.slice(from, from + MAX_BATCH), from, readOverrides);
      let done;
      try {
        done = batch(items, all, ms);
      } catch {
        // Issuing one by one finds the item that failed.
      }
      if (!done) all.push(...oneByOne(items, from, (overrides) => token(overrides, ms)));
    }
    return all;
  };

  return Object.freeze({
    keyName,
    capability,
    token: (overrides) => token(readOverrides(overrides)),
    issue: (overrides) => issued(keyName, run(module().issueWith, readOverrides(overrides), now)),
    tokens(list) {
      if (typeof list !== 'object' || typeof list?.[Symbol.iterator] !== 'function')
        throw refuse('list', kindOf(list), 'an array of overrides');
      return tokens(Array.from(list), time(now));
    },
  });
}
