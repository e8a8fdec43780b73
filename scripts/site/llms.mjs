// llms.txt (https://llmstxt.org) and llms-full.txt: the pages for language models, with the Markdown of each page beside it.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../run.mjs';
import { contents, DOCS } from './contents.mjs';

const plain = (markdown) => markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');

export function writeLlms(folder, base) {
  const groups = contents();
  const pages = groups.flatMap((group) => group.pages).filter(({ path }) => !path.startsWith('..'));
  for (const { path } of pages) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(DOCS, path), join(folder, path));
  }
  const [, title, summary] = readFileSync(join(ROOT, 'README.md'), 'utf8').match(/^# (.*)\n\n\*\*(.*)\*\*\n/);
  const lines = [`# ${title}`, '', `> ${plain(summary)}`];
  for (const { title: group, pages: inGroup } of groups) {
    const listed = inGroup.filter((page) => pages.includes(page));
    if (listed.length === 0) continue;
    lines.push('', `## ${group}`, '');
    for (const page of listed)
      lines.push(`- [${page.title}](${base}${page.path})${page.about && `: ${plain(page.about)}`}`);
  }
  writeFileSync(join(folder, 'llms.txt'), `${lines.join('\n')}\n`);
  const texts = pages.map(
    ({ path }) => `<!-- ${base}${path} -->\n\n${readFileSync(join(DOCS, path), 'utf8').trim()}\n`,
  );
  writeFileSync(join(folder, 'llms-full.txt'), texts.join('\n'));
}
