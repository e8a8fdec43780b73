// How each browser is started: without a window, and without calling home.
import { PATIENCE_MS } from '../../js/patience.mjs';

const CHROMIUM = [
  // As root, which is what a container is, Chromium's sandbox does not start.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ...['--disable-gpu', '--disable-quic', '--no-first-run'],
  // It would call home otherwise, and a machine without a way out then refuses it many times a second.
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** For the start, and for one call of the protocol, such as a whole suite, in which others wait. */
export const TIMEOUTS = { timeout: PATIENCE_MS, protocolTimeout: 3 * PATIENCE_MS };

/** `foreign`: a name that is to lead to this machine. */
export function optionsOf(name, { foreign } = {}) {
  if (name === 'firefox')
    return {
      ...TIMEOUTS,
      browser: 'firefox',
      headless: true,
      ...(foreign && { extraPrefsFirefox: { 'network.dns.localDomains': foreign } }),
    };
  return {
    ...TIMEOUTS,
    browser: 'chrome',
    headless: true,
    args: [...CHROMIUM, ...(foreign ? [`--host-resolver-rules=MAP ${foreign} 127.0.0.1`] : [])],
  };
}
