// Writes the table of error codes into docs/errors.md: node scripts/error-codes.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorCodes } from '../pkg/errors/codes.js';
import { ROOT } from './run.mjs';

export const PAGE = join(ROOT, 'docs/errors.md');
const START = '<!-- The rest is written by scripts/error-codes.mjs from pkg/errors/. -->\n';

const GROUPS = [
  ['Requests', (code) => code < 40_100],
  ['Accounts, apps, keys and credentials', (code) => code < 40_140],
  ['Tokens and capabilities', (code) => code < 40_300],
  ['Permissions, content and rates', (code) => code < 80_000],
  ['Connections and channels', (code) => code < 100_000],
  ['Spaces, Chat, push notifications and AI Transport', () => true],
];

const HEAD = '| code | meaning | likely causes | what to do |\n|---|---|---|---|\n';

/** The page with its table as the package has it. */
export function withTable(page) {
  const at = page.indexOf(START);
  if (at === -1) throw new Error(`${PAGE} has no line ${START}`);
  return page.slice(0, at) + START + tables();
}

function tables() {
  const left = [...errorCodes];
  return GROUPS.map(([title, isIn]) => {
    const end = left.findIndex(({ code }) => !isIn(code));
    const entries = left.splice(0, end === -1 ? left.length : end);
    return `\n## ${title}\n\n${HEAD}${entries.map(row).join('')}`;
  }).join('');
}

function row({ code, statusCode, meaning, causes, remediation }) {
  const link = `[${code}](https://help.ably.io/error/${code})`;
  const cells = [statusCode === undefined ? link : `${link}, ${statusCode}`, meaning, causes.join('<br>'), remediation];
  return `| ${cells.map((cell, index) => (index === 0 ? cell : escaped(cell))).join(' | ')} |\n`;
}

const escaped = (text) => text.replace(/[*[\]|_]/g, '\\$&').replace(/<(?!br>)/g, '&lt;');

if (import.meta.url === pathToFileURL(process.argv[1]).href) writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8')));
