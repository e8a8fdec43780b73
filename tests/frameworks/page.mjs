// The page of an app: what the server renders, and what its script makes of it in a browser.
import { launch } from 'puppeteer-core';
import { ok } from '../js/assert.mjs';
import { PATIENCE_MS } from '../js/patience.mjs';
import { optionsOf } from '../runtimes/browser/options.mjs';
import { find } from '../runtimes/find.mjs';
import { answerOf } from './server.mjs';

const RENDERED = 'publish on chat:lobby is allowed';
const IN_BROWSER = 'subscribe on chat:lobby is allowed';

export async function verifyPage(server, url) {
  const html = await (await answerOf(server, url, {})).text();
  ok(html.includes(RENDERED), `"${RENDERED}" is not in ${url}: ${html.slice(0, 2000)}\n${server.printed()}`);
  const program = find('chromium');
  if (program === undefined) {
    console.log(`SKIPPED: ${url} in a browser (Chromium is not installed)`);
    return;
  }
  const browser = await launch({ executablePath: program, ...optionsOf('chromium') });
  try {
    await verifyScript(await browser.newPage(), url);
  } catch (error) {
    throw new Error(`${url} in Chromium: ${error.message}\n${server.printed()}`);
  } finally {
    await browser.close();
  }
}

async function verifyScript(page, url) {
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(url);
  try {
    await page.waitForFunction((text) => document.body.textContent.includes(text), {}, IN_BROWSER);
  } catch (error) {
    const text = await page.evaluate(() => document.body.textContent).catch(() => '');
    throw new Error([error.message, ...errors, text.slice(0, 500)].join('\n'));
  }
}
