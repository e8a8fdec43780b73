// The order of the pages, from the tables of docs/README.md: the one list of them, for readers of the repository, for the
// sidebar of the site and for llms.txt.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const DOCS = fileURLToPath(new URL('../../docs', import.meta.url));

const GROUP = /^\| ([^|]+?) \| \|$/;
const PAGE = /^\| \[([^\]]+)\]\(([^)]+)\) \| (.*) \|$/;
const LINK = /\[([^\]]+)\]\(([^)]+\.md)\)/g;

/**
 * @typedef {{ title: string, path: string, about: string, isPart?: true }} Page `path` is from docs/; `about` is Markdown;
 *   a part belongs to the page before it
 * @returns {{ title: string, pages: Page[] }[]}
 */
export function contents(text = readFileSync(join(DOCS, 'README.md'), 'utf8')) {
  const groups = [];
  for (const line of text.split('\n')) {
    const [, group] = GROUP.exec(line) ?? [];
    if (group !== undefined) groups.push({ title: group, pages: [] });
    const [, title, path, about] = PAGE.exec(line) ?? [];
    if (title === undefined) continue;
    const { pages } = groups.at(-1);
    pages.push({ title, path, about });
    // A row may name further pages, as that of the recipes does.
    for (const [, name, further] of about.matchAll(LINK))
      if (!further.startsWith('..'))
        pages.push({ title: name[0].toUpperCase() + name.slice(1), path: further, about: '', isPart: true });
  }
  return groups;
}

/** A heading's anchor, as GitHub makes it, so that one link fits the repository and the site. */
export function anchorOf(heading) {
  const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
  return words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
}
