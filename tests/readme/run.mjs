// Runs the examples of the README as they stand there, each in its own runtime, on the packed package.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { find } from '../runtimes/find.mjs';
import { print } from '../runtimes/report.mjs';
import { STAGE, stage, TESTS } from '../runtimes/stage.mjs';
import { equal } from '../suite/assert.mjs';
import { runSubjects } from '../suite/harness.mjs';
import { EXPECTED, RUNNERS } from './runners.mjs';

stage();
const folder = join(STAGE, 'readme');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);

/** The fenced blocks that say where they run: ```js deno, and ```html for the browser. */
const readme = readFileSync(join(TESTS, '..', 'README.md'), 'utf8');
const examples = [...readme.matchAll(/^```(?:js (workers|deno|node)|(html))\n(.*?)^```$/gms)].map(
  ([, runtime, html, source], index) => ({ runtime: runtime ?? html, source, index }),
);

const NEEDS = { workers: 'workerd', deno: 'deno', node: undefined, html: 'chromium' };
const runnable = examples.filter(({ runtime }) => {
  const missing = NEEDS[runtime] !== undefined && find(NEEDS[runtime]) === undefined;
  if (missing) console.log(`SKIPPED: the README's example for ${runtime} (${NEEDS[runtime]} is not installed)`);
  return !missing;
});

const report = await runSubjects(
  {
    README({ test }) {
      test('has an example for each runtime', () =>
        equal([...new Set(examples.map(({ runtime }) => runtime))].sort(), ['deno', 'html', 'node', 'workers']));
      for (const { runtime, source, index } of runnable)
        test(`example ${index + 1}, ${runtime}`, async () =>
          EXPECTED(source, await RUNNERS[runtime](source, folder, index)));
    },
  },
  {},
);
if (!print('README', report)) process.exitCode = 1;
