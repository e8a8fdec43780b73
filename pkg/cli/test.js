// test: decides the assertions of a file of capability tests.
import { realpathSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { homepage } from './version.js';
import { decideAll } from './test/assertions.js';
import { FORMATS } from './test/formats.js';
import { readTests } from './test/read-file.js';

const DEFAULT_FILE = 'capability.test.json';

export const command = {
  summary: 'Test what your capabilities allow and deny',
  args: [{ name: 'FILE', text: `The test file. Defaults to ${DEFAULT_FILE}` }],
  flags: {
    format: {
      value: 'FORMAT',
      choices: Object.keys(FORMATS),
      text: 'pretty (the default), github (annotations), junit (XML) or sarif',
    },
  },
  exclusive: [
    ['format', 'json'],
    ['format', 'pretty-json'],
  ],
  notes:
    'The form of the file is described by ably-edge-auth/capability-test.schema.json. The exit code is 1\nif an assertion fails, and 2 if the file cannot be read.',
  examples: [
    [undefined, 'test'],
    ['In GitHub Actions', 'test --format github'],
    ['For a report', 'test auth/capability.test.json --format junit > report.xml'],
  ],
  run,
};

async function run({ values, positionals, env, output }) {
  const file = positionals[0] ?? DEFAULT_FILE;
  const results = await decideAll(readTests(file));
  const failed = results.filter(({ passed }) => !passed).length;
  if (output.json !== undefined)
    output.result({ test: { ok: failed === 0, passed: results.length - failed, failed, assertions: results } });
  else {
    const format = FORMATS[values.format ?? 'pretty'];
    const paint = (colour, text) => output.paint(colour, text);
    for (const line of format(results, { file: inRepository(file, env), page: homepage, paint })) output.print(line);
  }
  return failed === 0 ? 0 : 1;
}

/** Annotations name files as the repository does. */
function inRepository(file, { GITHUB_WORKSPACE }) {
  const root = GITHUB_WORKSPACE || process.cwd();
  const path = relative(realpathSync(root), realpathSync(resolve(file))).replaceAll('\\', '/');
  return path.startsWith('../') ? file.replaceAll('\\', '/') : path;
}
