// The built pages as text: what they link to, and what their policy would refuse.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const unescaped = (text) => text.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"');

/** Every page of a folder by its path, but for those of the playground, which has its own tests. */
export function readPages(folder) {
  return new Map(
    readdirSync(folder, { recursive: true })
      .map((name) => name.replaceAll('\\', '/'))
      .filter((path) => path.endsWith('.html') && !path.startsWith('playground/'))
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );
}

export const addressesIn = (html) => [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, it]) => unescaped(it));
const idsIn = (html) => new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => unescaped(id)));

/** Says what is wrong with an address on a page, or undefined. `site` has `folder`, `base` and `pages`. */
export function makeFault({ folder, base, pages }) {
  const ids = new Map([...pages].map(([path, html]) => [path, idsIn(html)]));
  return (path, address) => {
    const url = new URL(address, `http://site.test${base}${path}`);
    if (url.host !== 'site.test')
      return url.protocol === 'https:' || /^http:\/\/(127\.0\.0\.1|localhost)\b/.test(address)
        ? undefined
        : `${path}: ${address} is not by HTTPS`;
    if (!url.pathname.startsWith(base)) return `${path}: ${address} is outside of ${base}`;
    const to = decodeURIComponent(url.pathname.slice(base.length)).replace(/(^|\/)$/, '$1index.html');
    if (!statSync(join(folder, to), { throwIfNoEntry: false })?.isFile()) return `${path}: ${address} leads nowhere`;
    const anchor = decodeURIComponent(url.hash.slice(1));
    if (anchor === '' || !ids.has(to) || ids.get(to).has(anchor)) return undefined;
    return `${path}: ${address} names no heading`;
  };
}

/** What the policy of the page would refuse and a reader would miss. */
export function refused(html) {
  const found = [];
  if (/<[^>]+\sstyle="/.test(html))
    found.push(`a style attribute: ${/<[^>]+\sstyle="[^"]*"/.exec(html)[0].slice(-80)}`);
  if (/<style/.test(html)) found.push('a style element');
  if (/<[^>]+\son\w+="/.test(html)) found.push('an event attribute');
  return found;
}
