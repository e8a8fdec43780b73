// Registers the offline cache when the page is idle. The page works without it.
export function keepOffline() {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  const ask = () => serviceWorker.register(new URL('../offline-worker.js', import.meta.url)).catch(() => {});
  if (globalThis.requestIdleCallback) requestIdleCallback(ask, { timeout: 5000 });
  else setTimeout(ask, 2000);
}
