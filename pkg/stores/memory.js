// Stores revocations in the memory of this process. They are lost when it ends, and other processes do not see them.
import { lastExpiry, mergeRevocations } from './merge.js';

export function memoryStore() {
  /** Ordered by last write, which is nearly the order of expiry. */
  const kept = new Map();

  const sweep = (now) => {
    for (const [id, { expiresAt }] of kept) {
      if (expiresAt > now) return;
      kept.delete(id);
    }
  };
  return {
    async get(ids) {
      return ids.map((id) => kept.get(id)?.entries);
    },
    async put(items) {
      const now = Date.now();
      sweep(now);
      for (const { id, entries } of items) {
        const merged = mergeRevocations(kept.get(id)?.entries, entries, now);
        kept.delete(id);
        if (merged.length > 0) kept.set(id, { entries: merged, expiresAt: lastExpiry(merged) });
      }
    },
    async list(prefix) {
      sweep(Date.now());
      return [...kept].filter(([id]) => id.startsWith(prefix)).map(([id, { entries }]) => ({ id, entries }));
    },
    get size() {
      return kept.size;
    },
  };
}
