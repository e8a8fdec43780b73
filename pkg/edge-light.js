// Vercel's and Next's edge runtime: as Workers, and `?module` is how it asks for a compiled module.
import module from './generated/ably_edge_auth.wasm?module';
import { loadSync } from './load.js';

loadSync(module);

export * from './api.js';
