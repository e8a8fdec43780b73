// npm run bench: measures everybody in every runtime that is here, and says how the goals stand.
//
//   npm run bench                         all of it, about half an hour
//   npm run bench -- node memory          only these parts
//   npm run bench -- --rounds 31          more of them
//   npm run bench -- --readme             also draws the chart of docs/performance.md and writes the figures beside it
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages } from '../../scripts/packages.mjs';
import { stop } from '../../scripts/run.mjs';
import { HERE, ROOT, WORK } from './places.mjs';

installPackages(join(ROOT, 'tests'));
installPackages(HERE);
const ours = await import('../../pkg/index.js');
const { find } = await import('../runtimes/find.mjs');
const { measureInBrowser } = await import('./browsers.mjs');
const { measureCalls } = await import('./calls.mjs');
const { isTold } = await import('./cpu.mjs');
const { measureFresh } = await import('./fresh.mjs');
const { measureHttp } = await import('./http.mjs');
const { measureInWorkerd } = await import('./workerd.mjs');
const { measureKeystrokes } = await import('./keystroke.mjs');
const { measureNative } = await import('./native.mjs');
const { measureStarts } = await import('./starts.mjs');
const { INSIDE, blocksOfToken, boundOf } = await import('./inside.mjs');
const { goals } = await import('./goals.mjs');
const { printGoals, printTables } = await import('./table.mjs');
const { updatePage } = await import('./page.mjs');

const { values, positionals } = read();
const rounds = Number(values.rounds);
if (!(rounds >= 1)) stop(`--rounds is ${values.rounds}, and takes a number from 1 on.`);
if (values.readme && positionals.length > 0) stop('--readme shows every part: name none.');

function read() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { rounds: { type: 'string', default: '15' }, readme: { type: 'boolean' } },
    });
  } catch (error) {
    return stop(`${error.message.split('. ')[0]}. There are --rounds and --readme, and the names of parts.`);
  }
}

const answer = (program, ...args) => JSON.parse(execFileSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 28 }));
const shell =
  (program, ...args) =>
  () =>
    answer(program, ...args, join(HERE, 'shell-node.mjs'), String(rounds));
const version = (program) => execFileSync(program, ['--version'], { encoding: 'utf8' }).match(/\d[\w.-]*/)[0];
const browser = (name) => () => measureInBrowser(name, { rounds });

const RUNTIMES = {
  node: { label: 'Node.js', program: process.execPath, run: shell(process.execPath) },
  'newer-node': { label: 'Node.js', program: find('node'), run: shell(find('node')) },
  deno: {
    label: 'Deno',
    program: find('deno'),
    run: shell(
      find('deno'),
      'run',
      '--no-prompt',
      '--allow-env',
      '--allow-read',
      '--allow-sys',
      '--node-modules-dir=manual',
    ),
  },
  bun: { label: 'Bun', program: find('bun'), run: shell(find('bun')) },
  workerd: { label: 'workerd', program: find('workerd'), run: () => measureInWorkerd({ rounds }) },
  chromium: { label: 'Chromium', program: find('chromium'), run: browser('chromium') },
  firefox: { label: 'Firefox', program: find('firefox'), run: browser('firefox') },
  native: { label: 'Rust', program: 'rustc', run: () => measureNative({ rounds }) },
  ...Object.fromEntries(
    Object.entries({ node: 'Node.js', deno: 'Deno', bun: 'Bun', workerd: 'workerd' }).map(([name, label]) => [
      `http-${name}`,
      {
        label: `${label} over HTTP`,
        program: name === 'node' ? process.execPath : find(name),
        run: () => measureHttp(name, { rounds }),
      },
    ]),
  ),
  calls: { label: 'In process, Node.js', program: process.execPath, run: () => measureCalls({ rounds }) },
  fresh: { label: 'workerd, started for one request,', program: find('workerd'), run: () => measureFresh({ rounds }) },
  page: { label: 'The page, Chromium', program: find('chromium'), run: () => measureKeystrokes({ rounds }) },
  starts: { label: 'A fresh process, Node.js', program: process.execPath, run: () => measureStarts({ rounds }) },
  servers: {
    label: 'Over the loopback, Node.js',
    program: process.execPath,
    run: () => answer(process.execPath, join(HERE, 'servers.mjs'), String(rounds)),
  },
};
/** Not who is faster: what it costs to do more of it. */
const COSTS = {
  growth: { program: process.execPath, run: () => answer(process.execPath, join(HERE, 'growth.mjs'), String(rounds)) },
  memory: { program: process.execPath, run: () => answer(process.execPath, '--expose-gc', join(HERE, 'memory.mjs')) },
  connections: {
    program: isTold ? process.execPath : undefined,
    run: () => answer(process.execPath, join(HERE, 'connections.mjs')),
  },
};
const PARTS = { ...RUNTIMES, ...COSTS };

const wanted = positionals.length > 0 ? positionals : Object.keys(PARTS);
const unknown = wanted.filter((name) => !(name in PARTS));
if (unknown.length > 0) stop(`There is no part ${unknown.join()}; there are ${Object.keys(PARTS).join(', ')}.`);

const report = {
  date: new Date().toISOString(),
  processor: cpus()[0]?.model,
  cores: cpus().length,
  // Of the last minute, before anything is measured: on a busy machine only ratios say something.
  load: loadavg()[0],
  peers: JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8')).devDependencies,
  rounds,
  runtimes: {},
};
const blocks = blocksOfToken(ours);
for (const name of wanted) {
  const { label, program, run } = PARTS[name];
  if (program === undefined) {
    console.log(`SKIPPED: ${name} (this machine does not have what it needs)`);
    continue;
  }
  process.stderr.write(`${name} … `);
  const start = performance.now();
  const works = await run();
  if (works[INSIDE]) works[INSIDE] = boundOf(works[INSIDE], blocks);
  const part = { label, version: version(program), works };
  if (name in COSTS) report[name] = part;
  else report.runtimes[name] = part;
  process.stderr.write(`${((performance.now() - start) / 1000).toFixed(0)} s\n`);
}
report.goals = goals(report);

mkdirSync(WORK, { recursive: true });
const file = join(WORK, 'report.json');
writeFileSync(file, `${JSON.stringify(report)}\n`);
printTables(report);
printGoals(report.goals);
if (values.readme) updatePage(report);
console.log(`\nEvery time of every round is in ${file}`);
// Unlike a time, this depends on no machine.
if (report.goals.some(({ where, met }) => where === 'memory' && !met)) process.exitCode = 1;
