// @ts-self-types="./stores.d.ts"
// Stores for createRevocations. They do not need the wasm module.
export { cloudflareKvStore } from './stores/workers-kv.js';
export { denoKvStore } from './stores/deno-kv.js';
export { AblyRevocations, durableObjectStore } from './stores/durable-objects.js';
export { memoryStore } from './stores/memory.js';
export { mergeRevocations } from './stores/merge.js';
