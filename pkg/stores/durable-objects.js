// Stores revocations in Cloudflare Durable Objects, where a write is visible everywhere immediately.
import { lastExpiry, mergeRevocations } from './merge.js';

const NAME = 'ably-revocations-';
/** A placeholder, because fetch requires a URL. The stub determines which object is called. */
const ADDRESS = 'https://revocations/';
/** Far below the 2 MB of a row, because each token check reads the whole row. */
const MAX_CHARACTERS = 256 * 1024;
const SWEEP_EVERY_MS = 60_000;

const SHARDS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The first character of the hash in an id, which a prefix such as `ban.` may precede. */
const shardOf = (id) => id[id.lastIndexOf('.') + 1];

/** Uses 64 objects, one for each first character of a hash. Hashes are evenly distributed, and so is the load. */
export function durableObjectStore(namespace) {
  if (typeof namespace?.idFromName !== 'function')
    throw new TypeError(
      'durableObjectStore: namespace is not a Durable Object namespace. Pass the binding, such as env.REVOCATIONS',
    );

  async function ask(shard, method, value) {
    const stub = namespace.get(namespace.idFromName(NAME + shard));
    const response = await stub.fetch(ADDRESS, { method, body: JSON.stringify(value) });
    if (!response.ok) throw new Error(`the Durable Object responded with status ${response.status}`);
    return response.json();
  }
  const byShard = (list, idOf) => {
    const shards = new Map();
    for (const value of list) {
      const shard = shardOf(idOf(value));
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
    async list(prefix) {
      return (await Promise.all([...SHARDS].map((shard) => ask(shard, 'POST', { prefix })))).flat();
    },
  };
}

/** The class of the Durable Objects. Export it from the Worker, and list it under `new_sqlite_classes`. */
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
    if (request.method === 'POST')
      return Response.json(Array.isArray(value) ? this.#get(value) : this.#list(value.prefix));
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

  #list(prefix) {
    const rows = this.#sql.exec(
      'SELECT id, entries FROM revocations WHERE substr(id, 1, ?) = ? AND expires_at > ?',
      prefix.length,
      prefix,
      Date.now(),
    );
    return [...rows].map(({ id, entries }) => ({ id, entries: JSON.parse(entries) }));
  }

  /** Returns the ids of items that are too large. Writes without awaiting, so no other request runs in between. */
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

  /** Sets an alarm for the next expiry, but at most one per SWEEP_EVERY_MS. */
  async #wake() {
    const [{ next }] = this.#sql.exec('SELECT MIN(expires_at) AS next FROM revocations');
    if (next !== null) await this.#storage.setAlarm(Math.max(next, Date.now() + SWEEP_EVERY_MS));
  }
}
