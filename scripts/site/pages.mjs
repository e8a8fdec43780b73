// The pages of docs/ and the API reference, built by VitePress.
import { join } from 'node:path';
import { installPackages } from '../packages.mjs';
import { run } from '../run.mjs';
import { DOCS } from './contents.mjs';
import { writeLlms } from './llms.mjs';
import { applyPolicy } from './policy.mjs';
import { makeReference } from './reference.mjs';

/** Before the first call of makePages. */
export function preparePages() {
  installPackages(DOCS);
  makeReference();
}

/** VitePress empties the folder. `base` is the path at which a host will serve it, with a slash at both ends. */
export function makePages(folder, base) {
  const vitepress = join(DOCS, 'node_modules/vitepress/bin/vitepress.js');
  run(process.execPath, [vitepress, 'build', DOCS, '--outDir', folder], { env: { ...process.env, SITE_BASE: base } });
  applyPolicy(folder, base);
  writeLlms(folder, base);
}
