// The documents that npm packs. npm packs only what is in the package's folder, so the build copies them there.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE } from './build/modules.mjs';
import { ROOT } from './run.mjs';

const WITH_LINKS = ['README.md', 'CHANGELOG.md'];
const AS_THEY_ARE = ['LICENSE-APACHE', 'LICENSE-MIT'];

/** The repository's page, from the one place that names it for npm. */
export function repositoryPage() {
  const { repository } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  return repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
}

/** Links to files of the repository, which the package does not have, become links to their pages; pictures to the files. */
export function withAbsoluteLinks(markdown, page) {
  return markdown.replace(
    /(!?)(\[[^\]]*\]\()(?![a-z]+:|#)([^)\s]+)/g,
    (_, picture, text, path) => `${picture}${text}${page}/${picture ? 'raw' : 'blob'}/HEAD/${path}`,
  );
}

export function copyDocuments() {
  const page = repositoryPage();
  for (const name of AS_THEY_ARE) copyFileSync(join(ROOT, name), join(PACKAGE, name));
  for (const name of WITH_LINKS)
    writeFileSync(join(PACKAGE, name), withAbsoluteLinks(readFileSync(join(ROOT, name), 'utf8'), page));
}
