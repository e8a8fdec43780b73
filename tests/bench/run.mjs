// npm run bench: measures everybody in every runtime that is here, and says how the goals stand.
//
//   npm run bench                         all of it, some minutes
//   npm run bench -- node deno            only these runtimes
//   npm run bench -- --rounds 31          more of them
//   npm run bench -- --chart FILE         also draws the chart of the README
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages } from '../../xtask/packages.mjs';
import { HERE, ROOT, WORK } from './places.mjs';

installPackages(join(ROOT, 'tests'));
installPackages(HERE);
const { find } = await import('../runtimes/find.mjs');
const { measureInBrowser } = await import('./browsers.mjs');
const { measureInWorkerd } = await import('./workerd.mjs');
const { measureNative } = await import('./native.mjs');
const { measureStarts } = await import('./starts.mjs');
const { drawChart } = await import('./chart.mjs');
const { goals } = await import('./goals.mjs');
const { printGoals, printTables } = await import('./table.mjs');

const { values, positionals } = parseArgs({ allowPositionals: true, options: { rounds: { type: 'string', default: '15' }, chart: { type: 'string' } } });
const rounds = Number(values.rounds);

const shell = (program, ...args) => () => JSON.parse(execFileSync(program, [...args, join(HERE, 'shell-node.mjs'), String(rounds)], { encoding: 'utf8', maxBuffer: 2 ** 28 }));
const version = (program) => execFileSync(program, ['--version'], { encoding: 'utf8' }).split('\n')[0].replace(/^v|^deno |^workerd /g, '').split(' ')[0];
const browser = (name) => () => measureInBrowser(name, { rounds });

const RUNTIMES = {
  node: { label: 'Node.js', program: process.execPath, run: shell(process.execPath) },
  'newer-node': { label: 'Node.js', program: find('node'), run: shell(find('node')) },
  deno: { label: 'Deno', program: find('deno'), run: shell(find('deno'), 'run', '--no-prompt', '--allow-env', '--allow-read', '--allow-sys', '--node-modules-dir=manual') },
  bun: { label: 'Bun', program: find('bun'), run: shell(find('bun')) },
  workerd: { label: 'workerd', program: find('workerd'), run: () => measureInWorkerd({ rounds }) },
  chromium: { label: 'Chromium', program: find('chromium'), run: browser('chromium') },
  firefox: { label: 'Firefox', program: find('firefox'), run: browser('firefox') },
  native: { label: 'Rust', program: 'cargo', run: () => measureNative({ rounds }) },
  starts: { label: 'start', program: process.execPath, run: () => measureStarts({ rounds }) },
};

const wanted = positionals.length > 0 ? positionals : Object.keys(RUNTIMES);
const unknown = wanted.filter((name) => !(name in RUNTIMES));
if (unknown.length > 0) throw new Error(`There is no runtime ${unknown.join()}; there are ${Object.keys(RUNTIMES).join(', ')}.`);

const report = { date: new Date().toISOString(), processor: cpus()[0]?.model, rounds, runtimes: {} };
for (const name of wanted) {
  const { label, program, run } = RUNTIMES[name];
  if (program === undefined) {
    console.log(`SKIPPED: ${name} (it is not installed)`);
    continue;
  }
  process.stderr.write(`${name} … `);
  const start = performance.now();
  report.runtimes[name] = { label, version: version(program), works: await run() };
  process.stderr.write(`${((performance.now() - start) / 1000).toFixed(0)} s\n`);
}

mkdirSync(WORK, { recursive: true });
const file = join(WORK, 'report.json');
writeFileSync(file, `${JSON.stringify(report)}\n`);
printTables(report);
printGoals(goals(report));
if (values.chart) writeFileSync(values.chart, drawChart(report));
console.log(`\nEvery time of every round is in ${file}`);
