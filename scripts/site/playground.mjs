// The playground as a folder for any static host, at any path: its files are copied unchanged.
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../run.mjs';

const WORKER = 'offline-worker.js';

/** The files of the page, from the list in its offline worker. */
export function playgroundFiles() {
  const worker = readFileSync(join(ROOT, 'www', WORKER), 'utf8');
  const listed = [...worker.matchAll(/^ {2}'\.\/(.+)',$/gm)].map(([, file]) => file);
  return ['index.html', WORKER, ...listed];
}

/** Copies the files. `folder` must be new or empty. */
export function makePlayground(folder) {
  for (const file of playgroundFiles()) {
    const to = join(folder, file);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(ROOT, file.startsWith('pkg/') ? '.' : 'www', file), to);
  }
}
