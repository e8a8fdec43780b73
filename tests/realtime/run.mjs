// Runs the cases in the runtimes that are named, or in all: node tests/realtime/run.mjs node deno
import { execute } from '../runtimes/execute.mjs';
import { drivePages } from '../runtimes/browser/drive.mjs';
import { RUNTIMES } from '../runtimes/runtimes.mjs';
import { stage, TESTS } from '../runtimes/stage.mjs';
import { serveWorlds } from './worlds.mjs';

const SHELL = `${TESTS}realtime/shell.mjs`;
/** What a program is told before the script; null for a browser. */
const SHELLS = {
  node: [],
  'newer node': [],
  deno: ['run', '--no-prompt', '--allow-net=127.0.0.1', '--allow-read', '--allow-env', '--allow-sys'],
  bun: [],
  chromium: null,
  firefox: null,
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in SHELLS));
if (unknown.length > 0)
  throw new Error(`There is no runtime ${unknown.join()}; there are ${Object.keys(SHELLS).join(', ')}.`);

stage();
const worlds = await serveWorlds();
for (const name of names.length > 0 ? names : Object.keys(SHELLS)) {
  const { program, from } = RUNTIMES[name];
  if (program === undefined) {
    const why = from === 'npm' ? 'npm has installed none for this platform' : 'it is not installed';
    console.log(`SKIPPED: ably-js in ${name} (${why})`);
  } else if (SHELLS[name] === null) {
    await drivePages(name, [`/realtime?${worlds.origin}`], 'ably-js');
  } else if (!(await execute([program, ...SHELLS[name], SHELL, name, worlds.origin]))) process.exitCode = 1;
}
await worlds.close();
