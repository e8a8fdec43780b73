import { readFileSync } from 'node:fs';

export const { homepage, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
