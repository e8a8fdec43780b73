// The runtimes: what has to be there, and the commands that run the suite in each.
import { join } from 'node:path';
import { find } from './find.mjs';
import { TESTS } from './stage.mjs';
import { execFileSync } from './start.mjs';

const script = (name) => join(TESTS, 'runtimes', `${name}.mjs`);
const SOURCES = ['bytes', 'module', 'a response', 'initSync', 'initSync while init waits'];

/**
 * The suite; what goes over the network, to the test server at `origin`; and `ably-edge-auth/wasm` started
 * in every way there is: each in a process of its own.
 */
const commands = (program, version, origin, { suite, network, asyncInit, args = [], sources = SOURCES }) => [
  [program, ...args, script(suite)],
  [program, ...(network ?? args), script('network'), version, origin],
  ...sources.map((source) => [program, ...(asyncInit ?? args), script('async-init'), version, source]),
];

const node = (program, origin) => {
  const version = `Node.js ${ask(program, '--version').slice(1)}`;
  const alone = (name, ...args) => [program, ...args, join(TESTS, 'network', `${name}.mjs`), version, origin];
  return [
    ...commands(program, version, origin, { suite: 'node' }),
    alone('left-open', '--expose-gc'),
    alone('many-targets'),
  ];
};
/** A script that runs the suite, or with an origin what goes over the network. */
const withNetwork =
  (name, ...further) =>
  (_, origin) => [
    [process.execPath, script(name)],
    ...[name, ...further].map((name) => [process.execPath, script(name), origin]),
  ];
const browser = (name) => (program, origin) => [
  ...withNetwork(name)(program, origin),
  [process.execPath, script('browser-sandbox'), name],
];
const ask = (program, option) => execFileSync(program, [option], { encoding: 'utf8' }).split('\n')[0].trim();

/** By name: what is run, given the program and the test server's origin; and the program, which is undefined when it is missing. */
export const RUNTIMES = {
  node: { program: process.execPath, commands: node },
  'newer node': { program: find('node'), commands: node, from: 'npm' },
  deno: {
    program: find('deno'),
    from: 'npm',
    commands: (program, origin) => {
      const version = ask(program, '--version').replace(/^deno (\S+).*/, 'Deno $1');
      const network = ['run', '--no-prompt', '--allow-net=127.0.0.1'];
      const how = {
        suite: 'deno',
        args: ['run', '--no-prompt'],
        network,
        asyncInit: ['run', '--no-prompt', `--allow-read=${TESTS}`],
        sources: [...SOURCES, 'its address'],
      };
      return [...commands(program, version, origin, how), [program, ...network, script('realtime-server'), version]];
    },
  },
  bun: {
    program: find('bun'),
    from: 'npm',
    commands: (program, origin) => {
      const version = `Bun ${ask(program, '--version')}`;
      const how = { suite: 'bun', sources: [...SOURCES, 'its address'] };
      return [...commands(program, version, origin, how), [program, script('realtime-server'), version]];
    },
  },
  workerd: {
    program: find('workerd'),
    from: 'npm',
    commands: (program, origin) => [
      ...withNetwork('workerd', 'workerd-requests')(program, origin),
      [process.execPath, script('workerd-sandbox')],
      [process.execPath, script('workerd-kv')],
    ],
  },
  chromium: { program: find('chromium'), from: 'the system', commands: browser('chromium') },
  firefox: { program: find('firefox'), from: 'the system', commands: browser('firefox') },
};
