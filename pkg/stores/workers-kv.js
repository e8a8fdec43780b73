// Stores revocations in Cloudflare Workers KV, which is read close to the user but is eventually consistent.
//
// All entries of an id are one value, so that a look-up is one read. One KV key for each entry would need `list` for each
// token, which costs ten times a read, is not cached close to the user, and is limited to 1000 calls a day in the free
// plan. The price is that a write has to read, merge and write. KV has no conditional writes, so two isolates that write
// one id within the staleness overwrite each other, and nothing in KV can prevent that. Within an isolate it is prevented:
// writes of an id take turns, and written entries are remembered and merged into later writes and look-ups.
import { lastExpiry, mergeRevocations } from './merge.js';

const PREFIX = 'ably-revocations:';
/** How long a location caches a read, including a missing key. Cloudflare documents "60 seconds or more". */
const STALENESS_SECONDS = 60;
/** The shortest expiration that KV accepts. */
const MIN_EXPIRATION_SECONDS = 60;
/** Far below KV's limit of 25 MiB, because each token check reads the whole value. */
const MAX_CHARACTERS = 256 * 1024;
/** A Worker can have six connections open at a time. */
const AT_ONCE = 6;
/** How many ids are remembered. */
const MAX_REMEMBERED = 10_000;
/** A turn times out after this long without progress, because its request may have been terminated. */
const TURN_MS = 5000;
const LOOK_AGAIN_MS = 5;
/** KV lists up to 1024 bytes of metadata with each name, which saves a read for each. */
const MAX_METADATA_BYTES = 1024;
/** KV accepts one write per second for each key, and responds to further ones with 429. */
const BETWEEN_WRITES_MS = 1000;
const MAX_WRITES = 4;

const MEMORY = Symbol('written by this isolate');
/** For namespaces that the property cannot be defined on. */
const memories = new WeakMap();

export function cloudflareKvStore(namespace) {
  if (typeof namespace?.get !== 'function' || typeof namespace.put !== 'function')
    throw new TypeError(
      'cloudflareKvStore: namespace is not a KV namespace. Pass the binding, such as env.REVOCATIONS',
    );
  const memory = memoryOf(namespace);
  const read = async (id) => (await namespace.get(PREFIX + id, { type: 'json' })) ?? undefined;

  async function lookUp(id) {
    const stored = await read(id);
    const { known = [] } = memory.get(id) ?? {};
    return known.length > 0 ? mergeRevocations(stored, known) : stored;
  }

  async function add({ id, entries }) {
    const place = placeOf(memory, id);
    let mine = join(place, entries);
    try {
      for (let writes = 0; !mine.isStored; ) {
        // Polls instead of awaiting the promise of the previous turn: workerd terminates a request that awaits another's.
        if (place.turn?.until > Date.now()) {
          await pause(LOOK_AGAIN_MS);
          continue;
        }
        const outcome = await write(++writes >= MAX_WRITES);
        if (outcome !== 'overtaken') continue;
        // This write may have landed after that of the next turn and without its entries, so it is repeated with them.
        place.waiting.delete(mine);
        mine = join(place, entries);
      }
    } finally {
      place.waiting.delete(mine);
    }

    /** Takes one turn: writes the entries of all waiting calls, so that the others need not write. */
    async function write(isLast) {
      const turn = { until: Date.now() + TURN_MS };
      place.turn = turn;
      try {
        const { merged, text, added } = addAll(await read(id), place, mine);
        turn.until = Date.now() + TURN_MS;
        if (merged.length > 0)
          await namespace.put(PREFIX + id, text, { expiration: expirationOf(merged), ...metadataOf(merged) });
        place.known = mergeRevocations(place.known, merged);
        if (place.turn !== turn) return 'overtaken';
        for (const one of added) {
          one.isStored = true;
          // Removed here, because the request that added it may have been terminated.
          place.waiting.delete(one);
        }
      } catch (error) {
        if (isLast || !/\b429\b/.test(error?.message)) throw error;
        // Keeps the turn, because a write by another call would be too early as well.
        await pause(BETWEEN_WRITES_MS);
      } finally {
        if (place.turn === turn) place.turn = undefined;
      }
      return undefined;
    }
  }

  async function list(prefix) {
    const found = new Map();
    for (let cursor; ; ) {
      const page = await namespace.list({ prefix: PREFIX + prefix, cursor });
      const some = page.keys.map(async ({ name, metadata }) => {
        const id = name.slice(PREFIX.length);
        found.set(id, metadata?.entries ?? (await read(id)));
      });
      await Promise.all(some);
      if (page.list_complete) break;
      ({ cursor } = page);
    }
    for (const [id, { known = [] }] of memory)
      if (id.startsWith(prefix) && known.length > 0) found.set(id, mergeRevocations(found.get(id), known));
    return [...found].map(([id, entries]) => ({ id, entries }));
  }

  return {
    ...(typeof namespace.list === 'function' && { list }),
    stalenessSeconds: STALENESS_SECONDS,
    itemsPerPut: AT_ONCE,
    get: (ids) => Promise.all(ids.map(lookUp)),
    /** KV writes items individually, so each can fail on its own. */
    async put(items) {
      const results = await Promise.allSettled(items.map(add));
      return items.filter((_, index) => results[index].status === 'rejected').map(({ id }) => id);
    },
  };
}

/**
 * The entries that this isolate wrote, by id. They belong to the namespace rather than the store, because an application
 * may create the store for each request. In workerd a binding is the same object for the lifetime of the isolate. Tracing
 * libraries wrap it in a new Proxy at each access, but a property of the object itself is visible through the Proxy.
 */
function memoryOf(namespace) {
  const found = namespace[MEMORY] ?? memories.get(namespace);
  if (found) return found;
  const memory = new Map();
  // Some objects cannot have the property, or do not show it.
  if (!Reflect.defineProperty(namespace, MEMORY, { value: memory }) || namespace[MEMORY] !== memory)
    memories.set(namespace, memory);
  return memory;
}

/** @returns {{ known: StoredRevocation[], waiting: Set<{ entries: StoredRevocation[], isStored: boolean }>, turn?: { until: number } }} */
function placeOf(memory, id) {
  const place = memory.get(id) ?? { known: [], waiting: new Set(), turn: undefined };
  memory.delete(id);
  if (memory.size >= MAX_REMEMBERED) memory.delete(memory.keys().next().value);
  memory.set(id, place);
  return place;
}

function join(place, entries) {
  const one = { entries, isStored: false };
  place.waiting.add(one);
  return one;
}

/** Merges stored and known entries with those of all waiting calls, or only with `mine` if the result is too long. */
function addAll(stored, { known, waiting }, mine) {
  for (const added of [[...waiting], [mine]]) {
    const merged = mergeRevocations(stored, [...known, ...added.flatMap(({ entries }) => entries)]);
    const text = JSON.stringify(merged);
    if (text.length <= MAX_CHARACTERS) return { merged, text, added };
  }
  throw new RangeError(`the revocations of one id exceed ${MAX_CHARACTERS} characters`);
}

/** The entries once more, if they fit. */
function metadataOf(entries) {
  const metadata = { entries };
  return JSON.stringify(metadata).replace(/[^\0-\x7f]/g, '???').length <= MAX_METADATA_BYTES ? { metadata } : {};
}

function expirationOf(merged) {
  return Math.ceil(Math.max(lastExpiry(merged), Date.now() + (MIN_EXPIRATION_SECONDS + 5) * 1000) / 1000);
}

function pause(ms) {
  return new Promise((wake) => setTimeout(wake, ms));
}
