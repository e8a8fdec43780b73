// Runs every block of code in README.md and docs/ as it is there, on the packed package.
//   node tests/documents/examples.mjs [WORD…]      only the pages whose path contains one of the words
//
// The words after the language say where a block runs; blocks.mjs says what a page can add for the test alone.
//   js node, js deno, js bun, js workers, html (Chromium)    runners.mjs
//   js client       ably-js, with a token endpoint at /auth and a sandbox in place of Ably: client.mjs
//   ts              compiled, with --strict: typescript.mjs
//   js example      a part of a file in examples/ or tests/frameworks/, whose tests run it
//   sh, console     bash, with a sandbox in place of Ably: shell.mjs; console shows the output too
//   sh by-hand      needs a registry, an account or the repository: BY_HAND counts these; only their syntax is checked
//   console by-hand needs a person who watches and ends it
//   text            a part of what the block before it prints; a line … marks what is left out
//   json            JSON; `json playground` is a capability
//   rust            compiled by the crate's doc tests, see run.mjs
//   yaml            read with the YAML reader of the site's tools
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { find } from '../runtimes/find.mjs';
import { print } from '../runtimes/report.mjs';
import { STAGE, stage } from '../runtimes/stage.mjs';
import { equal, ok } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import { blocksIn } from './blocks.mjs';
import { documents, files, ROOT } from './markdown.mjs';
import { EXPECTED, freePort, RUNNERS } from './runners.mjs';
import { pageFolder, runConsole, runShell, startSandbox } from './shell.mjs';
import { spawnSync } from '../runtimes/start.mjs';
import { compile } from './typescript.mjs';

/** How many blocks of commands a page has that no test can run. */
const BY_HAND = {
  'README.md': 3,
  'docs/cli.md': 2,
  'docs/development.md': 1,
  'docs/get-started.md': 2,
  'docs/playground.md': 1,
  'docs/rust.md': 1,
  'docs/troubleshooting.md': 1,
};

const NEEDS = { 'js workers': 'workerd', 'js deno': 'deno', 'js bun': 'bun', html: 'chromium' };

const words = process.argv.slice(2);
const pages = documents()
  .filter(({ path }) => path === 'README.md' || path.startsWith('docs/'))
  .filter(({ path }) => words.length === 0 || words.some((word) => path.includes(word)))
  .map(({ path, text }) => ({ path, blocks: blocksIn(text), fences: text.match(/^ *```+[a-z]/gm)?.length ?? 0 }));

stage();
rmSync(join(STAGE, 'documents'), { recursive: true, force: true });
mkdirSync(join(STAGE, 'documents'), { recursive: true });
copyFileSync(new URL('./client.mjs', import.meta.url), join(STAGE, 'documents', 'client.mjs'));
const world = join(STAGE, 'documents/node_modules/test-world');
mkdirSync(world, { recursive: true });
copyFileSync(new URL('./world.mjs', import.meta.url), join(world, 'index.mjs'));
writeFileSync(join(world, 'package.json'), '{ "type": "module", "exports": "./index.mjs" }');

const lines = (text) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n');
const tried = files()
  .filter((path) => /^(examples|tests\/frameworks)\/.*\.(js|mjs|ts|tsx|svelte|astro|json)$/.test(path))
  .map((path) => ({ path, text: lines(readFileSync(join(ROOT, path), 'utf8')) }));

let sandbox;
const sandboxAddress = async () => (sandbox ??= await startSandbox()).endpoint;

/** How a block is tried, by its kind. `page` has its folder and what its last block printed. */
const TRIES = {
  async 'sh by-hand'({ source }) {
    const { status, stderr } = spawnSync(find('bash'), ['-n', '-c', source], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    equal(status, 0, stderr);
  },
  // A terminal that a person watches: what it shows is tested in tests/cli.
  async 'console by-hand'() {},
  async sh({ source }, page) {
    page.printed = await runShell(source, { ...page, endpoint: await sandboxAddress() });
  },
  async console({ source }, page) {
    await runConsole(source, { ...page, endpoint: await sandboxAddress() });
  },
  async text({ source }, page) {
    for (const line of source.split('\n').filter((line) => line.trim() !== '…'))
      ok(page.printed.includes(line.trim()), `${line}\nis not in\n${page.printed}`);
  },
  async json({ source }) {
    JSON.parse(source);
  },
  async 'json playground'({ source }) {
    const { checkCapability } = await import('../../pkg/index.js');
    equal(
      checkCapability(source).diagnostics.filter(({ severity }) => severity === 'error'),
      [],
    );
  },
  async yaml({ source }) {
    const { parse } = await import(join(ROOT, 'docs/node_modules/yaml/dist/index.js'));
    ok(typeof parse(source) === 'object', 'no YAML');
  },
  async rust() {},
  async ts({ source }, page, index) {
    await compile(source, page, index);
  },
  async 'js example'({ source }) {
    // A first line that is the name of a file says where the lines are.
    const [heading = '', name = ''] = /^\/\/ (\S+\.\w+)\n/.exec(source) ?? [];
    const part = lines(source.slice(heading.length));
    ok(
      tried.some(({ path, text }) => path.endsWith(name) && text.includes(part)),
      `no file ${name || 'of examples/ or tests/frameworks/'} has these lines`,
    );
  },
};
for (const [name, run] of Object.entries(RUNNERS))
  TRIES[name] = async ({ source, shown }, page, index) => {
    const result = await run(source, page.folder, index);
    page.printed = (result.printed ?? []).join('\n');
    EXPECTED(shown, result);
  };

function everyBlock({ test }) {
  test('says where it runs', () => {
    const unknown = pages
      .flatMap(({ path, blocks }) => blocks.map(({ kind }) => [path, kind]))
      .filter(([, kind]) => !TRIES[kind]);
    equal(unknown, []);
  });
  test('is found', () => {
    for (const { path, blocks, fences } of pages) equal(blocks.length, fences, path);
  });
  test('runs, but for these', () => {
    const counts = {};
    for (const { path, blocks } of pages)
      for (const { kind } of blocks) if (kind.endsWith(' by-hand')) counts[path] = (counts[path] ?? 0) + 1;
    if (words.length === 0) equal(counts, BY_HAND);
  });
}

const subjects = { 'every block': everyBlock };
for (const { path, blocks } of pages.filter((page) => page.blocks.length > 0))
  subjects[path] = ({ test }) => {
    const page = { ...pageFolder(path), printed: '' };
    for (const [index, block] of blocks.entries()) {
      const { kind, file, shown } = block;
      if (NEEDS[kind] !== undefined && find(NEEDS[kind]) === undefined) {
        console.log(`SKIPPED: block ${index + 1} of ${path} (${NEEDS[kind]} is not installed)`);
        continue;
      }
      test(`${index + 1}, ${kind}`, async () => {
        if (file !== undefined) page.keep(file, shown);
        page.port ??= await freePort();
        await TRIES[kind](block, page, index);
      });
    }
  };

let report;
try {
  report = await runSubjects(subjects, {});
} finally {
  sandbox?.end();
}
if (!print('README and docs', report)) process.exitCode = 1;
