// Vercel's and Next's edge runtime: as Workers, and `?module` is how it asks for a compiled module.
import module from '../generated/ably_edge_auth_sandbox.wasm?module';
import { loadSandboxSync } from './load.js';

// Next's own server compiles it in another realm, whose Module is not this one's.
if (!(module instanceof WebAssembly.Module)) Object.setPrototypeOf(module, WebAssembly.Module.prototype);
loadSandboxSync(module);

// By name: bundlers follow `export *` past this file, and the start above would be left out.
export { AblyAuthError } from '../lib/error.js';
export { createSandbox } from './create.js';
