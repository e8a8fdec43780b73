// Cloudflare Durable Objects: what is recorded counts everywhere at once.
import { lastExpiry, mergeRevocations } from './merge.js';

const NAME = 'ably-revocations-';
/** No host: a Durable Object is reached by its stub. */
const ADDRESS = 'https://revocations/';
/** A row holds 2 MB; all of it is read for each token. */
const MAX_CHARACTERS = 256 * 1024;
const SWEEP_EVERY_MS = 60_000;

/** One object for each first character of an id, which are 64: ids are even, so the load is. */
export function durableObjectStore(namespace) {
  if (typeof namespace?.idFromName !== 'function')
    throw new TypeError('durableObjectStore: give the Durable Object namespace that is bound, such as env.REVOCATIONS');

  async function ask(shard, method, value) {
    const stub = namespace.get(namespace.idFromName(NAME + shard));
    const response = await stub.fetch(ADDRESS, { method, body: JSON.stringify(value) });
    if (!response.ok) throw new Error(`the Durable Object answered ${response.status}`);
    return response.json();
  }
  const byShard = (list, idOf) => {
    const shards = new Map();
    for (const value of list) {
      const shard = idOf(value)[0];
      shards.set(shard, [...(shards.get(shard) ?? []), value]);
    }
    return [...shards];
  };
  return {
    itemsPerPut: 1000,
    async get(ids) {
      const found = {};
      await Promise.all(
        byShard(ids, (id) => id).map(async ([shard, some]) => Object.assign(found, await ask(shard, 'POST', some))),
      );
      return ids.map((id) => found[id]);
    },
    async put(items) {
      const refused = [];
      const put = async ([shard, some]) => {
        try {
          refused.push(...(await ask(shard, 'PUT', some)));
        } catch {
          refused.push(...some.map(({ id }) => id));
        }
      };
      await Promise.all(byShard(items, ({ id }) => id).map(put));
      return refused;
    },
  };
}

/** The class of the objects: export it from the Worker, and name it under `new_sqlite_classes`. */
export class AblyRevocations {
  #storage;
  #sql;

  constructor({ storage }) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.#sql.exec(
      'CREATE TABLE IF NOT EXISTS revocations (id TEXT PRIMARY KEY, entries TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID',
    );
    this.#sql.exec('CREATE INDEX IF NOT EXISTS by_end ON revocations (expires_at)');
  }

  async fetch(request) {
    const value = await request.json();
    if (request.method === 'POST') return Response.json(this.#get(value));
    if (request.method === 'PUT') return Response.json(await this.#put(value));
    return new Response(null, { status: 405 });
  }

  async alarm() {
    this.#sql.exec('DELETE FROM revocations WHERE expires_at <= ?', Date.now());
    await this.#wake();
  }

  #read(id) {
    const [row] = this.#sql.exec('SELECT entries FROM revocations WHERE id = ? AND expires_at > ?', id, Date.now());
    return row && JSON.parse(row.entries);
  }

  #get(ids) {
    return Object.fromEntries(ids.map((id) => [id, this.#read(id)]).filter(([, entries]) => entries !== undefined));
  }

  /** Gives the ids of what is too large. All at once, and before anything else is heard: nothing here waits. */
  async #put(items) {
    const refused = [];
    this.#storage.transactionSync(() => {
      for (const { id, entries } of items) {
        const merged = mergeRevocations(this.#read(id), entries);
        const text = JSON.stringify(merged);
        if (text.length > MAX_CHARACTERS) refused.push(id);
        else if (merged.length > 0)
          this.#sql.exec('INSERT OR REPLACE INTO revocations VALUES (?, ?, ?)', id, text, lastExpiry(merged));
      }
    });
    if ((await this.#storage.getAlarm()) === null) await this.#wake();
    return refused;
  }

  /** When the next one has expired, and not too often. */
  async #wake() {
    const [{ next }] = this.#sql.exec('SELECT MIN(expires_at) AS next FROM revocations');
    if (next !== null) await this.#storage.setAlarm(Math.max(next, Date.now() + SWEEP_EVERY_MS));
  }
}
