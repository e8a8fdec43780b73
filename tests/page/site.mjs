// The folder of the playground that npm run site makes: complete, at any path, and there without a connection.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT } from '../../scripts/run.mjs';
import { makePlayground as makeSite, playgroundFiles as siteFiles } from '../../scripts/site/playground.mjs';
import { equal, ok } from '../js/assert.mjs';
import { startBrowser } from './browser.mjs';
import { click, open, POLL, press, reads, token, until } from './user.mjs';

const IMPORTS = /(?:\bfrom|\bimport|\bimport\()\s*'(\.[^']+)'/g;
const without = (source) => source.replace(/\/\*.*?\*\//gs, '').replace(/^\s*\/\/.*$/gm, '');

/** What is imported, by whom, and by whom again. */
function reached(folder, file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, path] of without(readFileSync(join(folder, file), 'utf8')).matchAll(IMPORTS))
    reached(folder, normalize(join(dirname(file), path)), found);
  return found;
}

export default ({ test, executablePath }) => {
  const folder = mkdtempSync(join(tmpdir(), 'ably-edge-auth-site-'));

  test('it holds all that is imported, and nothing else', () => {
    makeSite(folder);
    const files = siteFiles();
    equal(files.length, new Set(files).size, 'each once');
    const modules = files.filter((file) => file.endsWith('.js'));
    equal([...reached(folder, 'app.js'), 'offline-worker.js'].sort(), modules.sort());
    equal(
      readdirSync(join(ROOT, 'www'), { recursive: true })
        .filter((name) => name.endsWith('.js'))
        .sort(),
      modules.filter((file) => !file.startsWith('pkg/')).sort(),
      'all of www',
    );
    const html = readFileSync(join(folder, 'index.html'), 'utf8');
    for (const [, path] of html.matchAll(/(?:href|src)="\.\/([^"]+)"/g)) ok(existsSync(join(folder, path)), path);
    ok(files.every((file) => existsSync(join(folder, file))));
  });

  test('the page names the modules that the first token needs, so that they are asked for at once', () => {
    const named = [
      ...readFileSync(join(folder, 'index.html'), 'utf8').matchAll(/<link rel="modulepreload" href="\.\/([^"]+)">/g),
    ].map(([, file]) => file);
    equal(
      named,
      reachedAtOnce(folder)
        .filter((file) => file !== 'app.js')
        .sort(),
    );
  });

  test('no address in it is absolute', () => {
    for (const file of siteFiles().filter((it) => /\.(js|html|css)$/.test(it)))
      ok(
        !/(?:(?:href|src)="|(?:from|import\()\s*'|url\(["']?)\//.test(
          without(readFileSync(join(folder, file), 'utf8')),
        ),
        file,
      );
  });

  test('any path serves it, and from then on it needs no connection', async () => {
    const { visit, close, stop } = await startBrowser(executablePath, { '/deep/down/here/': folder });
    try {
      await visit(
        async (page) => {
          await token(page);
          await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
          await until(() => page.evaluate(() => navigator.serviceWorker.controller !== null || 'no worker yet'));
          stop();
          await page.reload();
          await token(page);
          await open(page, 'use');
          await click(page, 'Publish');
          await reads(page, '#use-result .outcome', /^201 /);
          await open(page, 'access');
          await page.waitForSelector('#access-list li', POLL);
          await open(page, 'verify');
          await press(page, '#verify-current');
          await reads(page, '#verify-verdict', 'Valid');
          const held = await page.evaluate(async () =>
            (await (await caches.open('ably-edge-auth-playground')).keys()).map(({ url }) =>
              new URL(url).pathname.replace('/deep/down/here/', ''),
            ),
          );
          equal(
            held.filter((file) => file !== '').sort(),
            siteFiles()
              .filter((file) => !['index.html', 'offline-worker.js'].includes(file))
              .sort(),
            'static files, and nothing else',
          );
          // Loading a new worker is what needs the server; the page does not.
        },
        {
          path: '/deep/down/here/',
          expected: [
            /^Failed to load resource: net::ERR_(CONNECTION_REFUSED|FAILED)/,
            /An unknown error occurred when fetching the script/,
          ],
        },
      );
    } finally {
      await close();
    }
  });

  test('its weight', () => {
    const weigh = (files) =>
      files.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length, 0);
    const first = [
      'index.html',
      'icon.svg',
      'pkg/generated/ably_edge_auth.wasm',
      ...reachedAtOnce(folder),
      ...siteFiles().filter((it) => it.endsWith('.css')),
    ];
    const all = siteFiles().filter((file) => file !== 'offline-worker.js');
    console.log(
      `over the wire, gzipped: ${weigh(first)} bytes to the first token (${first.length} files), ${weigh(all)} in all (${all.length} files)`,
    );
    rmSync(folder, { recursive: true, force: true });
  });
};

/** What is imported before anything is clicked. app.js imports two modules at once. */
function reachedAtOnce(folder) {
  const found = new Set();
  const follow = (file) => {
    if (found.has(file)) return;
    found.add(file);
    const source = without(readFileSync(join(folder, file), 'utf8'));
    const pattern = file === 'app.js' ? IMPORTS : /\bfrom\s*'(\.[^']+)'/g;
    for (const [, path] of source.matchAll(pattern)) follow(normalize(join(dirname(file), path)));
  };
  follow('app.js');
  return [...found];
}
