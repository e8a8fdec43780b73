// The site as npm run site writes it, under two bases: its links, its policy, and how it looks and works in Chromium.
//   node tests/site/run.mjs [FOLDER]      FOLDER keeps what is built
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { ROOT } from '../../scripts/run.mjs';
import { contents } from '../../scripts/site/contents.mjs';
import { preparePages } from '../../scripts/site/pages.mjs';
import { insertedStyle, policyOf } from '../../scripts/site/policy.mjs';
import { makeSite } from '../../scripts/site.mjs';
import { equal, ok } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import { startBrowser } from '../page/browser.mjs';
import { find } from '../runtimes/find.mjs';
import { print } from '../runtimes/report.mjs';
import { addressesIn, makeFault, readPages, refused } from './html.mjs';

const WORK = process.argv[2] === undefined ? join(ROOT, 'tests/.work/site') : resolve(process.argv[2]);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Every page of docs/, and one of each kind of the reference. */
const LOOKED_AT = [
  ...contents()
    .flatMap(({ pages }) => pages.map(({ path }) => path))
    .filter((path) => !path.startsWith('..'))
    .map((path) => path.replace(/README\.md$/, 'index.md').replace(/\.md$/, '.html')),
  'index.html',
  'reference/index.html',
  'reference/ably-edge-auth/index.html',
  'reference/ably-edge-auth/functions/issueJwt.html',
  'reference/ably-edge-auth/interfaces/TokenEndpointOptions.html',
  '404.html',
];

preparePages();
const sites = { '/': 'root', '/a/b/': 'below' };
for (const [base, name] of Object.entries(sites)) {
  const folder = join(WORK, name);
  makeSite(folder, base);
  sites[base] = { base, folder, pages: readPages(folder) };
}

function files(site) {
  return ({ test }) => {
    test('there are pages, an index for language models, and the playground', () => {
      ok(site.pages.size > 100, `${site.pages.size} pages`);
      for (const path of [...LOOKED_AT, 'llms.txt', 'llms-full.txt', 'playground/index.html'])
        ok(existsSync(join(site.folder, path)), path);
    });
    test('every link leads somewhere, by a path below the base', () => {
      const fault = makeFault(site);
      const found = [...site.pages].flatMap(([path, html]) => addressesIn(html).map((address) => fault(path, address)));
      ok(found.length > 3000, `${found.length} links`);
      equal([...new Set(found.filter(Boolean))], []);
    });
    test('a wrong link is found', () => {
      const fault = makeFault(site);
      for (const address of ['no.html', '#no-heading', 'errors.html#no-heading', 'http://example.com/'])
        ok(fault('verify.html', address), address);
      if (site.base !== '/') ok(fault('verify.html', '/errors.html'), 'outside of the base');
      equal(fault('verify.html', './errors.html#errors'), undefined);
    });
    test('each page permits itself and no more', () => {
      const style = insertedStyle(site.folder);
      for (const [path, html] of site.pages) {
        const [, policy] =
          /^<meta http-equiv="Content-Security-Policy" content="(.*?)">/m.exec(html.replace(/^ +/gm, '')) ?? [];
        equal(policy, policyOf(html, style), path);
        ok(!/unsafe|https?:|data:|\*/.test(policy), `${path}: ${policy}`);
        equal(refused(html), [], path);
      }
    });
    test('llms.txt names Markdown that is there', () => {
      const linked = [...readFileSync(join(site.folder, 'llms.txt'), 'utf8').matchAll(/\]\(([^)]+)\)/g)];
      ok(linked.length > 15, `${linked.length} links`);
      for (const [, address] of linked) {
        ok(address.startsWith(site.base), address);
        ok(existsSync(join(site.folder, address.slice(site.base.length))), address);
      }
    });
  };
}

/** Opens a page of a site, and lets `body` use it. */
const opener =
  (site, visit) =>
  (path, body, options = {}) =>
    visit(
      async (page) => {
        await page.waitForFunction(isAlive);
        await body(page);
      },
      { path: site.base + path, ...options },
    );

function browser(site, { visit }) {
  const open = opener(site, visit);
  return ({ test }) => {
    let checked = 0;
    for (const scheme of ['light', 'dark'])
      for (const path of LOOKED_AT)
        test(`${path}, ${scheme}, ${scheme === 'dark' ? 360 : 1280} px: axe finds nothing, and it fits`, () =>
          open(
            path,
            async (page) => {
              await page.evaluate(AXE);
              const { violations, passes } = await page.evaluate(
                (runOnly) => globalThis.axe.run(document, { runOnly, iframes: false }),
                RULES,
              );
              checked += passes.length;
              equal(
                violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))]),
                [],
              );
              const [is, fits] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
              ok(is <= fits, `${is} px of ${fits}`);
            },
            scheme === 'dark' ? { scheme, width: 360, height: 740 } : { scheme },
          ));
    test('axe had something to look at', () => ok(checked > 500, `${checked} rules passed`));
    use({ test, open });
  };
}

/** Before that, a page is what the server sent, and its buttons do nothing. */
const isAlive = () => document.getElementById('app')?.__vue_app__ !== undefined;

/** What a reader does. */
function use({ test, open }) {
  test('the search finds a page by its words', () =>
    open('index.html', async (page) => {
      await page.click('.DocSearch-Button');
      await page.waitForSelector('.search-input');
      await page.type('.search-input', 'createTokenEndpoint');
      await page.waitForSelector('.results .result');
      const found = await page.$$eval('.results .result', (links) => links.map((link) => link.getAttribute('href')));
      ok(
        found.some((address) => address.includes('token-endpoint.html')),
        found.join(' '),
      );
    }));
  test('a link leads to the next page without loading the site anew', () =>
    open('index.html', async (page) => {
      await page.evaluate(() => (globalThis.isSame = true));
      await page.click('main a[href$="concepts.html"]');
      await page.waitForFunction(() => document.querySelector('h1')?.textContent.startsWith('Concepts'));
      equal(await page.evaluate('isSame'), true);
    }));
  test('the theme can be switched', () =>
    open('index.html', async (page) => {
      await page.click('.VPNavBarAppearance .VPSwitchAppearance');
      await page.waitForSelector('html.dark');
    }));
  test('the playground has the capability of its page', () =>
    open('concepts.html', async (page) => {
      const frame = await page.waitForSelector('iframe.playground');
      await frame.scrollIntoView();
      const playground = await frame.contentFrame();
      await playground.waitForFunction(() => document.getElementById('capability')?.value.includes('"news"'));
      await playground.waitForFunction(() => document.getElementById('token-signature')?.textContent.length > 20);
    }));
}

const executablePath = find('chromium');
const subjects = Object.fromEntries(Object.values(sites).map((site) => [`site under ${site.base}`, files(site)]));
let report;
if (executablePath === undefined) {
  console.log('SKIPPED: the site in a browser (chromium is not installed)');
  report = await runSubjects(subjects, {});
} else {
  const mounts = Object.fromEntries(Object.values(sites).map(({ base, folder }) => [base, folder]));
  const { visit, close } = await startBrowser(executablePath, mounts);
  try {
    subjects['site in Chromium'] = browser(sites['/a/b/'], { visit });
    subjects['site in Chromium under /'] = ({ test }) => use({ test, open: opener(sites['/'], visit) });
    report = await runSubjects(subjects, {});
  } finally {
    await close();
  }
}
if (process.argv[2] === undefined) rmSync(WORK, { recursive: true, force: true });
if (!print('site', report)) process.exitCode = 1;
