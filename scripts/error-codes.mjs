// Writes an entry for each error code into docs/errors.md: node scripts/error-codes.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorCodes } from '../pkg/errors/codes.js';
import { isExplainedByToken } from '../pkg/errors/findings.js';
import { HOW_TO_SEE } from './error-code-causes.mjs';
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

/** The page with its entries as the package has them. */
export function withEntries(page) {
  const at = page.indexOf(START);
  if (at === -1) throw new Error(`${PAGE} has no line ${START}`);
  return page.slice(0, at) + START + entries();
}

function entries() {
  const left = [...errorCodes];
  return GROUPS.map(([title, isIn]) => {
    const end = left.findIndex(({ code }) => !isIn(code));
    const group = left.splice(0, end === -1 ? left.length : end);
    return `\n## ${title}\n${group.map(entryText).join('')}`;
  }).join('');
}

/** The code alone is the heading, so that a link such as errors.md#40160 can be written by anyone. */
function entryText({ code, statusCode, meaning, causes, remediation, texts = [] }) {
  const lines = [
    `### ${code}`,
    `**${escaped(meaning)}.**${statusCode === undefined ? '' : ` HTTP status ${statusCode}.`}`,
  ];
  const [only, ...others] = causes.map(escaped);
  if (others.length === 0) lines.push(`Cause: ${only}.`);
  else lines.push('Causes, the most likely first:', [only, ...others].map((cause) => `- ${cause}`).join('\n'));
  const how = howToSee(code, others.length > 0);
  if (how !== undefined) lines.push(`How to see${others.length > 0 ? ' which' : ''}: ${how}`);
  lines.push(`Fix: ${escaped(remediation)}`);
  if (texts.length > 0) lines.push(`Messages: ${texts.map((text) => `\`${text}\``).join(', ')}.`);
  lines.push(`[Ably's page](https://help.ably.io/error/${code})`);
  return `\n${lines.join('\n\n')}\n`;
}

function howToSee(code, isOneOfSeveral) {
  if (isExplainedByToken(code))
    return `\`npx ably-edge-auth explain-error ${code} --token -\` reads it from the client's token.`;
  return isOneOfSeveral ? HOW_TO_SEE[code] : undefined;
}

const escaped = (text) => text.replace(/[*[\]|_]/g, '\\$&').replace(/</g, '&lt;');

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(PAGE, withEntries(readFileSync(PAGE, 'utf8')));
