/**
 * The entry for loading the module yourself. It has the same functions as `ably-edge-auth`, which work once
 * `init` has resolved or `initSync` has returned. The module is `ably-edge-auth/ably_edge_auth.wasm`.
 *
 * @example
 * import { init, issueJwtSync } from 'ably-edge-auth/wasm';
 * await init(fetch('/assets/ably_edge_auth.wasm'));
 * @module ably-edge-auth/wasm
 */
export * from './index.js';

// These types avoid the names WebAssembly, Response and URL, which `lib: ["ES2022"]` alone does not define.
/** A `WebAssembly.Module`, which has no members to identify it by. */
type Module = object;
type Bytes = ArrayBuffer | ArrayBufferView;
/** A `Response` of `fetch`. */
type Answer = { readonly ok: boolean; readonly status: number; arrayBuffer(): Promise<ArrayBuffer> };
/** A `URL`. */
type Address = { readonly href: string };
type Source = Module | Bytes | Answer;

/**
 * Compiles and starts the module. `source` is a compiled module, bytes, a response, or an address for `fetch` (whose
 * implementation in Node does not accept `file:` URLs). Only the first call has an effect.
 *
 * Rejects with an AblyAuthError `usage` if the module cannot be compiled or started.
 *
 * @example
 * import { init, issueJwtSync } from 'ably-edge-auth/wasm';
 *
 * await init(fetch('/assets/ably_edge_auth.wasm'));
 * const { token } = issueJwtSync({ key, capability: { news: ['subscribe'] } });
 */
export function init(source: Source | Address | string | Promise<Source>): Promise<void>;

/**
 * Starts the module synchronously. Chrome before 115 allows this in workers only.
 * @throws AblyAuthError `usage` if the module cannot be compiled or started.
 *
 * @example
 * import { readFileSync } from 'node:fs';
 * import { initSync } from 'ably-edge-auth/wasm';
 *
 * initSync(readFileSync('ably_edge_auth.wasm'));
 */
export function initSync(source: Module | Bytes): void;
