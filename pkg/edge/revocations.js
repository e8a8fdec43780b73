// createRevocations: revocations that are kept in a store, and looked up for each token.
import { AblyAuthError } from '../lib/error.js';
import {
  CHECK_REVOKED_TEXTS,
  ISSUED,
  NOW,
  REVOCATION_ID_TEXTS,
  checkRevokedTexts,
  revocationIdTexts,
} from '../generated/abi.js';
import { call, module, numbers, readText, write } from '../lib/module/shared-buffer.js';
import {
  crossing,
  isBefore2001,
  kindOf,
  milliseconds,
  readOptions,
  refuse,
  refuseSeconds,
  seconds,
  time,
} from '../lib/input/options.js';
import { mergeRevocations } from '../stores/merge.js';
import { isOfFramework } from './thrown.js';
import { revocationList } from '../lib/verify.js';

const OPTIONS = new Set(['cacheSeconds', 'onUnavailable', 'maxTtlSeconds', 'timeoutMs']);
const CHECK_OPTIONS = new Set(['now']);
const TARGET = /^(clientId|revocationKey|channel):./s;
const MAX_TTL = 86_400;
/** For clocks that differ, and for a tolerance of the verifier's. */
const MARGIN_MS = 300_000;
/** How many targets are held in memory. */
const MAX_HELD = 10_000;
const LANES = 4;
const ITEMS_PER_PUT = 100;

