// @ts-self-types="./sandbox.d.ts"
// Entry for browsers, bundlers and Deno: the module is embedded as text and starts on import.
import { bytes } from './generated/sandbox-bytes.js';
import { loadSandboxOnImport } from './sandbox/load.js';

loadSandboxOnImport(bytes);

// Exports by name: with `export *`, bundlers would skip this file and drop the call above.
export { AblyAuthError } from './lib/error.js';
export { createSandbox } from './sandbox/create.js';
