// Opens the pages in a browser, one after the other, and adds up what they report.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer-core';
import { find } from '../find.mjs';
import { print, sum } from '../report.mjs';
import { PATIENCE_MS } from '../../js/patience.mjs';
import { optionsOf } from './options.mjs';
import { servePages } from './pages.mjs';

const SOURCES = ['response', 'address', 'url', 'bytes', 'module', 'sync'];
const PATHS = [
  '/suite',
  '/classic',
  '/policy-without-wasm',
  '/policy-with-wasm',
  ...SOURCES.map((source) => `/async-init?${source}`),
];

/**
 * @param {'chromium' | 'firefox'} name
 * @param {string} [network] the test server's origin: what goes over the network is run, and nothing else
 */
export function drive(name, network) {
  return network ? drivePages(name, [`/network?${network}`], 'network') : drivePages(name, PATHS);
}

/**
 * @param {'chromium' | 'firefox'} name
 * @param {string[]} paths of the pages
 * @param {string} [what] is run, where that is not the suite
 */
export async function drivePages(name, paths, what) {
  const server = await servePages();
  const origin = `http://127.0.0.1:${server.address().port}`;
  // Some minimal systems have no usable HOME, and Firefox wants to write there.
  const home = mkdtempSync(join(tmpdir(), 'ably-edge-auth-'));
  const browser = await launch({ executablePath: find(name), env: { ...process.env, HOME: home }, ...optionsOf(name) });
  try {
    const version = (await browser.version()).replace('/', ' '); // Chrome/156.0.1.2
    const reports = [];
    for (const path of paths) reports.push(await reportOf(browser, origin + path));
    if (!print(what ? `${version}, ${what}` : version, sum(...reports))) process.exitCode = 1;
  } finally {
    await browser.close();
    server.close();
    server.closeAllConnections();
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Each page sets `globalThis.report` to a promise as soon as its script runs. */
async function reportOf(browser, url) {
  const troubles = [];
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => troubles.push(String(error.stack ?? error)));
    page.on('requestfailed', (request) => troubles.push(`${request.url()}: ${request.failure()?.errorText}`));
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(url);
    await page.waitForFunction('globalThis.report', { polling: 50 });
    const report = await page.evaluate('globalThis.report');
    await page.close();
    return report;
  } catch (error) {
    return { passed: 0, failed: 1, failures: [{ name: url, reason: [String(error), ...troubles].join('\n') }] };
  }
}
