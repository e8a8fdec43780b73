/**
 * Stores for the `createRevocations` and `createAccess` functions of `ably-edge-auth`.
 *
 * @example
 * import { createRevocations } from 'ably-edge-auth';
 * import { AblyRevocations, durableObjectStore } from 'ably-edge-auth/stores';
 * export { AblyRevocations };
 * const revocations = createRevocations(durableObjectStore(env.REVOCATIONS));
 * @module ably-edge-auth/stores
 */
import type { RevocationStore, StoredRevocation } from './index.js';

/**
 * Keeps revocations in the memory of this process. They are lost when it ends, and other processes do not see them.
 *
 * @example
 * import { createRevocations } from 'ably-edge-auth';
 * import { memoryStore } from 'ably-edge-auth/stores';
 *
 * const revocations = createRevocations(memoryStore());
 */
export function memoryStore(): RevocationStore & {
  /** The number of ids in the store. */
  readonly size: number;
};

/** The parts of a Workers KV namespace that the store uses. */
export interface KvNamespace {
  get(key: string, options: { type: 'json' }): Promise<any>;
  put(key: string, value: string, options: { expiration: number; metadata?: any }): Promise<void>;
  /** Needed for the list of bans only. */
  list?(options: { prefix: string; cursor?: any }): Promise<any>;
}

/**
 * Keeps revocations in Cloudflare Workers KV. A location that has looked up an id, whether it exists or not, may not see
 * a change to it for 60 seconds. Cloudflare guarantees no upper bound; `stalenessSeconds` assumes 60.
 *
 * Within an isolate, concurrent and later `record` calls for the same id (one target, or the channels of one key) do not
 * overwrite each other, even through another store of the same namespace: writes take turns, and the last 10,000 ids
 * written are remembered and merged into later writes and look-ups. Between isolates, KV cannot prevent lost updates: if
 * two isolates write one id within the staleness, the last write wins. If this or the staleness matters, use
 * {@link durableObjectStore}.
 *
 * A revocation takes one read and one write. Both count toward Cloudflare's limit of 1000 operations per request; the
 * revocations that exceed it are in the error's `unstored`. KV accepts one write per second for each id, and `record`
 * waits accordingly.
 *
 * @example
 * import { createRevocations } from 'ably-edge-auth';
 * import { cloudflareKvStore } from 'ably-edge-auth/stores';
 *
 * const revocations = createRevocations(cloudflareKvStore(env.REVOCATIONS));
 */
export function cloudflareKvStore(namespace: KvNamespace): RevocationStore;

/** The parts of a Durable Object namespace that the store uses. */
export interface ObjectNamespace {
  idFromName(name: string): any;
  get(id: any): {
    fetch(
      url: string,
      init: { method: string; body: string },
    ): Promise<{ readonly ok: boolean; readonly status: number; json(): Promise<any> }>;
  };
}

/**
 * Keeps revocations in 64 Cloudflare Durable Objects of the class {@link AblyRevocations}. Adds no staleness.
 *
 * @example
 * import { createRevocations } from 'ably-edge-auth';
 * import { AblyRevocations, durableObjectStore } from 'ably-edge-auth/stores';
 *
 * export { AblyRevocations };
 * const revocations = createRevocations(durableObjectStore(env.REVOCATIONS));
 */
export function durableObjectStore(namespace: ObjectNamespace): RevocationStore;

/**
 * The class of the Durable Objects. Export it from the Worker, and list it under `new_sqlite_classes`.
 *
 * @example
 * // In wrangler.json, bind the class as a Durable Object with SQLite.
 * export { AblyRevocations } from 'ably-edge-auth/stores';
 */
export class AblyRevocations {
  constructor(state: { readonly storage: any }, env?: unknown);
  fetch(request: any): Promise<any>;
  alarm(): Promise<void>;
}

/** The parts of a `Deno.Kv` that the store uses. */
export interface DenoKv {
  getMany(keys: any): Promise<any>;
  atomic(): any;
  list(selector: any): any;
}

/**
 * Keeps revocations in Deno KV. Adds no staleness. The 64 KiB limit of a value fits a few hundred channels of one key.
 *
 * @example
 * import { createRevocations } from 'ably-edge-auth';
 * import { denoKvStore } from 'ably-edge-auth/stores';
 *
 * const revocations = createRevocations(denoKvStore(await Deno.openKv()));
 */
export function denoKvStore(kv: DenoKv): RevocationStore;

/**
 * Merges `added` into `kept`, and leaves out expired and redundant revocations. A later revocation with a margin does not
 * replace one that is already in force.
 *
 * @example
 * // In the `put` of a store of your own
 * import { mergeRevocations } from 'ably-edge-auth/stores';
 *
 * const kept = mergeRevocations(stored, added);
 */
export function mergeRevocations(
  kept: readonly StoredRevocation[] | null | undefined,
  added: readonly StoredRevocation[],
  now?: number,
): StoredRevocation[];
