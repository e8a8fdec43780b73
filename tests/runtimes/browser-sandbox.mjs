// The sandbox and a real browser: kept in a page's IndexedDB; and on a server of this machine, which pages
// of elsewhere must not reach. The argument is the browser's name.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer-core';
import { createSandbox } from '../../pkg/sandbox.js';
import { equal, ok } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import { PATIENCE_MS } from '../js/patience.mjs';
import { optionsOf } from './browser/options.mjs';
import { servePages } from './browser/pages.mjs';
import { find } from './find.mjs';
import { print } from './report.mjs';

/** Leads to this machine in these browsers, as a name would that its owner has bound anew. */
const EVIL = 'rebound.test';
/** Far more than what makes the store write a snapshot. */
const MANY = 700;

const name = process.argv[2];
const home = mkdtempSync(join(tmpdir(), 'ably-edge-auth-'));
const browser = await launch({
  executablePath: find(name),
  env: { ...process.env, HOME: home },
  ...optionsOf(name, { foreign: EVIL }),
});
const pages = await servePages();
const pagesPort = pages.address().port;

async function open(url) {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(url);
  return page;
}

// ---- in a page, kept in IndexedDB

async function openKept() {
  const page = await open(`http://127.0.0.1:${pagesPort}/kept`);
  return ready(page);
}

async function ready(page) {
  await page.waitForFunction('globalThis.report', { polling: 50 });
  return page;
}

async function reload(page) {
  await page.reload();
  return ready(page);
}

function indexedDb({ test }) {
  test('loaded anew, everything is there', async () => {
    const page = await openKept();
    equal(await page.evaluate(() => globalThis.open('one')), {});
    equal(await page.evaluate(() => publish('first')), 201);
    equal(await page.evaluate(() => publish('\u{1f600}')), 201);
    await reload(page);
    equal(await page.evaluate(() => globalThis.open('one')), {});
    equal(await page.evaluate(() => read()), ['first', '\u{1f600}']);
    equal(await page.evaluate(() => publish('third')), 201);
    await page.close();
    const other = await openKept();
    equal(await other.evaluate(() => globalThis.open('one')), {});
    equal(await other.evaluate(() => read()), ['first', '\u{1f600}', 'third']);
    await other.close();
  });
  test('two of different names share nothing', async () => {
    const page = await openKept();
    equal(await page.evaluate(() => globalThis.open('two a')), {});
    equal(await page.evaluate(() => publish('first')), 201);
    equal(await page.evaluate(() => globalThis.open('two b')), {});
    equal(await page.evaluate(() => read()), []);
    await page.close();
  });
  test('a second tab is refused while the first has it, and not later', async () => {
    const [first, second] = [await openKept(), await openKept()];
    equal(await first.evaluate(() => globalThis.open('three')), {});
    equal(await second.evaluate(() => globalThis.open('three')), {
      error: {
        kind: 'usage',
        message: 'the sandbox "three" is open in another tab or worker',
      },
    });
    equal(await first.evaluate(() => publish('first')), 201);
    await first.close();
    equal(await second.evaluate(() => globalThis.open('three')), {});
    equal(await second.evaluate(() => read()), ['first']);
    await second.close();
  });
  test(`${MANY} changes are few rows, and all there`, async () => {
    const page = await openKept();
    const data = Array.from({ length: MANY }, (_, index) => String(index));
    await page.evaluate(() => globalThis.open('four'));
    await page.evaluate((data) => publishMany(data), data);
    const count = await page.evaluate(() => countRows('four'));
    ok(count < MANY / 2, `${count} rows`);
    await reload(page);
    equal(await page.evaluate(() => globalThis.open('four')), {});
    equal(await page.evaluate(() => read()), data);
    await page.close();
  });
  test('a damaged row: refused, and left as it is', async () => {
    const page = await openKept();
    await page.evaluate(() => globalThis.open('five'));
    await page.evaluate(() => publish('first'));
    await page.evaluate(() => damage('five'));
    const before = await page.evaluate(() => countRows('five'));
    await reload(page);
    const { error } = await page.evaluate(() => globalThis.open('five'));
    equal(error.kind, 'usage');
    ok(/^state\[1\]: the change cannot be read/.test(error.message), error.message);
    equal(await page.evaluate(() => countRows('five')), before);
    await page.close();
  });
  test('deleted under its hands, it keeps nothing and says so', async () => {
    const page = await openKept();
    await page.evaluate(() => globalThis.open('six'));
    equal(await page.evaluate(() => publish('first')), 201);
    await page.evaluate(() => remove('six'));
    equal(await page.evaluate(() => publish('second')), 500);
    equal(await page.evaluate(() => read()), ['first']);
    await page.close();
  });
}

