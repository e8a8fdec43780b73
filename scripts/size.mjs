// Measures the built package. `npm run size` prints the sizes and checks the budgets; with --functions it also prints the
// sections and functions of the wasm files. The build stores the numbers in pkg/generated/sizes.json.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import * as modules from './build/modules.mjs';
import { MAIN, SANDBOX } from './budgets.mjs';
import { printFunctions } from './functions.mjs';
import { importSizes, outdated, isSummaryOutdated, PAGE, README } from './import-sizes.mjs';

export const REPORT = join(modules.GENERATED, 'sizes.json');

function measure(...names) {
  const sum = { raw: 0, gzip: 0, brotli: 0 };
  for (const name of names) {
    const bytes = readFileSync(join(modules.PACKAGE, name));
    sum.raw += bytes.length;
    sum.gzip += gzipSync(bytes, { level: 9 }).length;
    sum.brotli += brotliCompressSync(bytes).length;
  }
  return sum;
}

/** The scripts of a folder of the package, including its subfolders unless it is the top folder. */
function scriptsIn(folder) {
  const names = readdirSync(join(modules.PACKAGE, folder), { recursive: folder !== '.' });
  return names.filter((name) => name.endsWith('.js') && name !== 'cli.js').map((name) => join(folder, name));
}

export function measureAll() {
  const wasm = 'generated/ably_edge_auth.wasm';
  const glue = 'generated/ably_edge_auth.js';
  const sandbox = ['generated/ably_edge_auth_sandbox.wasm', 'generated/ably_edge_auth_sandbox.js'];
  const written = ['.', 'lib', 'edge', 'sandbox', 'stores', 'webhook'].flatMap(scriptsIn);
  return {
    wasm: measure(wasm),
    glue: measure(glue),
    'wasm + glue': measure(wasm, glue),
    'sandbox: wasm + glue': measure(...sandbox),
    'hand-written JavaScript': measure(...written),
    'library, bundled': measure('generated/library.js', 'generated/common.js'),
    'embedded text': measure('generated/text.js'),
    'sandbox: embedded text': measure('generated/sandbox-text.js'),
  };
}

function print(sizes) {
  const row = (name, ...cells) =>
    console.log(name.padEnd(36) + cells.map((cell) => String(cell).padStart(10)).join(''));
  row('bytes', 'raw', 'gzip -9', 'brotli');
  for (const [name, { raw, gzip, brotli }] of Object.entries(sizes)) row(name, raw, gzip, brotli);
}

function check(name, gzip, budget) {
  console.log(`${name}, gzipped: ${gzip} of at most ${budget} bytes (${Math.round((gzip / budget) * 100)} %)`);
  if (gzip <= budget) return;
  console.error('Over the budget: find out what grew, or raise the budget deliberately in scripts/budgets.mjs.');
  process.exitCode = 1;
}

function notBuilt() {
  console.error('Nothing is built yet: run `npm run build` first.');
  process.exitCode = 1;
}

/** Checks the sizes in docs/performance.md and README.md. */
async function checkPages() {
  const sizes = await importSizes();
  const wrong = outdated(readFileSync(PAGE, 'utf8'), sizes);
  if (isSummaryOutdated(readFileSync(README, 'utf8'), sizes)) wrong.push('the size in README.md');
  if (wrong.length === 0) return;
  console.error(
    `Sizes in docs/performance.md or README.md are out of date: ${wrong.join(', ')}. Run: node scripts/import-sizes.mjs`,
  );
  process.exitCode = 1;
}

async function report() {
  if (!existsSync(REPORT)) return notBuilt();
  const sizes = JSON.parse(readFileSync(REPORT, 'utf8'));
  print(sizes);
  check('wasm + glue', sizes['wasm + glue'].gzip, MAIN);
  check('sandbox: wasm + glue', sizes['sandbox: wasm + glue'].gzip, SANDBOX);
  await checkPages();
  if (process.argv[2] !== '--functions') return;
  for (const { name, wasm, symbols } of [modules.MAIN, modules.SANDBOX])
    if (existsSync(symbols)) printFunctions(`${name}.wasm`, readFileSync(wasm), readFileSync(symbols, 'utf8'));
    else notBuilt();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await report();
