// The Markdown files of the repository: where each is, and what it links to.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Folders that are not part of the repository, and the built site at its top. */
const NOT_OURS = new Set(['node_modules', 'target', 'generated', 'reference', '.work', '.git']);
const SITE = join(ROOT, 'site');
const COPIES = new Set(['pkg/README.md', 'pkg/CHANGELOG.md']);

/** Every file of the repository, by its path with slashes. */
export function files(folder = ROOT) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) || path === SITE ? [] : files(path);
    return [relative(ROOT, path).replaceAll('\\', '/')];
  });
}

/** Every document, with its text. */
export function documents() {
  return files()
    .filter((path) => path.endsWith('.md') && !COPIES.has(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** Without fenced blocks: nothing in them is a heading or a link. */
export const prose = (text) => text.replace(/^(```+).*?^\1$/gms, '');

/** The targets of links and images, and of references such as `[name]: target`. */
export function linksIn(text) {
  const withoutCode = prose(text).replace(/`[^`\n]*`/g, '');
  const inline = withoutCode.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g);
  const references = withoutCode.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm);
  return [...inline, ...references].map(([, target]) => target);
}

/** The anchors of a document's headings, as GitHub makes them. */
export function anchorsIn(text) {
  const seen = new Map();
  return [...prose(text).matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading]) => {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}
