// node scripts/import-sizes.mjs: writes the table of docs/performance.md that says what each import costs, and the size in
// README.md. `npm run size` fails if they have become wrong by more than a twentieth.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { MAIN, PACKAGE, SANDBOX } from './build/modules.mjs';
import { ROOT } from './run.mjs';

export const PAGE = join(ROOT, 'docs/performance.md');
export const README = join(ROOT, 'README.md');
/** What README.md says of the import of this name. */
const SMALLEST = 'issueJwtSync';
const SUMMARY = /\b(\d+) KB, of which (\d+) are the module/;
const MARKS = ['<!-- table by import, by scripts/import-sizes.mjs -->\n', '<!-- end of table by import -->'];
/** As a share, and for what is small, in KB. */
const TOLERANCE = [0.05, 0.1];

/** What is imported from where, and the modules that it loads. */
const IMPORTS = [
  ['issueJwtSync', 'ably-edge-auth', [MAIN]],
  ['verifyJwt', 'ably-edge-auth', [MAIN]],
  ['checkCapability', 'ably-edge-auth', [MAIN]],
  ['createTokenEndpoint', 'ably-edge-auth', [MAIN]],
  ['verifyRequest', 'ably-edge-auth', [MAIN]],
  ['createAccess', 'ably-edge-auth', [MAIN]],
  ['revokeTokens', 'ably-edge-auth', [MAIN]],
  ['explainError', 'ably-edge-auth/errors', [MAIN]],
  ['explainFeature', 'ably-edge-auth/products', [MAIN]],
  ['durableObjectStore', 'ably-edge-auth/stores', []],
  ['verifyWebhook', 'ably-edge-auth/webhook', []],
  ['createSandbox', 'ably-edge-auth/sandbox', [SANDBOX]],
];

const gzip = (bytes) => gzipSync(bytes, { level: 9 }).length;

/** As a Worker is bundled, which gets the modules as files of their own. */
async function measure(name, specifier) {
  const { outputFiles } = await build({
    stdin: { contents: `export { ${name} } from '${specifier}';`, resolveDir: PACKAGE },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    conditions: ['workerd'],
    external: ['*.wasm', 'node:*', 'ws'],
    logLevel: 'error',
  });
  return gzip(outputFiles[0].contents);
}

export async function importSizes() {
  return Promise.all(
    IMPORTS.map(async ([name, specifier, modules]) => {
      const script = await measure(name, specifier);
      const wasm = modules.reduce((sum, it) => sum + gzip(readFileSync(it.wasm)), 0);
      return { name, specifier, script, wasm };
    }),
  );
}

const kb = (bytes, digits = 1) => (bytes === 0 ? '' : (bytes / 1024).toFixed(digits));

function table(sizes) {
  const rows = sizes.map(
    ({ name, specifier, script, wasm }) =>
      `| \`${name}\` | \`${specifier}\` | ${kb(script)} | ${kb(wasm)} | ${kb(script + wasm)} |\n`,
  );
  return `| KB, gzipped | from | JavaScript | WebAssembly | together |\n| --- | --- | --: | --: | --: |\n${rows.join('')}`;
}

function parts(page) {
  const [from, to] = [page.indexOf(MARKS[0]), page.indexOf(MARKS[1])];
  if (from < 0 || to < from) throw new Error('docs/performance.md has lost the marks of the table by import.');
  return [page.slice(0, from + MARKS[0].length), page.slice(from + MARKS[0].length, to), page.slice(to)];
}

/** The imports whose stated size is out of date, each with its size. */
export function outdated(page, sizes) {
  const [, written] = parts(page);
  return sizes
    .filter(({ name, script, wasm }) => {
      const [, said] = new RegExp(`^\\| \`${name}\` .* ([\\d.]+) \\|$`, 'm').exec(written) ?? [];
      const is = (script + wasm) / 1024;
      return said === undefined || Math.abs(Number(said) - is) > Math.max(TOLERANCE[0] * is, TOLERANCE[1]);
    })
    .map(({ name, script, wasm }) => `${name} is ${kb(script + wasm)} KB`);
}

/** Whether the sizes in README.md are out of date. */
export function isSummaryOutdated(readme, sizes) {
  const said = summary(readme).slice(1).map(Number);
  return smallest(sizes).some((bytes, i) => Math.abs(said[i] - bytes / 1024) > (TOLERANCE[0] * bytes) / 1024);
}

function summary(readme) {
  const found = SUMMARY.exec(readme);
  if (found === null) throw new Error(`README.md has lost the size of ${SMALLEST}.`);
  return found;
}

/** The bytes of the import together, and of its WebAssembly. */
function smallest(sizes) {
  const { script, wasm } = sizes.find(({ name }) => name === SMALLEST);
  return [script + wasm, wasm];
}

function withSummary(readme, sizes) {
  const [together, wasm] = smallest(sizes).map((bytes) => kb(bytes, 0));
  return readme.replace(summary(readme)[0], `${together} KB, of which ${wasm} are the module`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [before, , after] = parts(readFileSync(PAGE, 'utf8'));
  const sizes = await importSizes();
  writeFileSync(PAGE, before + table(sizes) + after);
  writeFileSync(README, withSummary(readFileSync(README, 'utf8'), sizes));
}
