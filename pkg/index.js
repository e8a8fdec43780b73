// Node.js, Deno, Bun, browsers and bundlers: the module travels as text, and starts during import.
import { bytes } from './generated/bytes.js';
import { loadSync } from './load.js';

loadSync(bytes);

export * from './api.js';
