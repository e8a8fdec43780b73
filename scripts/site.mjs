// npm run site [-- FOLDER --base /PATH/]: writes the site for any static host: the documents, and the playground in
// playground/. The base is the path at which the host serves it; the default is /.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { ROOT, stop } from './run.mjs';
import { makePages, preparePages } from './site/pages.mjs';
import { makePlayground } from './site/playground.mjs';

const OWN = join(ROOT, 'site');

/** Needs the built package, and preparePages. */
export function makeSite(folder, base) {
  makePages(folder, base);
  makePlayground(join(folder, 'playground'));
}

function readArguments() {
  try {
    return parseArgs({ options: { base: { type: 'string', default: '/' } }, allowPositionals: true });
  } catch (error) {
    return stop(error.message);
  }
}

async function main() {
  const { values, positionals } = readArguments();
  const { base } = values;
  if (!/^\/(?:[\w.~-]+\/)*$/.test(base))
    stop(`--base is "${base}"; it must begin and end with a slash, such as /docs/.`);
  const folder = positionals[0] === undefined ? OWN : resolve(positionals[0]);
  if (folder === OWN) rmSync(OWN, { recursive: true, force: true });
  else if (existsSync(folder) && !(statSync(folder).isDirectory() && readdirSync(folder).length === 0))
    stop(`${folder} already exists and is not empty. Name a new folder, so that no files are overwritten.`);
  await build();
  preparePages();
  makeSite(folder, base);
  console.log(
    `The site is in ${relative(process.cwd(), folder) || '.'}: upload that folder to any static host, at the path ${base}.`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main();
