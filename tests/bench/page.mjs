// The chart of docs/performance.md and the figures beside it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, ratio } from './arithmetic.mjs';
import { drawChart, figure, machine } from './chart.mjs';
import { CONSTANT, OURS, SIGNS_ONLY, WITH_JOSE } from './endpoints.mjs';
import { HERE, ROOT } from './places.mjs';
import { OVER_HTTP } from './work-names.mjs';

const [BEGIN, END] = ['<!-- written by npm run bench -- --readme -->', '<!-- end of what npm run bench wrote -->'];
const TABLES = {
  'one token issued': [
    'sign, usual',
    { 'ours: Issuer.token': '**`createIssuer(…).token`**', 'ours: issueJwtSync': '**`issueJwtSync`**' },
  ],
  'one token verified': ['verify, usual', { 'ours: verifyJwt': '**`verifyJwt`**' }],
};

export const PAGE = join(ROOT, 'docs/performance.md');

export function updatePage(report) {
  const page = withFigures(readFileSync(PAGE, 'utf8'), section(report));
  writeFileSync(join(HERE, 'chart.svg'), drawChart(report));
  writeFileSync(PAGE, page);
}

/** The page with these figures between its marks. */
export function withFigures(page, figures) {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('docs/performance.md has lost the marks around its figures.');
  return `${page.slice(0, begin)}${BEGIN}\n${figures}\n${page.slice(end)}`;
}

function section(report) {
  const runtimes = Object.values(report.runtimes).filter(({ works }) => works['sign, usual']?.jose);
  return [
    '![Time for one token, by runtime and library](../tests/bench/chart.svg)',
    '',
    ...Object.entries(TABLES).flatMap(([title, [work, ours]]) => [...table(title, work, ours, runtimes), '']),
    ...endpointTable(Object.values(report.runtimes).filter(({ works }) => works[OVER_HTTP])),
    '',
    `Medians of ${report.rounds} rounds on ${machine(report)}, ${report.date.slice(0, 10)}; \`npm run bench -- --readme\` made chart and tables.`,
  ].join('\n');
}

/** Rates as a share of the rate at which the same server gives a constant answer. */
function endpointTable(runtimes) {
  const row = (...cells) => `| ${cells.join(' | ')} |`;
  const shareOf = ({ works }, name) => ratio(works[OVER_HTTP][CONSTANT], works[OVER_HTTP][name]).median.toFixed(2);
  const names = { [OURS]: '**`createTokenEndpoint`**', [SIGNS_ONLY]: SIGNS_ONLY, [WITH_JOSE]: WITH_JOSE };
  return [
    row('requests a second, as a share of those of a constant answer', ...runtimes.map(({ label }) => label)),
    row('---', ...runtimes.map(() => '--:')),
    ...Object.entries(names).map(([name, shown]) => row(shown, ...runtimes.map((runtime) => shareOf(runtime, name)))),
  ];
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
