// Starts the module from its .wasm file, which is faster than decoding the embedded text. Keep the imports of a command
// few: loading one more file takes longer than signing a token.
import { readFileSync } from 'node:fs';
import { loadSync } from '../lib/module/load.js';

loadSync(readFileSync(new URL('../generated/ably_edge_auth.wasm', import.meta.url)));
