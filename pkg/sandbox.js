// Node.js, Deno, Bun, browsers and bundlers: the module travels as text, and starts during import.
import { bytes } from './generated/sandbox-bytes.js';
import { loadSandboxSync } from './sandbox/load.js';

loadSandboxSync(bytes);

// By name: bundlers follow `export *` past this file, and the start above would be left out.
export { AblyAuthError } from './lib/error.js';
export { createSandbox } from './sandbox/create.js';
