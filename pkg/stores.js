// Where revocations can be kept. Nothing here needs the module.
export { cloudflareKvStore } from './store-kv.js';
export { denoKvStore } from './store-deno.js';
export { AblyRevocations, durableObjectStore } from './store-objects.js';
export { memoryStore } from './store-memory.js';
export { mergeRevocations } from './store-merge.js';
