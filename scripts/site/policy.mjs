// A Content-Security-Policy for each built page, as strict as the playground's. VitePress has two inline scripts and one
// inline style sheet, which are permitted by their hashes; its style attributes and data: images are replaced.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const INLINE_SCRIPT = /<script(?![^>]*\bsrc=)[^>]*>(.*?)<\/script>/gs;
/** What Vue renders on the server; in the browser it sets the same through the DOM. See docs/.vitepress/theme/style.css. */
const RENDERED_STYLES = /(<[^>]*?) style="(?:position:relative;|--vp-vh:0px;)"/g;
const DATA_IMAGE = /url\((["']?)data:image\/svg\+xml(?:;utf8|;charset=utf-8)?,(.*?)\1\)/g;
const ICONS = 'icons';
/** The style sheet that VueUse inserts while the theme changes, so that nothing fades. */
const INSERTED_STYLE = /"(\*,\*::before,\*::after\{[^"]*\})"/;
const CHUNKS = 'assets/chunks';

const hash = (algorithm, text, encoding) => createHash(algorithm).update(text).digest(encoding);

const source = (text) => `'sha256-${hash('sha256', text, 'base64')}'`;

/** @param {string} style the one inline style sheet, from insertedStyle */
export function policyOf(html, style) {
  const scripts = [...html.matchAll(INLINE_SCRIPT)].map(([, code]) => source(code));
  return [
    "default-src 'none'",
    ["script-src 'self'", ...new Set(scripts)].join(' '),
    `style-src 'self' ${source(style)}`,
    "img-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** The text of the style sheet that a script of the built pages inserts. */
export function insertedStyle(folder) {
  for (const name of readdirSync(join(folder, CHUNKS))) {
    const [, text] = INSERTED_STYLE.exec(readFileSync(join(folder, CHUNKS, name), 'utf8')) ?? [];
    if (text !== undefined) return text;
  }
  throw new Error(`No script in ${CHUNKS} inserts the style sheet of VueUse any more: take it out of the policy.`);
}

function withPolicy(html, style) {
  const page = html.replace(RENDERED_STYLES, '$1');
  return page.replace(
    '<meta charset="utf-8">',
    `$&\n    <meta http-equiv="Content-Security-Policy" content="${policyOf(page, style)}">`,
  );
}

/**
 * Images that a style sheet has as text become files. Their addresses have the base, because browsers disagree with one
 * another about what a relative address in a custom property is relative to.
 */
function withoutDataImages(css, folder, base) {
  return css.replace(DATA_IMAGE, (_, quote, text) => {
    const svg = quote === '"' ? text.replaceAll("\\'", "'").replaceAll('\\"', '"') : text;
    const image = decodeURIComponent(svg);
    const name = `${hash('sha256', image, 'hex').slice(0, 12)}.svg`;
    mkdirSync(join(folder, ICONS), { recursive: true });
    writeFileSync(join(folder, ICONS, name), image);
    return `url("${base}${ICONS}/${name}")`;
  });
}

/** `folder` has what VitePress built. */
export function applyPolicy(folder, base) {
  const style = insertedStyle(folder);
  for (const path of readdirSync(folder, { recursive: true }).map((name) => name.replaceAll('\\', '/'))) {
    const file = join(folder, path);
    if (path.endsWith('.html')) writeFileSync(file, withPolicy(readFileSync(file, 'utf8'), style));
    if (path.endsWith('.css')) writeFileSync(file, withoutDataImages(readFileSync(file, 'utf8'), folder, base));
  }
}
