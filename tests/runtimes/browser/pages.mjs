// The pages that the browsers load: what differs between them is the Content-Security-Policy, and
// which script they begin with. Everything comes from one server on loopback.
import { relative, sep } from 'node:path';
import { serve } from '../../../scripts/serve.mjs';
import { INSTALLED, resolveExport } from '../resolve.mjs';
import { TESTS } from '../stage.mjs';

const CONDITIONS = ['browser', 'import', 'default'];
const address = (subpath) =>
  `/${relative(TESTS, INSTALLED).replaceAll(sep, '/')}/${resolveExport(subpath, CONDITIONS).slice(2)}`;

/** What a bundler would write into the page; here a native import map does it. */
const IMPORTS = {
  'ably-edge-auth': address('.'),
  'ably-edge-auth/products': address('./products'),
  'ably-edge-auth/sandbox': address('./sandbox'),
  'ably-edge-auth/sandbox/indexed-db': address('./sandbox/indexed-db'),
  'ably-edge-auth/wasm': address('./wasm'),
  'ably-edge-auth/ably_edge_auth.wasm': address('./ably_edge_auth.wasm'),
};

const SCRIPTS = "script-src 'self' 'unsafe-inline'";
const PAGES = {
  '/suite': { script: 'suite.mjs' },
  '/network': { script: 'network.mjs' },
  '/kept': { script: 'kept.mjs' },
  '/realtime': { script: 'realtime.mjs', before: '/node_modules/ably/build/ably.js' },
  '/async-init': { script: 'async-init.mjs' },
  '/policy-without-wasm': { script: 'policy.mjs', policy: SCRIPTS },
  '/policy-with-wasm': { script: 'policy.mjs', policy: `${SCRIPTS} 'wasm-unsafe-eval'` },
  '/classic': { script: 'classic.js', classic: true },
};

function html({ script, classic, before }) {
  const type = classic ? '' : ' type="module"';
  const earlier = before === undefined ? '' : `<script src="${before}"></script>\n`;
  return `<!doctype html>
<meta charset="utf-8">
<title>ably-edge-auth</title>
<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>
${earlier}<script src="/runtimes/browser/${script}"${type}></script>
`;
}

/** @returns a server for the pages above and for everything in tests/ */
export async function servePages() {
  const server = await serve({ '/': TESTS }, 0);
  const [serveFile] = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const page = PAGES[request.url.split('?', 1)[0]];
    if (!page) return serveFile(request, response);
    if (page.policy) response.setHeader('Content-Security-Policy', page.policy);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(html(page));
  });
  return server;
}
