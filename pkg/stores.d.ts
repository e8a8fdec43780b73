/**
 * Where revocations are kept, for `createRevocations` of `ably-edge-auth`.
 *
 * @example
 * import { createRevocations } from 'ably-edge-auth';
 * import { AblyRevocations, durableObjectStore } from 'ably-edge-auth/stores';
 * export { AblyRevocations };
 * const revocations = createRevocations(durableObjectStore(env.REVOCATIONS));
 */
import type { RevocationStore, StoredRevocation } from './index.js';

/** In this process: nothing is left when it ends, and no other process knows of it. */
export function memoryStore(): RevocationStore & {
  /** How many ids are kept. */
  readonly size: number;
};

/** A Workers KV namespace, as far as it is used here. */
export interface KvNamespace {
  get(key: string, options: { type: 'json' }): Promise<any>;
  put(key: string, value: string, options: { expiration: number }): Promise<void>;
}

/**
 * Cloudflare Workers KV. A place that has looked an id up, found or not, may not see a change for 60 seconds, and
 * Cloudflare promises no bound: `stalenessSeconds` counts 60.
 *
 * Within an isolate nothing that was recorded is lost to another `record` of the same id (one target, or the channels of
 * one key), at once or later, on this store or another one of the same namespace: writes take turns, and the last 10,000
 * ids written are remembered and merged into later writes and look-ups. Between isolates KV offers nothing of the kind: of
 * two that write one id within the staleness, the last one wins, and what the other one wrote is lost. Where that or the
 * staleness matters, use {@link durableObjectStore}.
 *
 * A revocation takes one read and one write, and Cloudflare counts both against what a request may do (1000 in all);
 * what exceeds it is on the error's `unstored`. KV takes one write of an id each second; `record` waits for that.
 */
export function cloudflareKvStore(namespace: KvNamespace): RevocationStore;

/** A Durable Object namespace, as far as it is used here. */
export interface ObjectNamespace {
  idFromName(name: string): any;
  get(id: any): {
    fetch(
      url: string,
      init: { method: string; body: string },
    ): Promise<{ readonly ok: boolean; readonly status: number; json(): Promise<any> }>;
  };
}

/** Cloudflare Durable Objects, 64 of them, with no staleness of their own. Their class is {@link AblyRevocations}. */
export function durableObjectStore(namespace: ObjectNamespace): RevocationStore;

/** The class of the Durable Objects: export it from the Worker, and name it under `new_sqlite_classes`. */
export class AblyRevocations {
  constructor(state: { readonly storage: any }, env?: unknown);
  fetch(request: any): Promise<any>;
  alarm(): Promise<void>;
}

/** What `Deno.openKv()` gives, as far as it is used here. */
export interface DenoKv {
  getMany(keys: any): Promise<any>;
  atomic(): any;
}

/** Deno KV, with no staleness of its own. Up to some hundred channels of one key fit into its 64 KiB. */
export function denoKvStore(kv: DenoKv): RevocationStore;

/**
 * What is to be kept when `added` comes to what was `kept`: no expired one, and none that says nothing beside another. A
 * later revocation with a margin takes nothing from one that is in force.
 */
export function mergeRevocations(
  kept: readonly StoredRevocation[] | null | undefined,
  added: readonly StoredRevocation[],
  now?: number,
): StoredRevocation[];