// ---- on a server, and pages of elsewhere

/** A server on loopback, and the status of each of its answers. */
async function serveSandbox() {
  const log = [];
  let sandbox;
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
    const answer = await sandbox.fetch(new Request(`http://${headers.host}${url}`, { method, headers, body }));
    log.push(`${method} ${url.split('?')[0]} ${answer.status}`);
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  sandbox = createSandbox({ port });
  return {
    server,
    log,
    port,
    sandbox,
    count: () => [...sandbox.snapshot()].join().split('"data":"stolen"').length - 1,
  };
}

/** What a page's fetch gives: the status, or that the page may not know. */
const ask = (page, url, init) =>
  page.evaluate(
    (url, init) =>
      fetch(url, init).then(
        (answer) => answer.status,
        (error) => error.name,
      ),
    url,
    init,
  );

function elsewhere({ test }) {
  const own = serveSandbox();
  const json = (key) => ({
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(key)}`, 'Content-Type': 'application/json' },
    body: '{"data":"stolen"}',
  });

  test('a page of this machine may: simple requests, and those that ask before', async () => {
    const { port, sandbox, log, count } = await own;
    const page = await open(`http://127.0.0.1:${pagesPort}/kept`);
    equal(await ask(page, `http://127.0.0.1:${port}/time`), 200);
    equal(await ask(page, `http://localhost:${port}/channels/a/messages`, json(sandbox.keys.root)), 201);
    ok(log.includes('OPTIONS /channels/a/messages 204'), log.join());
    equal(count(), 1);
    await page.close();
  });
  test('a page of elsewhere may not, and changes nothing', async () => {
    const { port, sandbox, log, count } = await own;
    const before = count();
    const page = await open(`http://${EVIL}:${pagesPort}/kept`);
    equal(await page.evaluate('location.host'), `${EVIL}:${pagesPort}`);
    log.length = 0;
    const address = `http://127.0.0.1:${port}`;
    equal(await ask(page, `${address}/time`), 'TypeError');
    // What a browser sends without asking before, and cannot be told the answer of.
    const query = `key=${encodeURIComponent(sandbox.keys.root)}`;
    for (const mode of ['cors', 'no-cors'])
      await ask(page, `${address}/channels/a/messages?${query}`, {
        mode,
        method: 'POST',
        headers: { 'Content-Type': 'text/plain' },
        body: '{"data":"stolen"}',
      });
    equal(await ask(page, `${address}/channels/a/messages`, json(sandbox.keys.root)), 'TypeError');
    equal(log, [
      'GET /time 403',
      'POST /channels/a/messages 403',
      'POST /channels/a/messages 403',
      'OPTIONS /channels/a/messages 403',
    ]);
    equal(count(), before);
    await page.close();
  });
  test('a name that was bound anew is refused, and its pages too', async () => {
    const { port, sandbox, log, count } = await own;
    const before = count();
    log.length = 0;
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const response = await page.goto(`http://${EVIL}:${port}/time`);
    equal(response.status(), 421);
    // Of the same origin as what it asks, so that the browser itself keeps it from nothing.
    equal(await ask(page, '/time'), 421);
    equal(await ask(page, '/channels/a/messages', json(sandbox.keys.root)), 421);
    // 421 lets a browser try once more, on another connection.
    equal(
      [...new Set(log)].filter((line) => !line.includes('favicon')),
      ['GET /time 421', 'POST /channels/a/messages 421'],
    );
    equal(count(), before);
    await page.close();
  });
  test('a frame without an origin may not', async () => {
    const { port, log } = await own;
    const page = await open(`http://127.0.0.1:${pagesPort}/kept`);
    log.length = 0;
    const told = await page.evaluate(
      (address) =>
        new Promise((resolve) => {
          addEventListener('message', ({ data }) => resolve(data));
          const frame = document.createElement('iframe');
          frame.sandbox = 'allow-scripts';
          frame.srcdoc = `<script>fetch('${address}').then((it) => it.status, (error) => error.name).then((told) => parent.postMessage(told, '*'))</script>`;
          document.body.append(frame);
        }),
      `http://127.0.0.1:${port}/time`,
    );
    equal([told, log], ['TypeError', ['GET /time 403']]);
    await page.close();
  });
  test('the server ends', async () => {
    const { server } = await own;
    server.close();
    server.closeAllConnections();
  });
}

try {
  const version = (await browser.version()).replace('/', ' ');
  const report = await runSubjects({ IndexedDB: indexedDb, 'pages of elsewhere': elsewhere }, {});
  if (!print(`${version}, sandbox`, report)) process.exitCode = 1;
} finally {
  await browser.close();
  pages.close();
  pages.closeAllConnections();
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
}
