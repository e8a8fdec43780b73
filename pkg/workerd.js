// Cloudflare Workers: they compile a module when it is deployed, and never from bytes.
import module from './generated/ably_edge_auth.wasm';
import { loadSync } from './load.js';

loadSync(module);

export * from './api.js';
