// No file in tests/ lies there without being run: from what the steps of `npm test` and the scripts of package.json
// start, each is reached over names in strings, as imports and started programs have them.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { equal, ok } from '../js/assert.mjs';

const STARTS = ['package.json', 'scripts/steps.mjs'];
/** Those of tests/types/ are taken in by a pattern, and the vectors have a test of their own in tests/js/. */
const IS_CODE = /\.([cm]?js|cts|mts|py|sh|rs|json)$/;
const NOT_OURS = ['node_modules', '.work', 'target', 'corpus', 'vectors'];
/** The frameworks find the files of their apps by their own rules; tests/frameworks/run.mjs runs every folder. */
const APP = /^tests\/frameworks\/[^/]+\//;
const BY_PATTERN = {
  'tests/packaging/fixtures/workers/workerd.test.mjs': 'tests/packaging/fixtures/cloudflare.vitest.config.mjs',
};

function filesIn(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return NOT_OURS.includes(entry.name) ? [] : filesIn(root, path);
    return IS_CODE.test(entry.name) && entry.name !== 'package-lock.json' ? [path] : [];
  });
}

/** Whether a text names a file in a string, with or without what comes before and its extension. */
function named(path) {
  const stem = basename(path, extname(path)).replaceAll('.', '\\.');
  return new RegExp(`[/'"\`]${stem}(?:\\.[a-z]+)?['"\`/ ]`);
}

function unreached(root) {
  const files = [...STARTS, ...['tests', 'scripts'].flatMap((folder) => filesIn(root, folder))].filter(
    (path) => !path.endsWith('.rs') && !APP.test(path),
  );
  const texts = new Map(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  const left = new Map(files.filter((path) => !STARTS.includes(path)).map((path) => [path, named(path)]));
  const reached = [...STARTS];
  for (const path of reached)
    for (const [other, name] of left)
      if (BY_PATTERN[other] === path || name.test(texts.get(path))) {
        left.delete(other);
        reached.push(other);
      }
  return { unreached: [...left.keys()], count: reached.length };
}

/** Cargo compiles those files only that some other has as a module. */
function rustWithoutModule(root) {
  const files = ['src', 'tests/rust', 'xtask/src'].flatMap((folder) => filesIn(root, folder));
  const rust = files.filter((path) => path.endsWith('.rs'));
  const texts = rust.map((path) => readFileSync(join(root, path), 'utf8'));
  const lost = rust.filter((path) => {
    const name = basename(path) === 'mod.rs' ? basename(join(path, '..')) : basename(path, '.rs');
    return (
      !['main', 'lib'].includes(name) &&
      !texts.some((text) => new RegExp(`^\\s*(pub(\\([a-z]+\\))? )?mod ${name};`, 'm').test(text))
    );
  });
  return { lost, count: rust.length };
}

export const reached =
  (root) =>
  ({ test }) => {
    test('every script is run', () => {
      const { unreached: lost, count } = unreached(root);
      ok(count > 200, `${count} files`);
      equal(lost, []);
    });
    test('every Rust file is a module', () => {
      const { lost, count } = rustWithoutModule(root);
      ok(count > 100, `${count} files`);
      equal(lost, []);
    });
  };
