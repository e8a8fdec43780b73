// In this process: gone with it, and known to no other.
import { lastExpiry, mergeRevocations } from './merge.js';

export function memoryStore() {
  /** In the order in which they were put last, which is nearly that of their end. */
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
    get size() {
      return kept.size;
    },
  };
}
