// Runs the JavaScript suite in the runtimes that are named, or in all: node tests/run.mjs deno bun
import { execute } from './runtimes/execute.mjs';
import { RUNTIMES } from './runtimes/runtimes.mjs';
import { stage } from './runtimes/stage.mjs';

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in RUNTIMES));
if (unknown.length > 0) throw new Error(`There is no runtime ${unknown.join()}; there are ${Object.keys(RUNTIMES).join(', ')}.`);

stage();
for (const name of names.length > 0 ? names : Object.keys(RUNTIMES)) {
  const { program, commands, from } = RUNTIMES[name];
  if (program === undefined) {
    console.log(`SKIPPED: the JavaScript suite in ${name} (${from === 'npm' ? 'npm has installed none for this platform' : 'it is not installed'})`);
    continue;
  }
  for (const command of commands(program)) if (!(await execute(command))) process.exitCode = 1;
}
