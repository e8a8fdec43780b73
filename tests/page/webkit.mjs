// Every view in WebKitGTK, which has Safari's engine.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { verifyJwt } from '../../pkg/index.js';
import { ROOT } from '../../scripts/run.mjs';
import { serve } from '../../scripts/serve.mjs';
import { equal, ok } from '../js/assert.mjs';
import { SANDBOX_KEY } from './user.mjs';
import { startWebKit } from './webkit-driver.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Removes what earlier visits stored. */
const FORGET = `
  const done = arguments[0];
  indexedDB.databases().then((all) => {
    const left = new Set(all.map(({ name }) => name));
    if (left.size === 0) return done();
    for (const name of [...left]) {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = request.onerror = request.onblocked = () => (left.delete(name), left.size || done());
    }
  });`;
const VIEWS = ['issue', 'use', 'verify', 'errors', 'access'];

export default ({ test: register, driver, xvfb }) => {
  let browser;
  let server;
  let visits = 0;

  /** Visits the page anew. Nothing may have gone wrong in it at the end. */
  const test = (name, body) =>
    register(name, async () => {
      server ??= await serve({ '/': join(ROOT, 'www'), '/pkg/': join(ROOT, 'pkg') }, 0);
      browser ??= await startWebKit(driver, xvfb);
      const origin = `http://127.0.0.1:${server.address().port}`;
      await browser.visit(`${origin}/icon.svg`);
      await browser.runAsync(FORGET);
      // At its own address a page finds nothing in its history.
      await browser.visit(`${origin}/?${++visits}`);
      await browser.until("document.getElementById('issue').disabled === false");
      await body(browser);
      equal(await browser.troubles(), [], 'errors and violations of the policy');
    });
  const token = ({ run }) => run("return document.getElementById('token').textContent");
  const open = async ({ press, until }, name) => {
    await press(`#tab-${name}`);
    await until('document.querySelector(arguments[0])?.checkVisibility()', `#view-${name} h2`);
  };

  test('issue: a token is there at once, verifies, and every cell is filled', async (page) => {
    equal(verifyJwt(await token(page), { key: SANDBOX_KEY }).clientId, 'alice');
    equal(await page.run("return document.querySelectorAll('#matrix td.cell').length"), 51);
    await page.reads('#answer', /^Yes\s*publish on chat:room-1 is allowed/);
  });

  test('issue: text and rows are one, a problem is marked and mended, and the token follows', async (page) => {
    await page.write('#capability', '{"chat:*":["subscribe","publsh"]}');
    await page.reads('#capability-count', /^1 error:$/);
    await page.until("document.querySelector('#marks mark')?.textContent === '\"publsh\"'");
    await page.press('#capability-diagnostics button');
    await page.reads('#canonical', /^\{"chat:\*":\["publish","subscribe"\]\}$/);
    await page.run("document.querySelector('.row input[aria-label=history]').click()");
    await page.reads('#canonical', /"history","publish","subscribe"/);
    await page.write('#client-id', 'bob');
    await page.reads('#stale', /have changed/);
    await page.press('#issue');
    await page.until("document.getElementById('decoded-claims').textContent.includes('\"bob\"')");
    equal(verifyJwt(await token(page), { key: SANDBOX_KEY }).clientId, 'bob');
    await page.press('#key-choice input[value="narrow"]');
    await page.until("document.querySelector('#matrix .cell.key') || document.querySelector('#matrix .cell.yes')");
    await page.run(`
      const select = document.getElementById('copy-what');
      select.value = 'worker';
      select.dispatchEvent(new Event('change', { bubbles: true }));`);
    await page.reads('#snippet', /createIssuer/);
  });

  test('issue: the presets of the four products, and features in the matrix', async (page) => {
    for (const [preset, canonical] of [
      ['chat', /"support:\*":\["annotation-publish"/],
      ['spaces', /"board::\$cursors"/],
      ['aiTransport', /"conversations:\*"/],
      ['objects', /"object-publish","object-subscribe"/],
    ]) {
      await page.press(`#presets button[value="${preset}"]`);
      await page.reads('#canonical', canonical);
    }
    await page.press('#rows-of-chat');
    await page.until('document.querySelector(\'#matrix [aria-label^="typing on polls:lunch"]\')?.textContent');
  });

  test('use: called, revoked, refused, and the time line says so', async (page) => {
    await open(page, 'use');
    await page.reads('.line .fate', /^alive/);
    await page.press('[aria-label="Calls"] button');
    await page.reads('#use-result .outcome', /^201/);
    await page.press('#revoke');
    await page.press('#confirm-revoke');
    await page.reads('#revoke-result', /clientId:alice\s+revoked/);
    await page.reads('.line .fate', /^revoked at .* by clientId:alice$/);
    await page.press('[aria-label="Calls"] button');
    await page.reads('#use-result .outcome', /^401 · 40141 /);
  });

  test('use: a client is connected, cut off, and back; asked, and goes on', async (page) => {
    await page.press('#issue');
    await open(page, 'use');
    await page.press('#client-connect');
    await page.reads('#client-status', /Connected/);
    await page.press('#client-attach');
    await page.press('#client-publish');
    await page.reads('#client-log', /received on chat:room-1: hello/);
    await page.press('#revoke');
    await page.press('#confirm-revoke');
    await page.reads('#client-log', /connected again, with a new token.*disconnected · 40141/);
    await page.press('#revoke-margin');
    await page.press('#revoke');
    await page.press('#confirm-revoke');
    await page.reads('#client-log', /goes on with a new token, uninterrupted/);
    await page.press('#client-renews');
    await page.press('#revoke-margin');
    await page.press('#revoke');
    await page.press('#confirm-revoke');
    await page.reads('#client-status', /Failed\s*40141/);
  });

  test('verify: the issued token, and one that is none', async (page) => {
    await open(page, 'verify');
    await page.press('#verify-current');
    await page.reads('#verify-verdict', /^Valid$/);
    await page.write('#verify-token', 'nonsense');
    await page.reads('#verify-verdict', /^Not a JWT$/);
  });

  test('errors: a code, and with a token its reason', async (page) => {
    await open(page, 'errors');
    await page.write('#explain-error', '40160');
    await page.press('#explain-current');
    await page.reads('#explanation', /^40160 .*With this token\s*the token grants/);
  });

  test('access: an access token is made, tried, and calls the Control API', async (page) => {
    await open(page, 'access');
    await page.until("document.querySelector('#access-list li')");
    await page.press('#access-create');
    await page.press('#access-try');
    await page.reads('#access-me', /^Deploy script of Sandbox account/);
    await page.press('#control-send');
    await page.reads('#control-result .outcome', /^\d{3}/);
  });

  test('a reload keeps the view and the tokens', async (page) => {
    await open(page, 'use');
    await page.until("history.state?.view === 'use'");
    await page.visit(await page.run('return location.href'));
    await page.run('location.reload()');
    await page.until('document.querySelector("#tab-use[aria-selected=true]") && document.querySelector(".line .fate")');
    await page.run('globalThis.troubles = []');
  });

  test('real Ably: a key is asked for, and the sandbox comes back', async (page) => {
    await page.press('#mode-real');
    await page.reads('#mode-note', /^Real Ably: /);
    equal(await page.run("return document.getElementById('key').value"), '');
    await page.press('#mode-sandbox');
    await page.until("document.getElementById('token-signature').textContent");
  });

  for (const [width, height] of [
    [360, 740],
    [1280, 800],
  ])
    test(`every view fits ${width} px, and axe finds nothing`, async (page) => {
      await page.size(width, height);
      for (const view of VIEWS) {
        if (view !== 'issue') await open(page, view);
        const { inner, scroll } = await page.run(
          'return { inner: innerWidth, scroll: document.documentElement.scrollWidth }',
        );
        ok(scroll <= inner, `${view} scrolls sideways: ${scroll} px in ${inner}`);
        await page.run(AXE);
        const violations = await page.runAsync(`
          const done = arguments[0];
          axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(
            (found) => done(found.violations.map(({ id, nodes }) => id + ' ' + nodes[0].html.slice(0, 160))),
            (error) => done([String(error)]));`);
        equal(violations, [], view);
      }
    });

  register('it ends', async () => {
    await browser?.close();
    server?.close();
    server?.closeAllConnections();
  });
};
