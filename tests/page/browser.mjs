// A browser, the server of the page, and a watch over everything a page must not do.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer-core';
import { serve } from '../../scripts/serve.mjs';
import { ROOT } from '../../scripts/run.mjs';
import { TIMEOUTS } from '../runtimes/browser/options.mjs';
import { equal } from '../js/assert.mjs';
import { PATIENCE_MS } from '../js/patience.mjs';

// The browser's own services would look for hosts outside this machine; nothing else may be found there either.
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];
// Chromium's sandbox does not work for root.
if (process.getuid?.() === 0) FLAGS.push('--no-sandbox');

/** A proxy that is not there: all but this machine is out of reach. */
const PREFERENCES = {
  'network.proxy.type': 1,
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': 9,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': 9,
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
    browser: kind,
    executablePath,
    args: isFirefox ? [] : FLAGS,
    env: { ...process.env, HOME: home },
    ...TIMEOUTS,
    ...(isFirefox ? { extraPrefsFirefox: PREFERENCES } : {}),
  });

  /** A page as it is before a visit. */
  async function newPage() {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    page.isBidi = isFirefox;
    page.setDefaultTimeout(PATIENCE_MS);
    await page.evaluateOnNewDocument(() => {
      globalThis.violations = [];
      document.addEventListener('securitypolicyviolation', (event) =>
        globalThis.violations.push(event.effectiveDirective),
      );
    });
    return page;
  }

  /** Makes of a page that was visited one as it is before a visit: nothing is open, stored or permitted. */
  async function tidy(page) {
    const context = page.browserContext();
    for (const other of await context.pages()) if (other !== page) await other.close();
    await page.goto('about:blank');
    const session = await page.createCDPSession();
    await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    await session.detach();
    await context.clearPermissionOverrides();
    return page;
  }

  /** The page of the visit before, tidied. A window and a process of its own for each would be a third of the time. */
  let spare;

  /**
   * Opens the page, lets `body` use it, and then looks at what it did meanwhile. `expected` are its only
   * troubles, `sent` says of a request to elsewhere whether it may be.
   */
  async function visit(
    body,
    { path = '/', width = 1280, height = 900, scheme = 'light', expected = [], sent = () => false, before } = {},
  ) {
    // What `before` changes of a page cannot be undone.
    const page = (!before && spare) || (await newPage());
    if (page === spare) spare = undefined;
    const seen = { troubles: [], requests: [] };
    const listeners = [];
    const on = (event, listener) => {
      listeners.push([event, listener]);
      page.on(event, listener);
    };
    on('console', (message) => {
      if (['error', 'warn'].includes(message.type())) seen.troubles.push(message.text());
    });
    on('pageerror', (error) => seen.troubles.push(`uncaught: ${error.message}`));
    on('dialog', (dialog) => {
      seen.troubles.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    on('request', (request) => {
      // Firefox counts a font of its own, which hides what is typed.
      if (!(isFirefox && request.url().startsWith('data:font/')))
        seen.requests.push({ url: request.url(), method: request.method() });
    });
    await page.setViewport({ width, height });
    if (!isFirefox) await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await before?.(page);
    let isWell = false;
    try {
      await page.goto(origin + path);
      await body(page);
      seen.troubles.push(...(await page.evaluate('violations')));
      isWell = true;
    } finally {
      for (const [event, listener] of listeners) page.off(event, listener);
      if (isWell && !before && !isFirefox && !spare) spare = await tidy(page);
      else await page.browserContext().close();
    }
    const unexpected = seen.troubles.filter((trouble) => !expected.some((pattern) => pattern.test(trouble)));
    equal(unexpected, [], 'console errors, uncaught errors, dialogs and violations of the policy');
    const elsewhere = seen.requests.filter(
      (request) => !((request.method === 'GET' && request.url.startsWith(`${origin}/`)) || sent(request)),
    );
    equal(elsewhere, [], 'requests that are not plain GETs of this server');
    equal(
      seen.requests.filter(({ url }) => url.includes('secret')),
      [],
      'requests with a secret in their address',
    );
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
