// Tests of the JavaScript in this folder, of the benchmark's arithmetic and of the messages in pkg/lib/module/load-error.js: node scripts/self-test.mjs
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { difference, exponent, median, ratio, spread } from '../tests/bench/arithmetic.mjs';
import { goals } from '../tests/bench/goals.mjs';
import { HEAP_BYTES, grown } from '../tests/bench/memory.mjs';
import { PAGE, withFigures } from '../tests/bench/page.mjs';
import { MAIN, SANDBOX } from './build/modules.mjs';
import { fingerprint } from './build/step.mjs';
import { withAbsoluteLinks } from './documents.mjs';
import { execute } from './execute.mjs';
import { origin, readModule } from './functions.mjs';
import { inLanes } from './lanes.mjs';
import { serve } from './serve.mjs';
import { tally } from './tally.mjs';

const TESTS = {
  'tally adds up cargo and our own runners'() {
    const output = [
      '\x1b[32mtest result: ok\x1b[0m. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out',
      'browser: chromium: 4 passed, 2 failed',
      'types: 5 passed, 0 failed, 1 skipped',
      'SKIPPED: firefox (not installed)',
      'NOT IN CI: Electron (downloads its binary)',
    ].join('\n');
    assert.deepEqual(tally(output, false), {
      passed: 12,
      failed: 2,
      ignored: 2,
      skips: ['firefox (not installed)'],
      outside: ['Electron (downloads its binary)'],
    });
  },

  'tally counts a step without runners as one test'() {
    assert.deepEqual(tally('', true), { passed: 1, failed: 0, ignored: 0, skips: [], outside: [] });
    assert.deepEqual(tally('', false), { passed: 0, failed: 1, ignored: 0, skips: [], outside: [] });
  },

  'tally fails a step that ended badly though its runners say otherwise'() {
    assert.equal(tally('a: 2 passed, 0 failed', false).failed, 1);
  },

  async 'a step that does not end fails, and so does one whose output stays open'() {
    let shownOfAbsent = '';
    const started = (script, limitMs) => {
      let shown = '';
      return execute({ program: process.execPath, args: ['-e', script] }, limitMs, (_, text) => (shown += text)).then(
        ({ output, succeeded }) => ({ output, succeeded, shown }),
      );
    };
    assert.deepEqual(await started('console.log("done")', 60_000), {
      output: 'done\n',
      succeeded: true,
      shown: 'done\n',
    });
    const endless = await started('setInterval(() => {}, 1000)', 100);
    assert.deepEqual(endless, { output: '', succeeded: false, shown: 'This step did not end within 0.1 s.\n' });
    const isRunning = (pid) => {
      try {
        process.kill(pid, 0);
        // Where nobody waits for it, what has ended stays as a zombie.
        return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
      } catch {
        return false;
      }
    };
    const leaving = (last) =>
      `const { pid } = child_process.spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { stdio: "inherit" }); console.log(pid); ${last}`;
    for (const [last, says] of [
      ['process.exit()', /left a program behind/],
      ['setInterval(() => {}, 1000)', /did not end/],
    ]) {
      const left = await started(leaving(last), 8_000);
      assert.equal(left.succeeded, false);
      assert.match(left.shown, says);
      assert.match(left.output, /^\d+\n$/);
      for (let i = 0; i < 100 && isRunning(Number(left.output)); i++) await sleep(100);
      assert.ok(!isRunning(Number(left.output)), 'it is ended too');
    }
    const absent = await execute(
      { program: 'no-such-program', args: [] },
      60_000,
      (_, text) => (shownOfAbsent += text),
    );
    assert.deepEqual([absent.succeeded, shownOfAbsent], [false, 'spawn no-such-program ENOENT\n']);
  },

  async 'steps run two at a time, each after what it needs'() {
    const steps = [
      { name: 'a', uses: 'x', turns: 3 },
      { name: 'b', uses: 'x', turns: 1 },
      { name: 'c', after: ['a'], turns: 1 },
      { name: 'd', after: ['nothing listed'], turns: 5 },
      { name: 'e', turns: 1 },
      { name: 'f', after: ['d', 'b'], turns: 1 },
    ];
    const log = [];
    let most = 0;
    const running = new Set();
    const results = await inLanes(steps, 2, async ({ name, turns }) => {
      running.add(name);
      most = Math.max(most, running.size);
      log.push(name);
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      running.delete(name);
      log.push(name);
      return name.toUpperCase();
    });
    assert.deepEqual(results, ['A', 'B', 'C', 'D', 'E', 'F']);
    assert.equal(most, 2);
    const [began, ended] = [(name) => log.indexOf(name), (name) => log.lastIndexOf(name)];
    for (const [first, second] of [
      ['a', 'b'],
      ['a', 'c'],
      ['d', 'f'],
      ['b', 'f'],
    ])
      assert.ok(ended(first) < began(second), `${second} before ${first}: ${log}`);
    assert.ok(began('d') < ended('a'), `d waits for nothing: ${log}`);
    await assert.rejects(
      inLanes(
        [
          { name: 'a', after: ['b'] },
          { name: 'b', after: ['a'] },
        ],
        2,
        () => {},
      ),
      /wait for each other: a, b/,
    );
  },

  'the bench takes the middle of its rounds'() {
    assert.equal(median([9, 1, 2]), 2);
    assert.equal(median([10, 9, 1, 2]), 5.5);
    assert.deepEqual(spread([8, 1, 7, 2, 6, 3, 5, 4]), { median: 4.5, low: 3, high: 6 });
    assert.deepEqual(spread([5]), { median: 5, low: 5, high: 5 });
  },

  'the bench compares what was measured in the same round'() {
    // A round on a machine that is ten times slower gives the same ratio.
    const [ours, theirs] = [
      [1, 2, 10],
      [4, 8, 40],
    ];
    assert.deepEqual(ratio(ours, theirs), { median: 0.25, low: 0.25, high: 0.25 });
    assert.deepEqual(difference(theirs, ours), { median: 6, low: 3, high: 30 });
  },

  'the bench knows linear growth from quadratic'() {
    const growth = (times) => exponent({ size: 100, times: [7, 70] }, { size: 1000, times }).median.toFixed(6);
    assert.equal(growth([7, 70]), '0.000000');
    assert.equal(growth([70, 700]), '1.000000');
    assert.equal(growth([700, 7000]), '2.000000');
  },

  'the bench sees memory grow from the end of the warm-up on'() {
    const samples = [
      { wasm: 65_536, heap: 100 },
      { wasm: 196_608, heap: 900 },
      { wasm: 131_072, heap: 107 },
    ];
    assert.deepEqual(grown(samples), { wasm: 65_536, heap: 7 });
    const judged = (bytes) =>
      goals({
        runtimes: {},
        memory: {
          works: {
            work: [
              { done: 1, wasm: 0, heap: 0 },
              { done: 2, ...bytes },
            ],
          },
        },
      }).map(({ met }) => met);
    assert.deepEqual(judged({ wasm: 0, heap: HEAP_BYTES }), [true, true]);
    assert.deepEqual(judged({ wasm: 65_536, heap: HEAP_BYTES + 1 }), [false, false]);
  },

  async 'serve answers what lies in its folders, and nothing else'() {
    const folder = mkdtempSync(join(tmpdir(), 'serve-'));
    const [www, pkg] = ['www', 'pkg'].map((name) => join(folder, name));
    mkdirSync(join(www, 'sub'), { recursive: true });
    mkdirSync(pkg);
    writeFileSync(join(www, 'index.html'), '<p>hello');
    writeFileSync(join(pkg, 'a.wasm'), 'wasm');
    writeFileSync(join(folder, 'secret'), 'secret');
    symlinkSync(join(folder, 'secret'), join(www, 'link'));
    const server = await serve({ '/': www, '/pkg/': pkg }, 0);
    const get = (path, method = 'GET') => fetchRaw(server.address().port, path, method);
    try {
      assert.equal(server.address().address, '127.0.0.1');
      const page = await get('/?x=1');
      assert.deepEqual([page.status, page.type, page.body], [200, 'text/html; charset=utf-8', '<p>hello']);
      const wasm = await get('/pkg/a.wasm');
      assert.deepEqual([wasm.status, wasm.type, wasm.body], [200, 'application/wasm', 'wasm']);
      const head = await get('/index.html', 'HEAD');
      assert.deepEqual([head.status, head.length, head.body], [200, '8', '']);
      assert.equal((await get('/', 'POST')).status, 405);
      const absent = ['/no', '/pkg', '/pkg/', '/sub', '/sub/', '/link', '/../secret', '/pkg/../../secret'];
      const disguised = ['/%2e%2e/secret', '/%2e%2e%2fsecret', '/..%5csecret', '/%00', '/%zz', '//secret'];
      for (const path of [...absent, ...disguised]) assert.equal((await get(path)).status, 404, path);

      const neighbour = await serve({ '/': www }, server.address().port);
      assert.notEqual(neighbour.address().port, server.address().port);
      neighbour.close();
    } finally {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true });
    }
  },

  'every byte of code belongs to some function, and the functions of the crate have names'() {
    const { sections, functions } = readModule(readFileSync(MAIN.wasm), readFileSync(MAIN.symbols, 'utf8'));
    const code = sections.find(({ name }) => name === 'code').length;
    const rest = code - functions.reduce((sum, { length }) => sum + length, 0);
    assert.ok(
      functions.length > 100 && rest > 0 && rest <= 8,
      `${rest} bytes of code beside ${functions.length} functions`,
    );
    assert.ok(functions.some(({ name }) => name === 'ably_edge_auth::jwt::issue::Issuer::write_token'));
  },

  'the packed documents link to the pages of what is not packed'() {
    const page = 'https://host/us/it';
    const text = '[a](docs/a.md#b) [b](#b) [`c`](c) [d](https://other/d) [e](mailto:e) ![f](f.svg)';
    assert.equal(
      withAbsoluteLinks(text, page),
      `[a](${page}/blob/HEAD/docs/a.md#b) [b](#b) [\`c\`](${page}/blob/HEAD/c) [d](https://other/d) [e](mailto:e) ![f](${page}/raw/HEAD/f.svg)`,
    );
  },

  'the bench finds the place of its figures in the documents'() {
    const page = readFileSync(PAGE, 'utf8');
    const written = withFigures(page, 'FIGURES');
    assert.match(written, /\n<!-- written by npm run bench -- --readme -->\nFIGURES\n<!-- end of /);
    assert.ok(!written.includes('![Time for one token'), 'the old figures are gone');
    const [before, after] = [page.indexOf('<!-- written'), page.indexOf('<!-- end of what npm run bench')];
    assert.ok(written.startsWith(page.slice(0, before)) && written.endsWith(page.slice(after)));
    assert.throws(() => withFigures('', 'FIGURES'), /lost the marks/);
  },

  'a step is taken again when a byte of its files changes, moves to another file, or a file goes'() {
    const folder = mkdtempSync(join(tmpdir(), 'step-'));
    const [left, right] = ['left', 'right'].map((name) => join(folder, name));
    const of = (a, b) => {
      writeFileSync(left, a);
      writeFileSync(right, b);
      return fingerprint([folder]);
    };
    try {
      const first = of('ab', 'c');
      assert.equal(of('ab', 'c'), first);
      assert.notEqual(of('Ab', 'c'), first);
      assert.notEqual(of('a', 'bc'), first);
      of('ab', 'c');
      rmSync(right);
      assert.notEqual(fingerprint([folder]), first);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },

  async 'serve waits for a file that is being built'() {
    const folder = mkdtempSync(join(tmpdir(), 'serve-'));
    let finish;
    const finished = new Promise((resolve) => (finish = resolve));
    const server = await serve({ '/': folder }, 0, (file) => (file.endsWith('.wasm') ? finished : undefined));
    try {
      const waiting = fetchRaw(server.address().port, '/a.wasm', 'GET');
      assert.equal((await fetchRaw(server.address().port, '/a.js', 'GET')).status, 404);
      writeFileSync(join(folder, 'a.wasm'), 'wasm');
      finish();
      assert.equal((await waiting).body, 'wasm');
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  },

  async 'the wasm files travel as text without a change'() {
    for (const { embedded, wasm } of [MAIN, SANDBOX]) {
      const { bytes, length } = await import(pathToFileURL(embedded));
      assert.ok(readFileSync(wasm).equals(bytes()), embedded);
      assert.equal(length, bytes().length);
    }
  },

  'the crate and module that a function is from'() {
    const ORIGINS = {
      'ably_edge_auth::jwt::issue::Issuer::write_token': 'ably_edge_auth::jwt',
      '<ably_edge_auth::wasm::value::Value as serde_core::ser::Serialize>::serialize': 'ably_edge_auth::wasm',
      'byn$mgfn-shared$ably_edge_auth::json::Json::text': 'ably_edge_auth::json',
      'core::ptr::drop_in_place<ably_edge_auth::error::Error>': 'core',
      '<T as alloc::string::ToString>::to_string': 'alloc',
      '<<alloc::vec::Vec<T> as core::ops::drop::Drop>::drop': 'alloc',
      '<[u8]>::copy_from_slice::do_panic::runtime': 'core',
      takeError: 'exports',
    };
    for (const [name, wanted] of Object.entries(ORIGINS)) assert.equal(origin(name), wanted, name);
  },

  async 'load says why the module does not start'() {
    const { loadSync } = await import('../pkg/lib/module/load.js');
    const { Module: original, validate } = WebAssembly;
    const sentence = (cause) => {
      // A class or function is needed, because the glue uses it with instanceof.
      WebAssembly.Module = function Module() {
        throw cause;
      };
      try {
        loadSync(new Uint8Array(8));
      } catch (error) {
        assert.equal(error.cause, cause);
        return error.message;
      } finally {
        WebAssembly.Module = original;
      }
    };
    assert.match(sentence(new Error('call to WebAssembly.Module() blocked by CSP')), /'wasm-unsafe-eval'/);
    assert.match(sentence(new Error('Wasm code generation disallowed by embedder')), /'workerd'/);
    assert.match(
      sentence(
        new RangeError('WebAssembly.Compile is disallowed on the main thread, if the buffer size is larger than 4KB.'),
      ),
      /ably-edge-auth\/wasm/,
    );
    for (const words of [
      'WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance',
      'WebAssembly.Memory(): could not allocate memory',
    ])
      assert.match(sentence(new RangeError(words)), /ulimit -v.* --disable-wasm-trap-handler/);
    assert.match(sentence(new Error('something else')), /could not start: something else$/);
    WebAssembly.validate = () => false;
    assert.match(sentence(new Error('invalid opcode')), /too old: .* SIMD/);
    WebAssembly.validate = validate;
  },

  'in a bounded address space it says how to start, and starts that way'() {
    if (process.platform !== 'linux') {
      console.log('SKIPPED: a bounded address space (only Linux bounds it)');
      return;
    }
    for (const entry of ['index.js', 'sandbox.js', 'generated/index.js', 'generated/index.cjs']) {
      const script =
        'import(process.argv[1]).then(() => console.log("started"), ({ name, message }) => console.log(name, message))';
      const run = (...flags) => {
        const command = [process.execPath, ...flags, '-e', script, new URL(`../pkg/${entry}`, import.meta.url).href];
        return execFileSync('sh', ['-c', 'ulimit -v 2097152; exec "$@"', 'sh', ...command], { encoding: 'utf8' });
      };
      // Node.js 24 detects the limit and starts without the flag.
      const starts = Number(process.versions.node.split('.')[0]) >= 24;
      assert.match(
        run(),
        starts ? /^started\n$/ : /^AblyAuthError ably-edge-auth could not start: .* --disable-wasm-trap-handler/,
        entry,
      );
      assert.equal(run('--disable-wasm-trap-handler'), 'started\n', entry);
    }
  },
};

/** Replaces fetch, which would normalise the path before sending it. */
function fetchRaw(port, path, method) {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => (body += text));
      const { 'content-type': type, 'content-length': length } = response.headers;
      response.on('end', () => resolve({ status: response.statusCode, type, length, body }));
    })
      .on('error', reject)
      .end();
  });
}

let failed = 0;
for (const [name, test] of Object.entries(TESTS)) {
  try {
    await test();
  } catch (error) {
    failed++;
    console.error(`${name}:`, error);
  }
}
console.log(`build tools: ${Object.keys(TESTS).length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
