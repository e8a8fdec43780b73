// The runtimes: what has to be there, and the commands that run the suite in each.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { find } from './find.mjs';
import { TESTS } from './stage.mjs';

const script = (name) => join(TESTS, 'runtimes', `${name}.mjs`);
const SOURCES = ['bytes', 'module', 'a response', 'initSync', 'initSync while init waits'];

/** The suite, and `ably-edge-auth/wasm` started in every way there is, each in a process of its own. */
const commands = (program, version, { suite, asyncInit, args = [], sources = SOURCES }) => [
  [program, ...args, script(suite)],
  ...sources.map((source) => [program, ...(asyncInit ?? args), script('async-init'), version, source]),
];

const node = (program) => commands(program, `Node.js ${ask(program, '--version').slice(1)}`, { suite: 'node' });
const ask = (program, option) => execFileSync(program, [option], { encoding: 'utf8' }).split('\n')[0].trim();

/** By name: what is run, given the program; and the program, which is undefined when it is missing. */
export const RUNTIMES = {
  node: { program: process.execPath, commands: node },
  'newer node': { program: find('node'), commands: node, from: 'npm' },
  deno: {
    program: find('deno'),
    from: 'npm',
    commands: (program) =>
      commands(program, ask(program, '--version').replace(/^deno (\S+).*/, 'Deno $1'), {
        suite: 'deno',
        args: ['run', '--no-prompt'],
        asyncInit: ['run', '--no-prompt', `--allow-read=${TESTS}`],
        sources: [...SOURCES, 'its address'],
      }),
  },
  bun: {
    program: find('bun'),
    from: 'npm',
    commands: (program) =>
      commands(program, `Bun ${ask(program, '--version')}`, { suite: 'bun', sources: [...SOURCES, 'its address'] }),
  },
  workerd: { program: find('workerd'), from: 'npm', commands: () => [[process.execPath, script('workerd')]] },
  chromium: { program: find('chromium'), from: 'the system', commands: () => [[process.execPath, script('chromium')]] },
  firefox: { program: find('firefox'), from: 'the system', commands: () => [[process.execPath, script('firefox')]] },
};
