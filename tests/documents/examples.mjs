// Runs the examples of README.md and docs/*.md as they are there, each in its own runtime, on the packed package.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { find } from '../runtimes/find.mjs';
import { print } from '../runtimes/report.mjs';
import { STAGE, stage } from '../runtimes/stage.mjs';
import { equal } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import { documents } from './markdown.mjs';
import { EXPECTED, RUNNERS } from './runners.mjs';

/** How many examples of each page run, and where: one that loses its mark would go unnoticed. */
const ALL = {
  'README.md': ['workers'],
  'docs/capabilities-by-product.md': ['node', 'node'],
  'docs/capabilities.md': ['html', 'node'],
  'docs/errors.md': ['node'],
  'docs/issue.md': ['workers', 'deno', 'node'],
  'docs/sandbox.md': ['node'],
  'docs/verify.md': ['node'],
  'docs/webhooks.md': ['node'],
};

stage();
const folder = join(STAGE, 'documents');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);

/** The fenced blocks that say where they run: ```js deno, and ```html for the browser. */
const examples = documents()
  .filter(({ path }) => path === 'README.md' || path.startsWith('docs/'))
  .flatMap(({ path, text }) =>
    [...text.matchAll(/^```(?:js (workers|deno|node)|(html))\n(.*?)^```$/gms)].map(([, runtime, html, source]) => ({
      path,
      runtime: runtime ?? html,
      source,
    })),
  );

const NEEDS = { workers: 'workerd', deno: 'deno', node: undefined, html: 'chromium' };
const runnable = examples.filter(({ path, runtime }) => {
  const missing = NEEDS[runtime] !== undefined && find(NEEDS[runtime]) === undefined;
  if (missing) console.log(`SKIPPED: the example for ${runtime} in ${path} (${NEEDS[runtime]} is not installed)`);
  return !missing;
});

const report = await runSubjects(
  {
    'README and docs'({ test }) {
      test('have these examples', () => {
        const found = {};
        for (const { path, runtime } of examples) (found[path] ??= []).push(runtime);
        equal(found, ALL);
      });
      const seen = {};
      for (const [index, { path, runtime, source }] of runnable.entries()) {
        const name = `${path}, ${runtime}`;
        seen[name] = (seen[name] ?? 0) + 1;
        test(seen[name] === 1 ? name : `${name} ${seen[name]}`, async () =>
          EXPECTED(source, await RUNNERS[runtime](source, folder, index)),
        );
      }
    },
  },
  {},
);
if (!print('README and docs', report)) process.exitCode = 1;
