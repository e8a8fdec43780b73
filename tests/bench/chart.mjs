// The chart of docs/performance.md: how long one token takes, in each runtime, beside the others.
import { median } from './arithmetic.mjs';

const WORK = 'sign, usual';
/** Those of ours that make one token; the others are all shown. */
const OURS = {
  'ours: Issuer.token': 'createIssuer(…).token',
  'ours: issueJwtSync': 'issueJwtSync',
  'ours: Issuer::issue': 'Issuer::issue',
  'ours: issue': 'issue',
};
const COLUMNS = 2;
const PANEL = { width: 430, row: 17, names: 196, times: 60, above: 34, below: 20 };
const TOP = 44;
const BOTTOM = 30;

export function drawChart({ runtimes, date, processor, cores, rounds }) {
  const panels = Object.values(runtimes)
    .filter(({ works }) => works[WORK])
    .map(({ label, version, works }) => ({ title: `${label} ${version}`, rows: rowsOf(works[WORK]) }));
  const parts = [];
  let y = TOP;
  for (let first = 0; first < panels.length; first += COLUMNS) {
    const beside = panels.slice(first, first + COLUMNS);
    for (const [column, panel] of beside.entries()) parts.push(...drawPanel(panel, column * PANEL.width, y));
    y += Math.max(...beside.map(({ rows }) => rows.length)) * PANEL.row + PANEL.above + PANEL.below;
  }
  const [width, height] = [COLUMNS * PANEL.width, y + BOTTOM];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="12">
<title>Time for one token, by runtime and library</title>
<style>
.page { fill: #fff } text { fill: #24292f } .title { font-weight: 600 } .name, .ours-name { text-anchor: end } .ours-name { font-weight: 600 }
.note { fill: #57606a } .ours { fill: #e8590c } .theirs { fill: #b8c0c8 }
@media (prefers-color-scheme: dark) { .page { fill: #0d1117 } text { fill: #e6edf3 } .note { fill: #9198a1 } .theirs { fill: #545d68 } }
</style>
<rect class="page" width="${width}" height="${height}" rx="6"/>
${text(16, 26, 'Time for one token in µs: shorter is better', 'title')}
${parts.join('\n')}
${text(16, height - 14, `Medians of ${rounds} rounds, ${machine({ processor, cores })}, ${date.slice(0, 10)}`, 'note')}
</svg>
`;
}

/** What kind of machine it was. */
export function machine({ processor, cores }) {
  return `${cores} cores of ${processor ?? 'an unknown processor'}`;
}

/** Fastest first. */
function rowsOf(times) {
  return Object.entries(times)
    .filter(([name]) => name in OURS || !name.startsWith('ours'))
    .map(([name, each]) => ({ name: OURS[name] ?? name, isOurs: name in OURS, us: median(each) / 1000 }))
    .sort((one, other) => one.us - other.us);
}

function drawPanel({ title, rows }, x, y) {
  const left = x + PANEL.names;
  const longest = Math.max(...rows.map(({ us }) => us));
  return [
    text(x + 16, y + 20, title, 'title'),
    ...rows.flatMap(({ name, isOurs, us }, index) => {
      const top = y + PANEL.above + index * PANEL.row;
      const length = Math.max(1.5, ((PANEL.width - PANEL.names - PANEL.times) * us) / longest);
      return [
        text(left - 8, top + 10, name, isOurs ? 'ours-name' : 'name'),
        `<rect x="${left}" y="${top}" width="${length.toFixed(1)}" height="12" class="${isOurs ? 'ours' : 'theirs'}"/>`,
        text(left + length + 6, top + 10, figure(us), ''),
      ];
    }),
  ];
}

/** As exact as it can be. */
export function figure(us) {
  if (us < 1) return us.toFixed(2);
  return us.toFixed(us < 10 ? 1 : 0);
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const text = (x, y, words, name) =>
  `<text x="${x.toFixed(1)}" y="${y}"${name && ` class="${name}"`}>${escaped(words)}</text>`;
