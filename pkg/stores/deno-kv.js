// Stores revocations in Deno KV.
import { lastExpiry, mergeRevocations } from './merge.js';

const PREFIX = ['ably-edge-auth', 'revocations'];
const KEYS_PER_READ = 10;
/** Deno KV limits a value to 64 KiB. */
const MAX_CHARACTERS = 48 * 1024;
/** Deno KV limits a commit to 100 checks and 800 KiB. */
const MAX_TOGETHER = 400 * 1024;
const TRIES = 20;
/** If many writers update one id, each round lets one of them through. Random pauses reduce the conflicts. */
const MAX_PAUSE_MS = 500;

export function denoKvStore(kv) {
  if (typeof kv?.getMany !== 'function' || typeof kv.atomic !== 'function')
    throw new TypeError('denoKvStore: kv is not a Deno.Kv. Pass the result of await Deno.openKv()');

  async function read(ids) {
    const parts = [];
    for (let start = 0; start < ids.length; start += KEYS_PER_READ)
      parts.push(kv.getMany(ids.slice(start, start + KEYS_PER_READ).map((id) => [...PREFIX, id])));
    return (await Promise.all(parts)).flat();
  }

  /** Merges the items into the stored values. Retries if another writer changed them in between. */
  async function add(items) {
    for (let tries = 0; tries < TRIES; tries++) {
      const now = Date.now();
      const found = await read(items.map(({ id }) => id));
      const refused = [];
      let together = 0;
      const commit = kv.atomic();
      for (const [index, { id, entries }] of items.entries()) {
        const merged = mergeRevocations(found[index].value ?? [], entries, now);
        if (merged.length === 0) continue;
        const { length } = JSON.stringify(merged);
        if (length > MAX_CHARACTERS) {
          refused.push(id);
          continue;
        }
        together += length;
        commit.check(found[index]).set([...PREFIX, id], merged, { expireIn: lastExpiry(merged) - now });
      }
      if (together > MAX_TOGETHER && items.length > 1) {
        const half = items.length >> 1;
        return [...(await add(items.slice(0, half))), ...(await add(items.slice(half)))];
      }
      if ((await commit.commit()).ok) return refused;
      await new Promise((wake) => setTimeout(wake, Math.random() * Math.min(5 * 2 ** tries, MAX_PAUSE_MS)));
    }
    throw new Error(`the write conflicted with other writers ${TRIES} times`);
  }

  return {
    itemsPerPut: 100,
    get: async (ids) => (await read(ids)).map(({ value }) => value ?? undefined),
    put: add,
    async list(prefix) {
      const found = [];
      // The character after the last one of the prefix is the first that no id with the prefix has there.
      const next = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
      for await (const { key, value } of kv.list({ start: [...PREFIX, prefix], end: [...PREFIX, next] }))
        found.push({ id: key[PREFIX.length], entries: value });
      return found;
    },
  };
}
