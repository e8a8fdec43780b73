// Cloudflare Workers KV: read near every user, and late.
import { lastExpiry, mergeRevocations } from './store-merge.js';

const PREFIX = 'ably-revocations:';
/** What a place has read it keeps for so long, absence included. Cloudflare's own words: "60 seconds or more". */
const STALENESS_SECONDS = 60;
/** Cloudflare takes no shorter life. */
const LEAST_SECONDS = 60;
/** Far below the 25 MiB of KV: all of it is read for each token. */
const MOST_CHARACTERS = 256 * 1024;
/** A Worker has six connections at once. */
const AT_ONCE = 6;
/** What is written here is merged with, for KV may not show it yet. */
const MOST_OWN = 10_000;

export function cloudflareKvStore(namespace) {
  if (typeof namespace?.get !== 'function' || typeof namespace.put !== 'function') throw new TypeError('cloudflareKvStore: give the KV namespace that is bound, such as env.REVOCATIONS');
  const own = new Map();
  const read = async (id) => (await namespace.get(PREFIX + id, { type: 'json' })) ?? undefined;

  async function add({ id, entries }) {
    const now = Date.now();
    const merged = mergeRevocations(await read(id), [...(own.get(id) ?? []), ...entries], now);
    if (merged.length === 0) return;
    const text = JSON.stringify(merged);
    if (text.length > MOST_CHARACTERS) throw new RangeError('too many revocations under one id');
    const expiration = Math.ceil(Math.max(lastExpiry(merged), now + (LEAST_SECONDS + 5) * 1000) / 1000);
    await namespace.put(PREFIX + id, text, { expiration });
    own.delete(id);
    if (own.size >= MOST_OWN) own.delete(own.keys().next().value);
    own.set(id, merged);
  }

  return {
    stalenessSeconds: STALENESS_SECONDS,
    itemsPerPut: AT_ONCE,
    get: (ids) => Promise.all(ids.map(read)),
    /** KV writes one at a time, so each fails by itself. */
    async put(items) {
      const results = await Promise.allSettled(items.map(add));
      return items.filter((_, index) => results[index].status === 'rejected').map(({ id }) => id);
    },
  };
}
