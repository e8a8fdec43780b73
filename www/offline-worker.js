// Caches the static files for use without a connection. It handles no other requests, and with a connection the
// files always come from the server.
const CACHE = 'ably-edge-auth-playground';

// All files of the page. `npm run site` writes the list of its bundle here.
const FILES = [
  './',
  './access/control-calls.js',
  './access/control-try.js',
  './access/dashboard.js',
  './access/form.js',
  './access/list.js',
  './access/view.js',
  './app.js',
  './editor/capability-text.js',
  './editor/capability.js',
  './editor/features.js',
  './editor/operations.js',
  './editor/permission-matrix-data.js',
  './editor/permission-matrix.js',
  './editor/presets.js',
  './editor/quick-fix.js',
  './editor/row.js',
  './editor/rows.js',
  './editor/text-markers.js',
  './errors/view.js',
  './icon.svg',
  './issue/copy.js',
  './issue/first.js',
  './issue/fold.js',
  './issue/form.js',
  './issue/glance.js',
  './issue/key-value-list.js',
  './issue/key.js',
  './issue/link.js',
  './issue/snippets.js',
  './issue/token.js',
  './pkg/errors/capability-findings.js',
  './pkg/errors/codes.js',
  './pkg/errors/connections.js',
  './pkg/errors/credentials.js',
  './pkg/errors/explain.js',
  './pkg/errors/findings.js',
  './pkg/errors/products.js',
  './pkg/errors/read-error.js',
  './pkg/errors/requests.js',
  './pkg/errors/tokens.js',
  './pkg/generated/abi.js',
  './pkg/generated/ably_edge_auth.js',
  './pkg/generated/ably_edge_auth.wasm',
  './pkg/generated/ably_edge_auth_sandbox.js',
  './pkg/generated/ably_edge_auth_sandbox.wasm',
  './pkg/generated/actions.js',
  './pkg/generated/features.js',
  './pkg/lib/access-token.js',
  './pkg/lib/capability.js',
  './pkg/lib/control-operations.js',
  './pkg/lib/error.js',
  './pkg/lib/input/custom-claims.js',
  './pkg/lib/input/explain-context.js',
  './pkg/lib/input/nearest.js',
  './pkg/lib/input/network-options.js',
  './pkg/lib/input/options.js',
  './pkg/lib/input/read-options.js',
  './pkg/lib/input/target-slip.js',
  './pkg/lib/input/time.js',
  './pkg/lib/input/token-text.js',
  './pkg/lib/input/usage-error.js',
  './pkg/lib/issue.js',
  './pkg/lib/json-positions.js',
  './pkg/lib/module/compile.js',
  './pkg/lib/module/fetch-call.js',
  './pkg/lib/module/globals.js',
  './pkg/lib/module/load-error.js',
  './pkg/lib/module/load.js',
  './pkg/lib/module/no-webassembly.js',
  './pkg/lib/module/shared-buffer.js',
  './pkg/lib/module/utf8.js',
  './pkg/lib/realtime/channels.js',
  './pkg/lib/realtime/client.js',
  './pkg/lib/realtime/clock.js',
  './pkg/lib/realtime/payload.js',
  './pkg/lib/realtime/protocol.js',
  './pkg/lib/realtime/publishing.js',
  './pkg/lib/realtime/tokens.js',
  './pkg/lib/realtime/transport.js',
  './pkg/lib/revoke.js',
  './pkg/lib/typed/correct.js',
  './pkg/lib/typed/interpret.js',
  './pkg/lib/typed/lines.js',
  './pkg/lib/typed/operations.js',
  './pkg/lib/typed/read.js',
  './pkg/lib/typed/understand.js',
  './pkg/lib/verify.js',
  './pkg/products/api.js',
  './pkg/products/capability-for.js',
  './pkg/products/explain-feature.js',
  './pkg/products/features.js',
  './pkg/sandbox/compacting.js',
  './pkg/sandbox/create.js',
  './pkg/sandbox/indexed-db.js',
  './pkg/sandbox/load.js',
  './pkg/sandbox/message.js',
  './pkg/sandbox/options.js',
  './pkg/sandbox/sockets.js',
  './pkg/sandbox/upgrade.js',
  './pkg/sandbox/wasm.js',
  './pkg/sandbox/webhooks.js',
  './pkg/sandbox/websocket.js',
  './playground.js',
  './shared/database.js',
  './shared/diagnostics.js',
  './shared/dom.js',
  './shared/environment.js',
  './shared/error.js',
  './shared/http-exchange.js',
  './shared/keys.js',
  './shared/network-error.js',
  './shared/offline.js',
  './shared/sandbox.js',
  './shared/time.js',
  './shared/token-store.js',
  './shared/views.js',
  './style/base.css',
  './style/controls.css',
  './style/life.css',
  './style/token.css',
  './use/client-lane.js',
  './use/client.js',
  './use/rest-calls.js',
  './use/revoke.js',
  './use/timeline.js',
  './use/token-status.js',
  './use/view.js',
  './verify/view.js',
];

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(FILES))
      .then(() => self.skipWaiting()),
  );
});

const ours = new Set(FILES.map((file) => new URL(file, self.location).href));

self.addEventListener('activate', (event) => event.waitUntil(tidy().then(() => self.clients.claim())));

/** Removes the files of earlier versions. */
async function tidy() {
  const cache = await caches.open(CACHE);
  const old = (await cache.keys()).filter(({ url }) => !ours.has(url));
  await Promise.all(old.map((request) => cache.delete(request)));
}

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
