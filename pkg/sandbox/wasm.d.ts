/**
 * The same as `ably-edge-auth/sandbox`, for programs that load the sandbox's module themselves. It works once `init` has
 * resolved or `initSync` has returned. The module is `ably-edge-auth/ably_edge_auth_sandbox.wasm`.
 *
 * @example
 * import { createSandbox, init } from 'ably-edge-auth/sandbox/wasm';
 * await init(fetch('/assets/ably_edge_auth_sandbox.wasm'));
 * @module ably-edge-auth/sandbox/wasm
 */
export * from '../sandbox.js';
export { init, initSync } from '../wasm.js';
