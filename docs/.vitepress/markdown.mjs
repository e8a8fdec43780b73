// What a page of the repository becomes on the site.

/**
 * A link to a file outside of docs/ leads to the repository, and one to the types of the package leads to the API reference.
 * Links from page to page are VitePress's own business.
 */
export function leaveTheSite(md, repository) {
  md.core.ruler.push('leave-the-site', ({ tokens, env }) => {
    for (const token of tokens.flatMap((it) => [it, ...(it.children ?? [])])) {
      const href = token.attrGet('href');
      if (token.type === 'link_open' && href !== null)
        token.attrSet('href', onTheSite(href, env.relativePath, repository));
    }
  });
}

function onTheSite(href, page, repository) {
  if (/^([a-z]+:|#|\/)/.test(href)) return href;
  const { pathname, hash } = new URL(href, `file:///docs/${page}`);
  if (/^\/docs\/(.*\/)?README\.md$/.test(pathname)) return href.replace('README.md', 'index.md');
  if (pathname.startsWith('/docs/') && pathname.endsWith('.md')) return href;
  if (/^\/pkg\/.*\.d\.ts$/.test(pathname)) return `${up(page)}reference/index.md`;
  return `${repository}/blob/HEAD${pathname}${hash}`;
}

const up = (page) => `./${'../'.repeat(page.split('/').length - 1)}`;

/** The alignment of a table's cells is a class, because the policy of the pages permits no style attributes. */
export function alignByClass(md) {
  md.core.ruler.push('align-by-class', ({ tokens }) => {
    for (const token of tokens.filter(({ type }) => type === 'td_open' || type === 'th_open')) {
      const [, side] = /^text-align:(\w+)/.exec(token.attrGet('style') ?? '') ?? [];
      if (side === undefined) continue;
      token.attrs.splice(token.attrIndex('style'), 1);
      token.attrJoin('class', `align-${side}`);
    }
  });
}

/** Markdown has no table without a head. On the site a cell without a heading is no heading, and a head without any is left out. */
export function emptyHeads(md) {
  md.core.ruler.push('empty-heads', (state) => {
    const { tokens } = state;
    for (const [index, token] of tokens.entries())
      if (token.type === 'th_open' && tokens[index + 1].content === '') token.tag = tokens[index + 2].tag = 'td';
    let isLeftOut = false;
    state.tokens = tokens.filter((token, index) => {
      if (token.type === 'thead_open') {
        const end = tokens.findIndex((it, at) => at > index && it.type === 'thead_close');
        isLeftOut = tokens.slice(index, end).every(({ type, content }) => type !== 'inline' || content === '');
      }
      const isKept = !isLeftOut;
      if (token.type === 'thead_close') isLeftOut = false;
      return isKept;
    });
  });
}

/** ```json playground: a capability, and below it the playground with that capability. In the repository it is JSON. */
export function embedPlayground(md, base) {
  const { fence } = md.renderer.rules;
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    const code = fence(tokens, index, ...rest);
    if (tokens[index].info.trim() !== 'json playground') return code;
    const state = { capability: tokens[index].content.trim() };
    const fragment = Buffer.from(JSON.stringify(state)).toString('base64url');
    const address = `${base}playground/#${fragment}`;
    return `${code}<iframe class="playground" src="${address}" title="The playground, with this capability" loading="lazy"></iframe>
<p><a href="${address}" target="_self">Open it in the playground</a></p>`;
  };
}