export function createRevocations(store, options = {}) {
  if (typeof store?.get !== 'function' || typeof store.put !== 'function')
    throw refuse('store', kindOf(store), 'an object with get and put');
  const { onUnavailable = 'refuse', cacheSeconds, maxTtlSeconds, timeoutMs: wait } = readOptions(options, OPTIONS);
  if (onUnavailable !== 'refuse' && onUnavailable !== 'allow')
    throw refuse('onUnavailable', kindOf(onUnavailable), '"refuse" or "allow"');
  const cacheMs = bounded('cacheSeconds', cacheSeconds ?? 10, 0, 3600) * 1000;
  const maxTtlMs = bounded('maxTtlSeconds', maxTtlSeconds ?? 3600, 1, MAX_TTL) * 1000;
  const timeoutMs = bounded('timeoutMs', wait ?? 5000, 1, 600_000);

  /** Id to what the store has there, as the module reads it (nothing is kept for nothing), and until when that counts. */
  const front = new Map();
  let recorded = 0;

  const hold = (id, entries, list, until) => {
    front.delete(id);
    if (front.size >= MAX_HELD) front.delete(front.keys().next().value);
    front.set(id, { entries, list, until });
  };

  /** The store is asked again for what was recorded. Until it answers this is known, whether or not it was stored. */
  const hear = ({ id, entries }) => {
    if (onUnavailable === 'refuse') return front.delete(id);
    const known = mergeRevocations(front.get(id)?.entries, entries);
    return hold(id, known, revocationList(known), 0);
  };

  /** What stands at each id, from memory or from the store, in one call of it. */
  async function lookUp(ids) {
    const now = Date.now();
    const lists = new Map();
    for (const id of ids) {
      const held = front.get(id);
      if (held?.until > now) lists.set(id, held.list);
    }
    const missing = ids.filter((id) => !lists.has(id));
    if (missing.length === 0) return lists;
    const before = recorded;
    const found = await inTime(store.get(missing), timeoutMs);
    if (!Array.isArray(found) || found.length !== missing.length)
      throw new TypeError('the store did not answer with one item for each id');
    for (const [index, id] of missing.entries()) {
      // A store may keep them longer.
      const entries = (found[index] ?? []).filter(({ expiresAt }) => !(expiresAt <= now));
      const list = entries.length === 0 ? undefined : revocationList(entries);
      lists.set(id, list);
      // What was recorded meanwhile is not in it.
      if (cacheMs > 0 && before === recorded) hold(id, entries, list, now + cacheMs);
    }
    return lists;
  }

  async function check(verified, options = {}) {
    const { now } = readOptions(options, CHECK_OPTIONS);
    const at = time(now);
    const { keyName, clientId, revocationKey, capability, narrowed, issued, expires } = verified;
    // Unless the clock here is set to such a time, as tests do.
    if (!isBefore2001(at)) {
      refuseSeconds('verified.issued', issued);
      refuseSeconds('verified.expires', expires);
    }
    if (expires - issued > maxTtlMs) {
      const remediation = 'set maxTtlSeconds of createRevocations if such tokens are right';
      throw new AblyAuthError({
        kind: 'token',
        code: 40003,
        statusCode: 401,
        message: `the token lives longer than ${maxTtlMs / 1000} s, after which its revocation would be forgotten`,
        path: 'token',
        remediation,
      });
    }
    if (at > expires + MARGIN_MS)
      throw new AblyAuthError({
        kind: 'expired',
        code: 40142,
        statusCode: 401,
        message: 'the token expired so long ago that its revocation may be forgotten',
        path: 'token',
      });
    // In any case, and first: without the key's capability nobody knows which of these the token falls to.
    const ids = [idOf(keyName, CHANNELS)];
    if (clientId !== undefined) ids.push(idOf(keyName, `clientId:${clientId}`));
    if (revocationKey !== undefined) ids.push(idOf(keyName, `revocationKey:${revocationKey}`));
    let lists;
    try {
      lists = await lookUp(ids);
    } catch (cause) {
      // A Response is no exception: a store's fetch that fails may throw what another server said.
      if (isOfFramework(cause)) throw cause;
      if (onUnavailable === 'refuse') throw unavailable(cause);
      // What is known to be revoked stays so.
      lists = new Map(ids.map((id) => [id, front.get(id)?.list]));
    }
    for (const id of ids) {
      const list = lists.get(id);
      if (list === undefined) continue;
      const narrowedTo = narrowed === true ? capability : undefined;
      const texts = { keyName, clientId, revocationKey, capability: narrowedTo, revocations: list };
      write(checkRevokedTexts(texts), CHECK_REVOKED_TEXTS);
      numbers[NOW] = at;
      numbers[ISSUED] = issued;
      try {
        call(module().checkRevoked);
      } catch (error) {
        throw error.kind === 'revoked' || error.path === 'keyCapability' ? error : unavailable(error);
      }
    }
  }

  async function record(report) {
    const items = readItems(report, maxTtlMs + MARGIN_MS);
    const unstored = [];
    let cause;
    const size = store.itemsPerPut ?? ITEMS_PER_PUT;
    const batches = [];
    for (let start = 0; start < items.length; start += size) batches.push(items.slice(start, start + size));
    const lane = async () => {
      for (let batch; (batch = batches.shift()); ) {
        try {
          const refused = new Set((await store.put(batch)) ?? []);
          for (const { id, entries } of batch) if (refused.has(id)) for (const entry of entries) unstored.push(entry);
        } catch (error) {
          cause ??= error;
          for (const { entries } of batch) for (const entry of entries) unstored.push(entry);
        }
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    recorded++;
    items.forEach(hear);
    if (unstored.length === 0) return;
    const message = `the store did not take ${unstored.length} of ${items.reduce((sum, { entries }) => sum + entries.length, 0)} revocations; the others are recorded`;
    const remediation = 'record those in unstored again';
    throw Object.assign(
      new AblyAuthError({ kind: 'service', code: 50003, statusCode: 503, message, remediation, cause }),
      {
        unstored: unstored.map(({ keyName, target, issuedBefore, appliesAt }) => ({
          keyName,
          target,
          issuedBefore,
          appliesAt,
        })),
      },
    );
  }

  const stalenessSeconds = (store.stalenessSeconds ?? 0) + cacheMs / 1000;
  return Object.freeze({ record, check, stalenessSeconds });
}

/** In place of a target: all channels of a key stand in one list, for a token may name any number of them. */
const CHANNELS = 'channel:';

function idOf(keyName, target) {
  write(revocationIdTexts({ target: `${keyName} ${target}` }), REVOCATION_ID_TEXTS);
  call(module().revocationId);
  return readText();
}

/** What succeeded, by where it is to stand. Nobody has a token any more that an expired one could touch. */
function readItems(report, keepMs) {
  const results = report?.results;
  if (!Array.isArray(results)) throw refuse('report', kindOf(report), 'what revokeTokens gave');
  const now = Date.now();
  const items = new Map();
  for (const [index, result] of results.entries()) {
    const path = `results[${index}]`;
    if (typeof result !== 'object' || result === null)
      throw refuse(path, kindOf(result), 'keyName, target, issuedBefore and appliesAt');
    if (result.error !== undefined) continue; // those tokens have not fallen
    const keyName = crossing(`${path}.keyName`, result.keyName);
    const target = crossing(`${path}.target`, result.target);
    const [, kind] = TARGET.exec(target) ?? [];
    if (kind === undefined) throw refuse(`${path}.target`, 'no target', 'one such as clientId:ada');
    const issuedBefore = milliseconds(`${path}.issuedBefore`, result.issuedBefore);
    const appliesAt = milliseconds(`${path}.appliesAt`, result.appliesAt);
    const expiresAt = issuedBefore + keepMs;
    if (expiresAt <= now) continue;
    const id = idOf(keyName, kind === 'channel' ? CHANNELS : target);
    const item = items.get(id) ?? { id, entries: [], expiresAt: 0 };
    item.entries.push({ keyName, target, issuedBefore, appliesAt, expiresAt });
    item.expiresAt = Math.max(item.expiresAt, expiresAt);
    items.set(id, item);
  }
  return [...items.values()];
}

function unavailable(cause) {
  return new AblyAuthError({
    kind: 'service',
    code: 50003,
    statusCode: 503,
    message: 'the revocations could not be looked up, so the token is not accepted',
    cause,
  });
}

/** A store that never answers is as good as none. */
async function inTime(promise, ms) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the store did not answer in ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function bounded(name, value, least, most) {
  const wanted = `a whole number from ${least} to ${most}`;
  const whole = seconds(name, value, wanted);
  if (whole < least || whole > most) throw refuse(name, String(value), wanted);
  return whole;
}
