// A browser, the server of the page, and a watch over everything a page must not do.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer-core';
import { serve } from '../../xtask/serve.mjs';
import { ROOT } from '../../xtask/run.mjs';
import { TIMEOUTS } from '../runtimes/browser/options.mjs';
import { equal } from '../suite/assert.mjs';
import { PATIENCE_MS } from '../suite/patience.mjs';

// The browser's own services would look for hosts outside this machine; nothing else may be found there either.
const FLAGS = [
  '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];
// Chromium's sandbox does not work for root.
if (process.getuid?.() === 0) FLAGS.push('--no-sandbox');

/** A proxy that is not there: all but this machine is out of reach. */
const PREFERENCES = {
  'network.proxy.type': 1, 'network.proxy.http': '127.0.0.1', 'network.proxy.http_port': 9, 'network.proxy.ssl': '127.0.0.1', 'network.proxy.ssl_port': 9,
  'network.proxy.no_proxies_on': '127.0.0.1',
};

const WWW = join(ROOT, 'www');
const PACKAGE = join(ROOT, 'pkg');
/** As `npm start`; as a static host that puts the page under a path; and with the package missing. */
const MOUNTS = { '/': WWW, '/pkg/': PACKAGE, '/some/base/': WWW, '/some/base/pkg/': PACKAGE, '/unbuilt/': WWW };

export async function startBrowser(executablePath, mounts = MOUNTS, kind = 'chrome') {
  const server = await serve(mounts, 0);
  const origin = `http://127.0.0.1:${server.address().port}`;
  // Some minimal systems have no usable HOME.
  const home = mkdtempSync(join(tmpdir(), 'ably-edge-auth-page-'));
  const isFirefox = kind === 'firefox';
  const browser = await launch({
    browser: kind, executablePath, args: isFirefox ? [] : FLAGS, env: { ...process.env, HOME: home },
    ...TIMEOUTS, ...(isFirefox ? { extraPrefsFirefox: PREFERENCES } : {}),
  });

  /**
   * Opens the page, lets `body` use it, and then looks at what it did meanwhile. `expected` are its only
   * troubles, `sent` says of a request to elsewhere whether it may be.
   */
  async function visit(body, { path = '/', width = 1280, height = 900, scheme = 'light', expected = [], sent = () => false, before = async () => {} } = {}) {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    page.isBidi = isFirefox;
    const seen = { troubles: [], requests: [] };
    page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type())) seen.troubles.push(message.text());
    });
    page.on('pageerror', (error) => seen.troubles.push(`uncaught: ${error.message}`));
    page.on('dialog', (dialog) => {
      seen.troubles.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on('request', (request) => {
      // Firefox counts a font of its own, which hides what is typed.
      if (!(isFirefox && request.url().startsWith('data:font/'))) seen.requests.push({ url: request.url(), method: request.method() });
    });
    await page.evaluateOnNewDocument(() => {
      globalThis.violations = [];
      document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
    });
    page.setDefaultTimeout(PATIENCE_MS);
    await page.setViewport({ width, height });
    if (!isFirefox) await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await before(page);
    try {
      await page.goto(origin + path);
      await body(page);
      seen.troubles.push(...(await page.evaluate('violations')));
    } finally {
      await context.close();
    }
    const unexpected = seen.troubles.filter((trouble) => !expected.some((pattern) => pattern.test(trouble)));
    equal(unexpected, [], 'console errors, uncaught errors, dialogs and violations of the policy');
    const elsewhere = seen.requests.filter((request) => !((request.method === 'GET' && request.url.startsWith(`${origin}/`)) || sent(request)));
    equal(elsewhere, [], 'requests that are not plain GETs of this server');
    equal(seen.requests.filter(({ url }) => url.includes('secret')), [], 'requests with a secret in their address');
  }

  /** There is no server any more. */
  function stop() {
    server.close();
    server.closeAllConnections();
  }

  async function close() {
    await browser.close();
    stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
  return { visit, close, stop };
}
