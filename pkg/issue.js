// issueJwt, issueJwtSync, createIssuer.
import { AblyAuthError } from './error.js';
import { call, module, numbers, read, write } from './frame.js';
import {
  capabilityText, checkOptions, jsonText, kindOf, optionalCapability, optionalText, randomHex, refuse, seconds, text, time,
} from './options.js';

const TEXTS = ['key', 'capability', 'clientId', 'revocationKey', 'jwtId', 'keyCapability', 'claims'];
const EXTRA = ['channelClaims', 'roomClaims', 'publishRateLimits', 'claims'];
const OPTIONS = new Set([
  'key', 'capability', 'clientId', 'ttlSeconds', 'revocationKey', 'revocable', 'channelClaims', 'roomClaims',
  'publishRateLimits', 'clientType', 'jwtId', 'claims', 'keyCapability', 'now',
]);
const OVERRIDE_TEXTS = ['clientId', 'revocationKey', 'jwtId'];
const OVERRIDES = new Set(['clientId', 'ttlSeconds', 'revocationKey', 'jwtId', 'now']);
const TTL = 7;
const NOW = 8;
const FLAGS = 9;
const REVOCABLE = 1;
const SERVER = 2;
const NO_CLIENT = -2;

export async function issueJwt(options) {
  return issueJwtSync(options);
}

export function issueJwtSync(options) {
  const fields = readOptions(options);
  const now = time(options.now);
  writeFields(fields, fields.randomId ? randomId() : fields.texts[4]);
  numbers[NOW] = now;
  call(module().issue);
  return issued(fields.texts[0], fields.texts[2]);
}

/** The options, checked for their types. */
function readOptions(options) {
  checkOptions(options, OPTIONS);
  const { clientType, revocable, jwtId } = options;
  if (clientType !== undefined && clientType !== 'server')
    throw refuse('clientType', typeof clientType === 'string' ? JSON.stringify(clientType) : kindOf(clientType), '"server", or leave it out');
  if (revocable !== undefined && typeof revocable !== 'boolean')
    throw refuse('revocable', kindOf(revocable), 'true or false');
  return {
    texts: [
      text('key', options.key),
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

function extraClaims(options) {
  let extra;
  for (const name of EXTRA)
    if (options[name] !== undefined) (extra ??= {})[name] = options[name];
  if (extra === undefined) return undefined;
  const json = jsonText('claims', extra, onlyJson);
  if (json.length > 64 * 1024)
    throw new AblyAuthError({ kind: 'usage', message: 'the claims are over the bound of 65536 characters', path: 'claims' });
  return json;
}

/** JSON.stringify turns these into null, or leaves them out. */
function onlyJson(name, value) {
  if (['function', 'symbol', 'bigint'].includes(typeof value) || (typeof value === 'number' && !Number.isFinite(value)))
    throw refuse(`claims: ${JSON.stringify(name)}`, typeof value === 'number' ? String(value) : kindOf(value), 'a value that JSON has a form for');
  return value;
}

/** What `issue` and `issueWith` answer. */
function issued(key, clientId) {
  const [token, capability] = read(2);
  const keyName = key.slice(0, key.indexOf(':'));
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
  const fields = readOptions(options);
  const now = options.now === undefined ? undefined : time(options.now);
  const key = fields.texts[0];
  const keyName = key.slice(0, key.indexOf(':'));
  let number;
  const prepare = () => {
    writeFields(fields, fields.texts[4]);
    call(module().prepare);
    number = numbers[1];
  };
  prepare();
  const [capability] = read(1);

  /** Writes what varies and runs one of the module's functions, once more if it has let the issuer go. */
  const run = (name, overrides, otherwise = now) => {
    const { clientId, revocationKey, jwtId, ttlSeconds } = checkOptions(overrides, OVERRIDES);
    const random = jwtId === true || (jwtId === undefined && fields.randomId);
    const texts = [
      optionalText('clientId', clientId),
      optionalText('revocationKey', revocationKey),
      random ? randomId() : givenId(jwtId),
    ];
    const ttl = seconds('ttlSeconds', ttlSeconds, fields.limits);
    const ms = time(overrides.now ?? otherwise);
    for (;;) {
      write(texts, OVERRIDE_TEXTS);
      if (clientId === null) numbers[0] = NO_CLIENT;
      numbers[TTL] = ttl;
      numbers[NOW] = ms;
      if (call(module()[name], number)) return;
      prepare();
    }
  };

  const token = (overrides = {}) => {
    run('token', overrides);
    return read(1)[0];
  };
  return Object.freeze({
    keyName,
    capability,
    token,
    issue(overrides = {}) {
      // Read first: a getter may call in here, and what it does would stand in the buffer.
      const { clientId = fields.texts[2] } = overrides ?? {};
      run('issueWith', overrides);
      return issued(key, clientId ?? undefined);
    },
    tokens(list) {
      const ms = time(now);
      return Array.from(list, (overrides) => {
        run('token', overrides, ms);
        return read(1)[0];
      });
    },
  });
}
