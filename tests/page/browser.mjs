// A browser, the server of the page, and a watch over everything a page must not do.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer-core';
import { serve } from '../../xtask/serve.mjs';
import { ROOT } from '../../xtask/run.mjs';
import { equal } from '../suite/assert.mjs';

// The browser's own services would look for hosts outside this machine.
const FLAGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
// Chromium's sandbox does not work for root.
if (process.getuid?.() === 0) FLAGS.push('--no-sandbox');

const WWW = join(ROOT, 'www');
const PACKAGE = join(ROOT, 'pkg');
/** As `npm start`; as a static host that puts the page under a path; and with the package missing. */
const MOUNTS = { '/': WWW, '/pkg/': PACKAGE, '/some/base/': WWW, '/some/base/pkg/': PACKAGE, '/unbuilt/': WWW };

export async function startBrowser(executablePath, mounts = MOUNTS) {
  const server = await serve(mounts, 0);
  const origin = `http://127.0.0.1:${server.address().port}`;
  // Some minimal systems have no usable HOME.
  const home = mkdtempSync(join(tmpdir(), 'ably-edge-auth-page-'));
  const browser = await launch({ executablePath, args: FLAGS, env: { ...process.env, HOME: home } });

  /** Opens the page, lets `body` use it, and then looks at what it did meanwhile. `expected` are its only troubles. */
  async function visit(body, { path = '/', width = 1280, scheme = 'light', expected = [] } = {}) {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    const seen = { troubles: [], requests: [] };
    page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type())) seen.troubles.push(message.text());
    });
    page.on('pageerror', (error) => seen.troubles.push(`uncaught: ${error.message}`));
    page.on('dialog', (dialog) => {
      seen.troubles.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on('request', (request) => seen.requests.push({ url: request.url(), method: request.method() }));
    await page.evaluateOnNewDocument(() => {
      globalThis.violations = [];
      document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
    });
    page.setDefaultTimeout(10_000);
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    try {
      await page.goto(origin + path);
      await body(page);
      seen.troubles.push(...(await page.evaluate('violations')));
    } finally {
      await context.close();
    }
    const unexpected = seen.troubles.filter((trouble) => !expected.some((pattern) => pattern.test(trouble)));
    equal(unexpected, [], 'console errors, uncaught errors, dialogs and violations of the policy');
    const elsewhere = seen.requests.filter(({ url, method }) => method !== 'GET' || !url.startsWith(`${origin}/`) || url.includes('secret'));
    equal(elsewhere, [], 'requests that are not plain GETs of this server');
  }

  async function close() {
    await browser.close();
    server.close();
    server.closeAllConnections();
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
  return { visit, close };
}
