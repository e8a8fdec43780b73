// Starts the module from its file: that spares the reading of it as text. What a command imports is counted:
// each further file takes a short run longer than the signing of its token.
import { readFileSync } from 'node:fs';
import { loadSync } from '../lib/module/load.js';

loadSync(readFileSync(new URL('../generated/ably_edge_auth.wasm', import.meta.url)));
