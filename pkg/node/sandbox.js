// The entry ably-edge-auth/sandbox for Node.js and Bun. It reads the .wasm file, or in a bundle decodes the embedded text.
import { bytes, length } from '../generated/sandbox-bytes.js';
import { loadSandboxOnImport } from '../sandbox/load.js';
import { readWasm } from './read-wasm.js';

// The name is not in the `new URL`, where bundlers would take the file for an asset and copy it.
const WASM = '../generated/ably_edge_auth_sandbox.wasm';
loadSandboxOnImport(() => readWasm(WASM, import.meta.url, length) ?? bytes());

// Exports by name: with `export *`, bundlers would skip this file and drop the call above.
export { AblyAuthError } from '../lib/error.js';
export { createSandbox } from '../sandbox/create.js';
