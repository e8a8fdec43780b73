// Reads a store through a cache in memory.

/** How many ids are held in memory. */
const MAX_HELD = 10_000;

/**
 * `cacheMs` is how long results, including empty ones, are used again. `prepare` converts the entries of an id once, and
 * its result is what `lookUp` returns.
 */
export function createReader(store, { cacheMs, timeoutMs, prepare = (entries) => entries }) {
  /** For each id the entries, what was prepared from them, and when they were read. */
  const front = new Map();
  let writes = 0;

  const hold = (id, entries, prepared, readAt) => {
    front.delete(id);
    if (front.size >= MAX_HELD) front.delete(front.keys().next().value);
    front.set(id, { entries, prepared, readAt });
  };

  return {
    /**
     * Gets what was prepared for each id from the cache, and those missing there in one call of the store. What was read
     * before `since` is read again.
     */
    async lookUp(ids, since = 0) {
      const now = Date.now();
      const found = new Map();
      for (const id of ids) {
        const held = front.get(id);
        if (held !== undefined && now - held.readAt < cacheMs && held.readAt >= since) found.set(id, held.prepared);
      }
      const missing = ids.filter((id) => !found.has(id));
      if (missing.length === 0) return found;
      const before = writes;
      const stored = await inTime(store.get(missing), timeoutMs);
      if (!Array.isArray(stored) || stored.length !== missing.length)
        throw new TypeError('the get function of the store did not return one item for each id');
      for (const [index, id] of missing.entries()) {
        // The store may return expired entries.
        const entries = (stored[index] ?? []).filter(({ expiresAt }) => !(expiresAt <= now));
        const prepared = entries.length === 0 ? undefined : prepare(entries);
        found.set(id, prepared);
        // Not cached if something was written in the meantime, which the result may lack.
        if (cacheMs > 0 && before === writes) hold(id, entries, prepared, now);
      }
      return found;
    },
    /** To be called after each write, before `forget` or `remember`. */
    wrote: () => void writes++,
    /** Makes the next look-up ask the store. */
    forget: (id) => void front.delete(id),
    /** Keeps entries for when the store fails. The next look-up asks the store all the same. */
    remember: (id, entries) => hold(id, entries, prepare(entries), -Infinity),
    /** What is known of an id without the store, however old. */
    known: (id) => front.get(id),
  };
}

/** Limits the wait for the store. */
export async function inTime(promise, ms) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the store did not respond within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
