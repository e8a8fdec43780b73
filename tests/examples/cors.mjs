// Pages of other origins in real browsers ask the Node example: one that is allowed, with its cookie and
// with a custom header, and one that is not.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { TIMEOUTS } from '../runtimes/browser/options.mjs';
import { find } from '../runtimes/find.mjs';
import { print } from '../runtimes/report.mjs';
import { equal } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import { PATIENCE_MS } from '../js/patience.mjs';
import { SERVERS } from './servers.mjs';

const { launch } = createRequire(new URL('../package.json', import.meta.url))('puppeteer-core');
const ROOT_ARGS = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const BROWSERS = {
  chromium: {
    browser: 'chrome',
    headless: true,
    args: [
      ...ROOT_ARGS,
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  },
  firefox: { browser: 'firefox', headless: true },
};

/** @returns whether all went well */
export async function cors(env) {
  const pages = createServer((_, response) =>
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>page</title>'),
  ).listen(0, '127.0.0.1');
  await new Promise((resolve) => pages.on('listening', resolve));
  const { port } = pages.address();
  // Two names of one machine: two origins, of which one is on the list.
  const [allowed, refused] = [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
  const { origin, close } = await SERVERS.node.start({ ...env, ORIGINS: allowed });
  let well = true;
  for (const [name, options] of Object.entries(BROWSERS)) {
    if (!find(name)) {
      console.log(`SKIPPED: CORS in ${name} (not installed)`);
      continue;
    }
    const home = mkdtempSync(join(tmpdir(), 'ably-edge-auth-cors-'));
    const browser = await launch({
      executablePath: find(name),
      env: { ...process.env, HOME: home },
      ...TIMEOUTS,
      ...options,
    });
    try {
      well =
        print(
          `CORS in ${name}`,
          await runSubjects({ [name]: (context) => register(context, { browser, origin, allowed, refused }) }, {}),
        ) && well;
    } finally {
      await browser.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 3 });
    }
  }
  await close();
  pages.close();
  pages.closeAllConnections();
  return well;
}

function register({ test }, { browser, origin, allowed, refused }) {
  /** What a page is told: status and code, or that there is nothing to see. */
  const ask = async (from, init) => {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(from);
    const told = await page.evaluate(
      async (url, options) => {
        // biome-ignore lint/suspicious/noDocumentCookie: not every browser that is driven here has a Cookie Store
        document.cookie = 'user=ada; path=/';
        try {
          const response = await fetch(url, options);
          const { clientId, error } = await response.json();
          return [response.status, clientId ?? error?.code, response.headers.get('X-Ably-ErrorCode')];
        } catch (error) {
          return [error.name];
        }
      },
      `${origin}/auth`,
      init,
    );
    await page.close();
    return told;
  };
  const form = { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'a=b' };
  test('allowed, with its cookie, by GET', async () =>
    equal(await ask(allowed, { credentials: 'include' }), [200, 'ada', null]));
  test('allowed, with its cookie, by POST', async () =>
    equal(await ask(allowed, { ...form, credentials: 'include' }), [200, 'ada', null]));
  test('allowed, after a preflight', async () =>
    equal(await ask(allowed, { credentials: 'include', headers: { 'X-Custom': '1', Authorization: 'x' } }), [
      200,
      'ada',
      null,
    ]));
  test('allowed, without a cookie: it is told why not', async () =>
    equal(await ask(allowed, { credentials: 'omit' }), [401, 40100, '40100']));
  test('refused, by GET', async () => equal(await ask(refused, { credentials: 'include' }), ['TypeError']));
  test('refused, by POST', async () => equal(await ask(refused, { ...form, credentials: 'include' }), ['TypeError']));
  test('refused, after its preflight', async () =>
    equal(await ask(refused, { headers: { 'X-Custom': '1' } }), ['TypeError']));
}
