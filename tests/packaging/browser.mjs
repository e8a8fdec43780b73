// One Chromium for all cases.
import { chromium } from 'playwright-core';
import { find } from '../runtimes/find.mjs';
import { PATIENCE_MS } from '../js/patience.mjs';
import { Skip } from './skip.mjs';

const path = process.env.CHROMIUM ?? find('chromium');
// As root there is no sandbox; nothing here needs the network, so nothing may try it.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let starting;

/** What the page at `url` says first on the console. */
export async function firstWords(url) {
  if (!path) throw new Skip('no Chromium; set CHROMIUM to its path');
  starting ??= chromium.launch({ executablePath: path, args: FLAGS, timeout: PATIENCE_MS });
  const page = await (await starting).newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  try {
    return await new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`the page said nothing for ${PATIENCE_MS / 1000} s`)), PATIENCE_MS).unref();
      page.on('console', (message) => {
        // Vite's client reports on itself; a browser asks for its icon.
        if (message.type() === 'debug' || message.location().url.endsWith('/favicon.ico')) return;
        if (message.type() === 'error') reject(new Error(message.text()));
        else resolve(message.text());
      });
      page.on('pageerror', reject);
      page.goto(url).catch(reject);
    });
  } finally {
    await page.close();
  }
}

export async function closeBrowser() {
  // One that did not start has failed its cases already.
  await (await starting?.catch(() => undefined))?.close();
}
