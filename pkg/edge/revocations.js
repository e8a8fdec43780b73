// createRevocations: keeps revocations in a store and looks them up for each token.
import { AblyAuthError } from '../lib/error.js';
import { CHECK_REVOKED_TEXTS, ISSUED, NOW, checkRevokedTexts } from '../generated/abi.js';
import { call, module, numbers, write } from '../lib/module/shared-buffer.js';
import {
  crossing,
  isBefore2001,
  kindOf,
  milliseconds,
  readOptions,
  refuse,
  refuseSeconds,
  time,
} from '../lib/input/options.js';
import { mergeRevocations } from '../stores/merge.js';
import { CHANNELS, STORE_OPTIONS, bounded, idOf, readStoreOptions } from './store-options.js';
import { createReader } from './store-reader.js';
import { isOfFramework } from './thrown.js';
import { revocationList } from '../lib/verify.js';

const OPTIONS = new Set([...STORE_OPTIONS, 'maxTtlSeconds']);
const CHECK_OPTIONS = new Set(['now']);
const TARGET = /^(clientId|revocationKey|channel):./s;
const MAX_TTL = 86_400;
/** Allows for clock differences and the tolerance of the verifier. */
const MARGIN_MS = 300_000;
const LANES = 4;
const ITEMS_PER_PUT = 100;

export function createRevocations(store, options = {}) {
  if (typeof store?.get !== 'function' || typeof store.put !== 'function')
    throw refuse('store', kindOf(store), 'an object with get and put');
  const given = readOptions(options, OPTIONS);
  const { onUnavailable, cacheMs, timeoutMs } = readStoreOptions(given);
  const maxTtlMs = bounded('maxTtlSeconds', given.maxTtlSeconds ?? 3600, 1, MAX_TTL) * 1000;

  const reader = createReader(store, { cacheMs, timeoutMs, prepare: revocationList });

  /** It is needed for every token, and nearly all tokens are of one key. */
  let lastChannels = { keyName: undefined, id: undefined };
  const channelsIdOf = (keyName) => {
    if (lastChannels.keyName !== keyName) lastChannels = { keyName, id: idOf(keyName, CHANNELS) };
    return lastChannels.id;
  };

  /**
   * Updates the cache after `record`, so that the next check asks the store. With `onUnavailable: 'allow'`, the new entries
   * stay known in case the store fails, even if they were not stored.
   */
  const hear = ({ id, entries }) => {
    if (onUnavailable === 'refuse') return reader.forget(id);
    return reader.remember(id, mergeRevocations(reader.known(id)?.entries, entries));
  };

  async function check(verified, options = {}) {
    const { now } = readOptions(options, CHECK_OPTIONS);
    const at = time(now);
    const { keyName, clientId, revocationKey, capability, narrowed, issued, expires } = verified;
    // Skipped if the clock is set to such a time, as in tests.
    if (!isBefore2001(at)) {
      refuseSeconds('verified.issued', issued);
      refuseSeconds('verified.expires', expires);
    }
    if (expires - issued > maxTtlMs) {
      const remediation = 'if such tokens are intended, raise maxTtlSeconds of createRevocations';
      throw new AblyAuthError({
        kind: 'token',
        code: 40003,
        statusCode: 401,
        message: `the TTL of the token is over ${maxTtlMs / 1000} s, the limit for which revocations are kept`,
        path: 'token',
        remediation,
      });
    }
    if (at > expires + MARGIN_MS)
      throw new AblyAuthError({
        kind: 'expired',
        code: 40142,
        statusCode: 401,
        message: 'the token expired so long ago that its revocation may no longer be stored',
        path: 'token',
      });
    // Always checked, and first: without the key's capability it is unknown which channels the token can use.
    const ids = [channelsIdOf(keyName)];
    if (clientId !== undefined) ids.push(idOf(keyName, `clientId:${clientId}`));
    if (revocationKey !== undefined) ids.push(idOf(keyName, `revocationKey:${revocationKey}`));
    let lists;
    try {
      lists = await reader.lookUp(ids);
    } catch (cause) {
      // A thrown Response is not passed on: it may be what another server sent to the store's fetch.
      if (isOfFramework(cause)) throw cause;
      if (onUnavailable === 'refuse') throw unavailable(cause);
      // Known revocations still apply.
      lists = new Map(ids.map((id) => [id, reader.known(id)?.prepared]));
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
    reader.wrote();
    items.forEach(hear);
    if (unstored.length === 0) return;
    const message = `the store failed to save ${unstored.length} of ${items.reduce((sum, { entries }) => sum + entries.length, 0)} revocations; the others are recorded`;
    const remediation = 'record the ones in unstored again';
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

/** Groups the successful revocations by id. Leaves out expired ones, because every token they apply to has expired. */
function readItems(report, keepMs) {
  const results = report?.results;
  if (!Array.isArray(results)) throw refuse('report', kindOf(report), 'the report of revokeTokens');
  const now = Date.now();
  const items = new Map();
  for (const [index, result] of results.entries()) {
    const path = `results[${index}]`;
    if (typeof result !== 'object' || result === null)
      throw refuse(path, kindOf(result), 'an object with keyName, target, issuedBefore and appliesAt');
    if (result.error !== undefined) continue; // these tokens are not revoked
    const keyName = crossing(`${path}.keyName`, result.keyName);
    const target = crossing(`${path}.target`, result.target);
    const [, kind] = TARGET.exec(target) ?? [];
    if (kind === undefined) throw refuse(`${path}.target`, 'not a target', 'one such as clientId:ada');
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
