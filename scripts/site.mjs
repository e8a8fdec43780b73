// npm run site [-- FOLDER]: copies the playground into a folder for any static host, at any path. The files are copied
// unchanged, so nothing needs to be configured.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { ROOT, stop } from './run.mjs';

const OWN = join(ROOT, 'site');
const WORKER = 'offline-worker.js';

/** The files of the page, from the list in its offline worker. */
export function siteFiles() {
  const worker = readFileSync(join(ROOT, 'www', WORKER), 'utf8');
  const listed = [...worker.matchAll(/^ {2}'\.\/(.+)',$/gm)].map(([, file]) => file);
  return ['index.html', WORKER, ...listed];
}

/** Copies the files. `folder` must be new or empty. */
export function makeSite(folder) {
  for (const file of siteFiles()) {
    const to = join(folder, file);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(ROOT, file.startsWith('pkg/') ? '.' : 'www', file), to);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = process.argv[2] === undefined ? OWN : resolve(process.argv[2]);
  if (folder === OWN) rmSync(OWN, { recursive: true, force: true });
  else if (existsSync(folder) && !(statSync(folder).isDirectory() && readdirSync(folder).length === 0))
    stop(`${folder} already exists and is not empty. Name a new folder, so that no files are overwritten.`);
  await build();
  makeSite(folder);
  console.log(
    `The playground is in ${relative(process.cwd(), folder) || '.'}: upload that folder to any static host, at any path.`,
  );
}
