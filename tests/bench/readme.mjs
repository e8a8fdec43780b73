// The chart of the README and the figures beside it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './arithmetic.mjs';
import { drawChart, figure, machine } from './chart.mjs';
import { HERE, ROOT } from './places.mjs';

const [BEGIN, END] = ['<!-- written by npm run bench -- --readme -->', '<!-- as far as this -->'];
const TABLES = {
  'one token issued': [
    'sign, usual',
    { 'ours: Issuer.token': '**`createIssuer(…).token`**', 'ours: issueJwtSync': '**`issueJwtSync`**' },
  ],
  'one token verified': ['verify, usual', { 'ours: verifyJwt': '**`verifyJwt`**' }],
};

export function updateReadme(report) {
  const file = join(ROOT, 'README.md');
  const readme = readFileSync(file, 'utf8');
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('README.md has lost the marks between which the figures stand.');
  writeFileSync(join(HERE, 'chart.svg'), drawChart(report));
  writeFileSync(file, `${readme.slice(0, begin)}${BEGIN}\n${section(report)}\n${readme.slice(end)}`);
}

function section(report) {
  const runtimes = Object.values(report.runtimes).filter(({ works }) => works['sign, usual']?.jose);
  return [
    '![Time for one token, by runtime and library](tests/bench/chart.svg)',
    '',
    ...Object.entries(TABLES).flatMap(([title, [work, ours]]) => [...table(title, work, ours, runtimes), '']),
    `Medians of ${report.rounds} rounds on ${machine(report)}, ${report.date.slice(0, 10)}; \`npm run bench -- --readme\` made chart and tables.`,
  ].join('\n');
}

function table(title, work, ours, runtimes) {
  // In the order of the runtime that has most of them.
  const all = runtimes.map(({ works }) => Object.keys(works[work])).sort((one, other) => other.length - one.length);
  const names = new Set(all.flat().filter((name) => name in ours || !name.startsWith('ours')));
  const row = (...cells) => `| ${cells.join(' | ')} |`;
  return [
    row(`µs for ${title}`, ...runtimes.map(({ label, version }) => `${label} ${version.split('.')[0]}`)),
    row('---', ...runtimes.map(() => '--:')),
    ...[...names].map((name) =>
      row(
        ours[name] ?? name,
        ...runtimes.map(({ works }) => (works[work][name] ? figure(median(works[work][name]) / 1000) : '')),
      ),
    ),
  ];
}
