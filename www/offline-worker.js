// A cache of the static files, for when there is no connection. It answers nothing else, and with a
// connection the files are always those of the server.
const CACHE = 'ably-edge-auth-playground';

// All that the page consists of; `npm run site` copies it.
const FILES = [
  './',
  './access-form.js',
  './access-list.js',
  './access-view.js',
  './app.js',
  './capability-text.js',
  './capability.js',
  './cells.js',
  './control-calls.js',
  './control-try.js',
  './copy.js',
  './dashboard.js',
  './database.js',
  './dom.js',
  './error.js',
  './exchange.js',
  './fate.js',
  './icon.svg',
  './inputs.js',
  './issues.js',
  './key.js',
  './keys.js',
  './link.js',
  './marks.js',
  './matrix.js',
  './mode.js',
  './offline.js',
  './operations.js',
  './pairs.js',
  './playground.js',
  './presets.js',
  './repair.js',
  './revoke.js',
  './row.js',
  './rows.js',
  './sandbox.js',
  './snippets.js',
  './time.js',
  './timeline.js',
  './token.js',
  './unreached.js',
  './use-view.js',
  './use.js',
  './verify.js',
  './views.js',
  './wallet.js',
  './style/base.css',
  './style/controls.css',
  './style/life.css',
  './style/token.css',
  './pkg/edge/content-negotiation.js',
  './pkg/lib/access-token.js',
  './pkg/edge/response.js',
  './pkg/lib/api.js',
  './pkg/lib/capability.js',
  './pkg/lib/input/custom-claims.js',
  './pkg/lib/module/compile.js',
  './pkg/lib/control-operations.js',
  './pkg/lib/control.js',
  './pkg/edge/cors.js',
  './pkg/edge/token-endpoint.js',
  './pkg/lib/error.js',
  './pkg/lib/module/fetch-call.js',
  './pkg/lib/module/shared-buffer.js',
  './pkg/generated/ably_edge_auth.js',
  './pkg/generated/ably_edge_auth_sandbox.js',
  './pkg/lib/module/globals.js',
  './pkg/lib/issue.js',
  './pkg/lib/module/load.js',
  './pkg/lib/input/network-options.js',
  './pkg/lib/module/load-error.js',
  './pkg/lib/input/target-slip.js',
  './pkg/lib/input/options.js',
  './pkg/edge/auth-params.js',
  './pkg/lib/input/usage-error.js',
  './pkg/edge/request.js',
  './pkg/edge/revocations.js',
  './pkg/lib/revoke.js',
  './pkg/sandbox/compacting.js',
  './pkg/sandbox/create.js',
  './pkg/sandbox/indexed-db.js',
  './pkg/sandbox/load.js',
  './pkg/sandbox/message.js',
  './pkg/sandbox/options.js',
  './pkg/sandbox/wasm.js',
  './pkg/edge/thrown.js',
  './pkg/lib/token-request.js',
  './pkg/lib/module/utf8.js',
  './pkg/edge/verify-request.js',
  './pkg/lib/verify.js',
  './pkg/wasm.js',
  './pkg/generated/ably_edge_auth.wasm',
  './pkg/generated/ably_edge_auth_sandbox.wasm',
];

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

const ours = new Set(FILES.map((file) => new URL(file, self.location).href));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = request.url.split(/[?#]/, 1)[0];
  if (request.method !== 'GET' || !ours.has(address)) return;
  event.respondWith(newest(request, address));
});

async function newest(request, address) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(address, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(address);
    if (kept) return kept;
    throw error;
  }
}
