// Cloudflare Workers KV: read near every user, and late.
//
// All entries of an id are one value, so that a look-up is one read. A KV key for each entry would need `list` for each
// token, which costs ten times a read, is not kept near the user, and may be used 1000 times a day in the free plan.
// The price is that a write is "read, add, write": KV has no condition for a write, so two isolates that write one id
// within its staleness overwrite each other, and nothing in KV can prevent that. Within an isolate it is prevented:
// writes of an id take turns, and what was written is remembered and merged into later writes and look-ups.
import { lastExpiry, mergeRevocations } from './merge.js';

const PREFIX = 'ably-revocations:';
/** What a place has read it keeps for so long, absence included. Cloudflare's own words: "60 seconds or more". */
const STALENESS_SECONDS = 60;
/** Cloudflare takes no shorter life. */
const LEAST_SECONDS = 60;
/** Far below the 25 MiB of KV: all of it is read for each token. */
const MAX_CHARACTERS = 256 * 1024;
/** A Worker has six connections at once. */
const AT_ONCE = 6;
/** How many ids are remembered. */
const MAX_REMEMBERED = 10_000;
/** A turn ends after so long without a step: the request that had it may have been ended, and cannot say so. */
const TURN_MS = 5000;
const LOOK_AGAIN_MS = 5;
/** KV takes one write of a key each second, and answers the next one with 429. */
const BETWEEN_WRITES_MS = 1000;
const MAX_WRITES = 4;

const MEMORY = Symbol('written by this isolate');
/** Of the namespaces that cannot have it as a property. */
const memories = new WeakMap();

export function cloudflareKvStore(namespace) {
  if (typeof namespace?.get !== 'function' || typeof namespace.put !== 'function')
    throw new TypeError('cloudflareKvStore: give the KV namespace that is bound, such as env.REVOCATIONS');
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
        // Nobody awaits the promise of the one before: it may be another request's, and workerd ends whoever awaits such a one.
        if (place.turn?.until > Date.now()) {
          await pause(LOOK_AGAIN_MS);
          continue;
        }
        const outcome = await write(++writes >= MAX_WRITES);
        if (outcome !== 'overtaken') continue;
        // What it wrote may have come after the write of whoever took over, and without his entries: once more, with them.
        place.waiting.delete(mine);
        mine = join(place, entries);
      }
    } finally {
      place.waiting.delete(mine);
    }

    /** One turn: writes what all who wait have to add, so that they need no write of their own. */
    async function write(isLast) {
      const turn = { until: Date.now() + TURN_MS };
      place.turn = turn;
      try {
        const { merged, text, added } = addAll(await read(id), place, mine);
        turn.until = Date.now() + TURN_MS;
        if (merged.length > 0) await namespace.put(PREFIX + id, text, { expiration: expirationOf(merged) });
        place.known = mergeRevocations(place.known, merged);
        if (place.turn !== turn) return 'overtaken';
        for (const one of added) {
          one.isStored = true;
          // Not left to its owner, whose request may have been ended.
          place.waiting.delete(one);
        }
      } catch (error) {
        if (isLast || !/\b429\b/.test(error?.message)) throw error;
        // It keeps its turn: the others would be too early as well.
        await pause(BETWEEN_WRITES_MS);
      } finally {
        if (place.turn === turn) place.turn = undefined;
      }
      return undefined;
    }
  }

  return {
    stalenessSeconds: STALENESS_SECONDS,
    itemsPerPut: AT_ONCE,
    get: (ids) => Promise.all(ids.map(lookUp)),
    /** KV writes one at a time, so each fails by itself. */
    async put(items) {
      const results = await Promise.allSettled(items.map(add));
      return items.filter((_, index) => results[index].status === 'rejected').map(({ id }) => id);
    },
  };
}

/**
 * What this isolate wrote, by id. It belongs to the namespace and not to the store, which may be made anew for each
 * request. In workerd a binding is one object for as long as the isolate lives; libraries that trace wrap it in a Proxy
 * at each access, and through that a property of the object itself is found.
 */
function memoryOf(namespace) {
  const found = namespace[MEMORY] ?? memories.get(namespace);
  if (found) return found;
  const memory = new Map();
  // There are objects that take no property, or that show none.
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

/** What is stored and known, with what all who wait have to add; with one's own only if the others' are too long. */
function addAll(stored, { known, waiting }, mine) {
  for (const added of [[...waiting], [mine]]) {
    const merged = mergeRevocations(stored, [...known, ...added.flatMap(({ entries }) => entries)]);
    const text = JSON.stringify(merged);
    if (text.length <= MAX_CHARACTERS) return { merged, text, added };
  }
  throw new RangeError('too many revocations under one id');
}

function expirationOf(merged) {
  return Math.ceil(Math.max(lastExpiry(merged), Date.now() + (LEAST_SECONDS + 5) * 1000) / 1000);
}

function pause(ms) {
  return new Promise((wake) => setTimeout(wake, ms));
}
