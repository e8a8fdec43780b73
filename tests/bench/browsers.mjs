// Measures in a browser, on a page of its own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { launch } from 'puppeteer-core';
import { serve } from '../../scripts/serve.mjs';
import { find } from '../runtimes/find.mjs';
import { HERE, WORK } from './places.mjs';

const FLAGS = [
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** @param {'chromium' | 'firefox'} name */
export async function measureInBrowser(name, { rounds }) {
  const folder = join(WORK, 'page');
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [join(HERE, 'shell-page.mjs')],
    outfile: join(folder, 'page.js'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
  });
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><meta charset="utf-8"><title>bench</title><script type="module" src="page.js"></script>\n',
  );
  const server = await serve({ '/': folder }, 0);
  const home = mkdtempSync(join(tmpdir(), 'ably-edge-auth-bench-'));
  const options = name === 'chromium' ? { browser: 'chrome', args: FLAGS } : { browser: 'firefox' };
  const browser = await launch({
    executablePath: find(name),
    headless: true,
    env: { ...process.env, HOME: home },
    protocolTimeout: 900_000,
    ...options,
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction('globalThis.measureAll', { polling: 50 });
    return await page.evaluate((rounds) => globalThis.measureAll(rounds), rounds);
  } finally {
    await browser.close();
    server.close();
    server.closeAllConnections();
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}
