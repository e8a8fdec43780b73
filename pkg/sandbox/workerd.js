// Entry for Cloudflare Workers, which compile modules at deployment and cannot compile bytes at run time.
import module from '../generated/ably_edge_auth_sandbox.wasm';
import { loadSandboxSync } from './load.js';

loadSandboxSync(module);

// Exports by name: with `export *`, bundlers would skip this file and drop the call above.
export { AblyAuthError } from '../lib/error.js';
export { createSandbox } from './create.js';
