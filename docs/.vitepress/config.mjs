// The site of these pages, built by scripts/site.mjs, which gives the base and the folder for what is built.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformerStyleToClass } from '@shikijs/transformers';
import { defineConfig } from 'vitepress';
import { anchorOf, contents } from '../../scripts/site/contents.mjs';
import { repositoryPage } from '../../scripts/documents.mjs';
import { alignByClass, embedPlayground, emptyHeads, leaveTheSite } from './markdown.mjs';

const REPOSITORY = repositoryPage();
const BASE = process.env.SITE_BASE ?? '/';
/** Colours of code as classes, because the policy of the pages permits no style attributes. */
const codeStyles = transformerStyleToClass({ classPrefix: 'code-' });
const CODE_STYLES = 'code.css';

const page = ({ title, path }) => ({ text: title, link: `/${path.replace(/README\.md$/, '')}` });

/** The pages of a group, each with its parts folded up below it. */
function items(pages) {
  const listed = [];
  for (const it of pages.filter(({ path }) => !path.startsWith('..'))) {
    if (!it.isPart) listed.push(page(it));
    else Object.assign(listed.at(-1), { collapsed: true, items: [...(listed.at(-1).items ?? []), page(it)] });
  }
  return listed;
}

export default defineConfig({
  title: 'ably-edge-auth',
  description: 'Ably auth for the edge: issue, explain, verify and revoke Ably tokens.',
  lang: 'en',
  base: BASE,
  cacheDir: './node_modules/.vitepress',
  srcExclude: ['node_modules/**'],
  rewrites: { 'README.md': 'index.md', 'recipes/README.md': 'recipes/index.md' },
  // The playground is put beside the pages when they are built. tests/site/run.mjs follows every link.
  ignoreDeadLinks: [/^\/playground\//],
  // A file of its own in place of an inline script, which would need a hash of its own on each page.
  metaChunk: true,
  head: [
    ['meta', { name: 'referrer', content: 'no-referrer' }],
    ['link', { rel: 'icon', type: 'image/svg+xml', href: `${BASE}playground/icon.svg` }],
    ['link', { rel: 'stylesheet', href: `${BASE}${CODE_STYLES}` }],
  ],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: anchorOf },
    codeTransformers: [codeStyles],
    config(md) {
      leaveTheSite(md, REPOSITORY);
      alignByClass(md);
      emptyHeads(md);
      embedPlayground(md, BASE);
    },
  },
  themeConfig: {
    logo: { src: '/playground/icon.svg', alt: '' },
    nav: [
      { text: 'Get started', link: '/get-started' },
      { text: 'API', link: '/reference/' },
      { text: 'Playground', link: '/playground/', target: '_self' },
    ],
    sidebar: [
      ...contents()
        .map(({ title, pages }) => ({ text: title, items: items(pages) }))
        .filter(({ items }) => items.length > 0),
      { text: 'API reference', items: [{ text: 'Every function and type', link: '/reference/' }] },
    ],
    outline: [2, 3],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: REPOSITORY, ariaLabel: 'Repository' }],
    docFooter: { prev: 'Before', next: 'Next' },
  },
  buildEnd({ outDir }) {
    writeFileSync(join(outDir, CODE_STYLES), codeStyles.getCSS());
  },
});
