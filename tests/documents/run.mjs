// The documents: every link leads somewhere, every path that they name is there, and all agree on where the project is.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { repositoryPage } from '../../scripts/documents.mjs';
import { PAGE as BY_PRODUCT, withTables } from '../../scripts/product-tables.mjs';
import { print } from '../runtimes/report.mjs';
import { equal, ok, thrownBy } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import { errorCodes as codes } from '../../pkg/errors/codes.js';
import { isExplainedByToken } from '../../pkg/errors/findings.js';
import { HOW_TO_SEE } from '../../scripts/error-code-causes.mjs';
import { PAGE, withEntries } from '../../scripts/error-codes.mjs';
import { anchorsIn, documents, files, linksIn, prose, ROOT } from './markdown.mjs';

const read = (path) => readFileSync(join(ROOT, path), 'utf8');
const ALL = documents();
const MANIFESTS = {
  npm: JSON.parse(read('pkg/package.json')),
  jsr: JSON.parse(read('pkg/jsr.json')),
  cargo: read('Cargo.toml'),
};
const README_LINES = 151;

/** What is wrong with a link of the document at `path`, or undefined. */
function fault(path, target) {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [file, anchor] = target.split('#');
  const to = file === '' ? path : posix.normalize(posix.join(dirname(path), file));
  if (to.startsWith('..') || !existsSync(join(ROOT, to))) return `${path}: ${target} leads nowhere`;
  if (anchor === undefined) return undefined;
  if (!to.endsWith('.md')) return `${path}: ${target} has an anchor in a file without headings`;
  return anchorsIn(read(to)).includes(anchor) ? undefined : `${path}: ${target} names no heading of ${to}`;
}

function links({ test }) {
  test('there are documents, and links in them', () => {
    ok(ALL.length >= 20, `${ALL.length} documents`);
    ok(ALL.flatMap(({ text }) => linksIn(text)).length >= 60, 'fewer than 60 links');
  });
  for (const { path, text } of ALL)
    test(`those of ${path} lead somewhere`, () =>
      equal(
        linksIn(text)
          .map((target) => fault(path, target))
          .filter(Boolean),
        [],
      ));
  test('a wrong one is found', () => {
    for (const target of [
      'no.md',
      '../outside.md',
      '#no-such-heading',
      'docs/get-started.md#no-such-heading',
      'LICENSE-MIT#x',
    ])
      ok(fault('README.md', target), target);
    for (const target of ['docs', 'docs/get-started.md#deno', '#install', 'https://example.com/x'])
      equal(fault('README.md', target), undefined, target);
  });
  test('headings become anchors as on GitHub', () =>
    equal(anchorsIn('# A `b` c: d-e?\n## Two\n```\n# no heading\n```\n## Two\n### [Link](x.md), etc.\n'), [
      'a-b-c-d-e',
      'two',
      'two-1',
      'link-etc',
    ]));
  test('the index names every page of docs', () => {
    const pages = ALL.map(({ path }) => path).filter((path) => path.startsWith('docs/') && path !== 'docs/README.md');
    const named = linksIn(read('docs/README.md'));
    equal(
      pages.filter((page) => !named.includes(page.slice('docs/'.length))),
      [],
    );
  });
}

/** A code span that is a path of the repository: it has a slash or an ending that our files have, and no blank. */
const PATH = /^[\w.@-]+(\/[\w.@*-]+)*\/?$/;
const TOPS = /^(\.ci|\.github|docs|examples|pkg|scripts|src|tests|www|xtask)\//;
/** Made by the build. */
const BUILT = /^(pkg\/generated|target|tests\/\.work)\//;

function paths({ test }) {
  for (const name of ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'tests/vectors/README.md'])
    test(`those that ${name} names are there`, () => {
      const spans = [...prose(read(name)).matchAll(/`([^`\n]+)`/g)].map(([, span]) => span);
      const named = spans.filter((span) => PATH.test(span) && TOPS.test(span) && !BUILT.test(span));
      ok(named.length > 0, 'it names none');
      const all = files();
      const isThere = (path) => {
        if (!path.includes('*')) return existsSync(join(ROOT, path));
        const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`);
        return all.some((file) => pattern.test(file));
      };
      equal(
        named.filter((path) => !isThere(path)),
        [],
      );
    });
  test('ARCHITECTURE.md has every folder of the source', () => {
    const text = read('ARCHITECTURE.md');
    const folders = new Set(
      files()
        .filter((path) => /^(src|pkg|www|xtask|scripts)\/[^/]+\//.test(path))
        .map((path) => path.split('/').slice(0, 2).join('/')),
    );
    equal(
      [...folders].filter((folder) => !text.includes(`\`${folder}/\``)),
      [],
    );
  });
}

