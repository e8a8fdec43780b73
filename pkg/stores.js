// Where revocations can be kept. Nothing here needs the module.
export { cloudflareKvStore } from './stores/workers-kv.js';
export { denoKvStore } from './stores/deno-kv.js';
export { AblyRevocations, durableObjectStore } from './stores/durable-objects.js';
export { memoryStore } from './stores/memory.js';
export { mergeRevocations } from './stores/merge.js';
