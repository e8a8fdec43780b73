// How each browser is started: without a window, and without calling home.

const CHROMIUM = [
  // As root, which is what a container is, Chromium's sandbox does not start.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ...['--disable-gpu', '--disable-quic', '--no-first-run'],
  // It would call home otherwise, and a machine without a way out then refuses it many times a second.
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** `foreign`: a name that is to lead to this machine. */
export function optionsOf(name, { foreign } = {}) {
  if (name === 'firefox') return { browser: 'firefox', headless: true, ...(foreign && { extraPrefsFirefox: { 'network.dns.localDomains': foreign } }) };
  return { browser: 'chrome', headless: true, args: [...CHROMIUM, ...(foreign ? [`--host-resolver-rules=MAP ${foreign} 127.0.0.1`] : [])] };
}
