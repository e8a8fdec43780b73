// The folder of the playground that npm run site makes: complete, at any path, and there without a connection.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { ROOT } from '../../scripts/run.mjs';
import { makePlayground, sourceFiles } from '../../scripts/site/playground.mjs';
import { equal, ok } from '../js/assert.mjs';
import { startBrowser } from './browser.mjs';
import { click, open, POLL, press, reads, token, until, write } from './user.mjs';

const IMPORTS = /(?:\bfrom|\bimport|\bimport\()\s*'(\.[^']+)'/g;
const without = (source) => source.replace(/\/\*.*?\*\//gs, '').replace(/^\s*\/\/.*$/gm, '');

const source = (file) => without(readFileSync(join(ROOT, file.startsWith('pkg/') ? '.' : 'www', file), 'utf8'));

/** What is imported, by whom, and by whom again. */
function reached(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, path] of source(file).matchAll(IMPORTS)) reached(normalize(join(dirname(file), path)), found);
  return found;
}

/**
 * Bounds of what a host that compresses with Brotli sends, and one that compresses with gzip. KB = 1024 bytes. The main
 * module is three quarters of the first, and the sandbox half of all.
 */
const MAX_FIRST = { brotli: 122 * 1024, gzip: 140 * 1024 };
const MAX_ALL = { brotli: 400 * 1024, gzip: 428 * 1024 };

export default ({ test, executablePath }) => {
  const folder = mkdtempSync(join(tmpdir(), 'ably-edge-auth-site-'));
  let files;

  test('the offline worker lists all sources that are imported, and nothing else', () => {
    const listed = sourceFiles();
    equal(listed.length, new Set(listed).size, 'each once');
    const modules = listed.filter((file) => file.endsWith('.js'));
    equal([...reached('app.js'), 'offline-worker.js'].sort(), modules.sort());
    equal(
      readdirSync(join(ROOT, 'www'), { recursive: true })
        .filter((name) => name.endsWith('.js'))
        .sort(),
      modules.filter((file) => !file.startsWith('pkg/')).sort(),
      'all of www',
    );
  });

  test('the page names the modules that the first token needs, so that they are asked for at once', () => {
    equal(
      preloaded(join(ROOT, 'www')),
      reachedAtOnce()
        .filter((file) => file !== 'app.js')
        .sort(),
    );
  });

  test('the bundle is complete: whatever a file of it names is there', () => {
    files = makePlayground(folder);
    equal(
      files.toSorted(),
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .sort(),
    );
    const html = readFileSync(join(folder, 'index.html'), 'utf8');
    for (const [, path] of html.matchAll(/(?:href|src)="\.\/([^"]+)"/g)) ok(existsSync(join(folder, path)), path);
    for (const file of files.filter((it) => it.endsWith('.js')))
      for (const [, path] of readFileSync(join(folder, file), 'utf8').matchAll(/(?:\bfrom|\bimport\(?)"(\.[^"]+)"/g))
        ok(existsSync(join(folder, dirname(file), path)), `${file} imports ${path}`);
    ok(preloaded(folder).length > 3 && preloaded(folder).every((file) => file.startsWith('chunks/')));
  });

  test('no address in it is absolute', () => {
    for (const file of files.filter((it) => /\.(js|html|css)$/.test(it)))
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
          await press(page, '#client-connect');
          await reads(page, '#client-status', /Connected/);
          await open(page, 'errors');
          await write(page, '#explain-error', '40160');
          await reads(page, '#explanation', /^40160 The capability/);
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
            files.filter((file) => !['index.html', 'offline-worker.js'].includes(file)).sort(),
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

  test('its weight', async () => {
    const { visit, close } = await startBrowser(executablePath, { '/': folder });
    let requested;
    try {
      await visit(async (page) => {
        await token(page);
        requested = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
      });
    } finally {
      await close();
    }
    const asked = new Set(requested.map((url) => new URL(url).pathname.slice(1)));
    const first = ['index.html', 'app.js', 'style.css', 'pkg/generated/ably_edge_auth.wasm', ...preloaded(folder)];
    equal(
      first.slice(1).filter((file) => !asked.has(file)),
      [],
      'all of it is asked for',
    );
    const all = files.filter((file) => file !== 'offline-worker.js');
    const weigh = (names, compress) =>
      names.reduce((sum, file) => sum + compress(readFileSync(join(folder, file))).length, 0);
    const bytes = (names) => ({
      brotli: weigh(names, brotliCompressSync),
      gzip: weigh(names, (content) => gzipSync(content, { level: 9 })),
    });
    for (const [what, names, bounds] of [
      ['to the first token', first, MAX_FIRST],
      ['in all', all, MAX_ALL],
    ]) {
      const found = bytes(names);
      console.log(
        `over the wire ${what}, ${names.length} files: ${found.brotli} bytes with Brotli, ${found.gzip} with gzip`,
      );
      for (const [encoding, most] of Object.entries(bounds))
        ok(found[encoding] <= most, `${found[encoding]} bytes ${what} with ${encoding}, at most ${most}`);
    }
    rmSync(folder, { recursive: true, force: true });
  });
};

function preloaded(of) {
  const html = readFileSync(join(of, 'index.html'), 'utf8');
  return [...html.matchAll(/<link rel="modulepreload" href="\.\/([^"]+)">/g)].map(([, file]) => file);
}

/** What is imported before anything is clicked, and before the first token. app.js imports two modules at once. */
function reachedAtOnce() {
  const found = new Set();
  const follow = (file) => {
    if (found.has(file)) return;
    found.add(file);
    const pattern = file === 'app.js' ? IMPORTS : /\bfrom\s*'(\.[^']+)'/g;
    for (const [, path] of source(file).matchAll(pattern)) follow(normalize(join(dirname(file), path)));
  };
  follow('app.js');
  return [...found];
}
