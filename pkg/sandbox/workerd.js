// Cloudflare Workers: they compile a module when it is deployed, and never from bytes.
import module from '../generated/ably_edge_auth_sandbox.wasm';
import { loadSandboxSync } from './load.js';

loadSandboxSync(module);

// By name: bundlers follow `export *` past this file, and the start above would be left out.
export { AblyAuthError } from '../lib/error.js';
export { createSandbox } from './create.js';
