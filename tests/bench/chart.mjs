// The chart of the README: how long one token takes, in each runtime, beside the others.
import { median } from './measure.mjs';

const WORK = 'sign, usual';
const SHOWN = ['ours: Issuer.token', 'node:crypto by hand', 'fast-jwt', 'WebCrypto by hand', 'jose', 'hono/jwt'];
const ROW = 18;
const LEFT = 190;
const WIDTH = 760;

export function drawChart({ runtimes, date, processor }) {
  const shown = Object.values(runtimes).filter(({ works }) => works[WORK]);
  const parts = [];
  let y = 56;
  for (const { label, version, works } of shown) {
    const rows = SHOWN.filter((name) => works[WORK][name]).map((name) => [name, median(works[WORK][name])]);
    const longest = Math.max(...rows.map(([, ns]) => ns));
    parts.push(text(16, y, `${label} ${version}`, 'name'));
    y += 8;
    for (const [name, ns] of rows) {
      const length = Math.max(1, ((WIDTH - LEFT - 110) * ns) / longest);
      parts.push(text(LEFT - 8, y + 12, name.replace(/^ours: /, 'ably-edge-auth, '), 'who'));
      parts.push(`<rect x="${LEFT}" y="${y + 2}" width="${length.toFixed(1)}" height="12" class="${name.startsWith('ours') ? 'ours' : 'theirs'}"/>`);
      parts.push(text(LEFT + length + 6, y + 12, `${(ns / 1000).toFixed(1)} µs`, 'time'));
      y += ROW;
    }
    y += 26;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" font-family="system-ui, sans-serif" font-size="12">
<title>Time for one token, by runtime and library</title>
<style>
text { fill: #333 } .name { font-weight: 600 } .who { text-anchor: end } .ours { fill: #d6336c } .theirs { fill: #adb5bd }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .theirs { fill: #5c636a } }
</style>
${text(16, 24, 'Time for one token (median; shorter is better)', 'name')}
${parts.join('\n')}
${text(16, y - 8, `${escape(processor ?? '')}, ${date.slice(0, 10)}; npm run bench`, 'note')}
</svg>
`;
}

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const text = (x, y, words, name) => `<text x="${x.toFixed(1)}" y="${y}" class="${name}">${escape(words)}</text>`;
