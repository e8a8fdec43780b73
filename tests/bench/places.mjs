import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const HERE = fileURLToPath(new URL('.', import.meta.url));
export const ROOT = join(HERE, '../..');
/** What is made while measuring; git does not see it. */
export const WORK = join(ROOT, 'tests/.work/bench');
