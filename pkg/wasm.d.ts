/**
 * For those who load the module themselves: the same functions as `ably-edge-auth`, which work once
 * `init` has resolved or `initSync` has returned. The module is `ably-edge-auth/ably_edge_auth.wasm`.
 *
 * @example
 * import { init, issueJwtSync } from 'ably-edge-auth/wasm';
 * await init(fetch('/assets/ably_edge_auth.wasm'));
 */
export * from './index.js';

// Only what any environment has is named here: `lib: ["ES2022"]` alone knows no WebAssembly and no Response.
/** A `WebAssembly.Module`, which has no members to tell it by. */
type Module = object;
type Bytes = ArrayBuffer | ArrayBufferView;
/** A `Response` of `fetch`. */
type Answer = { readonly ok: boolean; readonly status: number; arrayBuffer(): Promise<ArrayBuffer> };
/** A `URL`. */
type Address = { readonly href: string };
type Source = Module | Bytes | Answer;

/**
 * Compiles and starts the module: given compiled, as bytes, as a response, or as an address for `fetch` (Node's takes no
 * `file:` URLs). Only the first start counts; later ones change nothing.
 */
export function init(source: Source | Address | string | Promise<Source>): Promise<void>;

/** The same without waiting. Chrome before 115 allows this in workers only. */
export function initSync(source: Module | Bytes): void;