function project({ test }) {
  const page = repositoryPage();
  const [organisation] = page.split('/').slice(-2);
  test('both manifests name the same repository', () => {
    equal(MANIFESTS.npm.repository, { type: 'git', url: `git+${page}.git`, directory: 'pkg' });
    equal(MANIFESTS.npm.homepage, `${page}#readme`);
    equal(MANIFESTS.npm.bugs, `${page}/issues`);
    const inCargo = (name) => MANIFESTS.cargo.match(new RegExp(`^${name} = "(.*)"$`, 'm'))?.[1];
    equal([inCargo('repository'), inCargo('homepage')], [page, `${page}#readme`]);
  });
  test('every file that names the organisation names this repository', () => {
    const named = files()
      .filter((path) => /\.(md|yml|json|toml|js|mjs|rs|html)$/.test(path) && statSync(join(ROOT, path)).size < 1e6)
      .flatMap((path) => [...read(path).matchAll(/https:\/\/github\.com\/([\w-]+)\/([\w-]+)/g)].map((it) => [path, it]))
      .filter(([, [, owner, name]]) => owner === organisation || name === 'ably-edge-auth');
    ok(named.length >= 5, `${named.length} links`);
    equal(
      named.filter(([, [address]]) => address !== page).map(([path, [address]]) => `${path}: ${address}`),
      [],
    );
  });
  test('SECURITY.md says where to report, and the issue templates lead there', () => {
    const address = `${page}/security/advisories/new`;
    ok(read('SECURITY.md').includes(address), 'SECURITY.md');
    ok(read('.github/ISSUE_TEMPLATE/config.yml').includes(address), '.github/ISSUE_TEMPLATE/config.yml');
  });
  test('all manifests have one version, and one licence, whose texts are there', () => {
    const version = MANIFESTS.cargo.match(/^version = "(.*)"$/m)[1];
    equal(MANIFESTS.npm.version, version);
    equal(MANIFESTS.jsr.version, version);
    equal(MANIFESTS.jsr.license, MANIFESTS.npm.license);
    equal(MANIFESTS.npm.license, 'MIT OR Apache-2.0');
    ok(MANIFESTS.cargo.includes('license = "MIT OR Apache-2.0"'), 'Cargo.toml');
    ok(read('LICENSE-MIT').startsWith('MIT License\n'), 'LICENSE-MIT');
    ok(/^ *Apache License\n *Version 2\.0/.test(read('LICENSE-APACHE')), 'LICENSE-APACHE');
  });
  test(`README.md has fewer than ${README_LINES} lines`, () =>
    ok(read('README.md').split('\n').length < README_LINES, 'it has more: move a part to docs/'));
  test('the Rust in the documents is compiled', () => {
    const lib = read('src/lib.rs');
    equal(
      ALL.filter(({ text }) => /^```rust$/m.test(text))
        .map(({ path }) => path)
        .filter((path) => !lib.includes(`include_str!("../${path}")`)),
      [],
    );
  });
}

function productTables({ test }) {
  test('those of docs/capabilities-by-product.md are of today (if not, run node scripts/product-tables.mjs)', () => {
    const page = readFileSync(BY_PRODUCT, 'utf8');
    equal(withTables(page).split('\n'), page.split('\n'));
  });
  test('a page without the marks of a table is refused', () => {
    const error = thrownBy(() => withTables('# Capabilities by product\n'));
    ok(error.message.includes('lost the marks'), error.message);
  });
}

const KINDS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];

function changelog({ test }) {
  const text = read('CHANGELOG.md');
  const versions = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  test('begins with what is unreleased, then versions with their dates', () => {
    equal(versions[0], '[Unreleased]');
    for (const heading of versions.slice(1)) ok(/^\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$/.test(heading), heading);
  });
  test('sorts changes by the kinds of Keep a Changelog, each once a version', () => {
    for (const part of text.split(/^## /m).slice(1)) {
      const kinds = [...part.matchAll(/^### (.*)$/gm)].map(([, kind]) => kind);
      ok(kinds.length > 0, `no kinds: ${part.slice(0, 40)}`);
      equal(
        kinds,
        KINDS.filter((kind) => kinds.includes(kind)),
      );
    }
  });
  test('links every version', () => {
    const page = repositoryPage();
    for (const heading of versions) {
      const name = heading.match(/^\[(.*?)\]/)[1];
      ok(text.includes(`\n[${name}]: ${page}/`), name);
    }
  });
}

function errorCodes({ test }) {
  test('docs/errors.md has the entries of the package: run node scripts/error-codes.mjs', () => {
    const page = readFileSync(PAGE, 'utf8');
    ok(page === withEntries(page), 'the entries are not current');
  });
  test('of each code with several causes, the page says how to see which it is', () => {
    const several = codes.filter(({ causes }) => causes.length > 1).map(({ code }) => code);
    equal(
      several.filter((code) => !isExplainedByToken(code) && !(code in HOW_TO_SEE)),
      [],
    );
    equal(
      Object.keys(HOW_TO_SEE)
        .map(Number)
        .filter((code) => !several.includes(code) || isExplainedByToken(code)),
      [],
      'of no use',
    );
  });
}

const report = await runSubjects(
  { links, paths, project, 'product tables': productTables, changelog, 'error codes': errorCodes },
  {},
);
if (!print('documents', report)) process.exitCode = 1;
