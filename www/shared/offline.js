// Asks for the offline cache, once the page has nothing better to do. Where there is none, nothing is lost.
export function keepOffline() {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  const ask = () => serviceWorker.register(new URL('../offline-worker.js', import.meta.url)).catch(() => {});
  if (globalThis.requestIdleCallback) requestIdleCallback(ask, { timeout: 5000 });
  else setTimeout(ask, 2000);
}
