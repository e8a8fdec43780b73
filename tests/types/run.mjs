// The published types: used rightly and wrongly by the .ts files here, under the libraries of each kind
// of environment; and name by name what the entries really export.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { execute, tsc } from '../packaging/processes.mjs';
import { compileExamples, everyFunctionHasOne } from './examples.mjs';
import { MODULES, SCRIPTS } from '../../scripts/build/entries.mjs';
import { checkImplementation } from './implementation.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PACKAGE = join(HERE, '../../pkg');
const WORK = join(HERE, '../.work/types');
const FETCH = join(HERE, 'platform/fetch.ts');
const WEBASSEMBLY = join(HERE, 'platform/webassembly.ts');
const WORKERS = join(HERE, '../packaging/node_modules/@cloudflare/workers-types/index.d.ts');
const OBJECTS = join(HERE, 'platform/workers.ts');

// What a user's compiler may know of the world. The types must not need more than the least of these.
const ENVIRONMENTS = [
  { name: 'nothing but ES2022', compiler: 'typescript', lib: 'es2022' },
  { name: 'nothing but ES2022, an old compiler', compiler: 'typescript-5', lib: 'es2022' },
  { name: 'browsers', compiler: 'typescript', lib: 'es2022,dom', extra: [FETCH, WEBASSEMBLY] },
  { name: 'browsers, an old compiler', compiler: 'typescript-5', lib: 'es2022,dom', extra: [FETCH, WEBASSEMBLY] },
  { name: 'Node.js', compiler: 'typescript', lib: 'es2022', types: ['node'], extra: [FETCH] },
  { name: 'Cloudflare Workers', compiler: 'typescript', lib: 'es2022', extra: [FETCH, WEBASSEMBLY, OBJECTS, WORKERS] },
];

const FUNCTIONS_TO_START = ['init', 'initSync'];
const OTHER_ENTRIES = [
  'node/index.js',
  'react-native.js',
  'workerd.js',
  'edge-light.js',
  'wasm.js',
  'generated/index.cjs',
];
const SANDBOX_ENTRIES = [
  'node/sandbox.js',
  'sandbox/react-native.js',
  'sandbox/workerd.js',
  'sandbox/edge-light.js',
  'generated/sandbox.cjs',
];

const total = { passed: 0, failed: 0 };
mkdirSync(WORK, { recursive: true });

const names = (await exportsOf('index.js')).sort();
for (const entry of OTHER_ENTRIES)
  await check(`${entry} exports what index.js does`, async () => {
    const expected = entry === 'wasm.js' ? [...names, ...FUNCTIONS_TO_START] : names;
    assert.deepEqual((await exportsOf(entry)).sort(), expected.sort());
  });

const sandboxNames = (await exportsOf('sandbox.js')).sort();
for (const entry of SANDBOX_ENTRIES)
  await check(`${entry} exports what sandbox.js does`, async () => {
    assert.deepEqual((await exportsOf(entry)).sort(), sandboxNames);
  });

const productNames = await exportsOf('products.js');
for (const entry of Object.keys(SCRIPTS).filter((name) => !/^(index|sandbox)$/.test(name)))
  await check(`generated/${entry}.cjs exports what the ES module does`, async () => {
    assert.deepEqual((await exportsOf(`generated/${entry}.cjs`)).sort(), (await exportsOf(MODULES[entry])).sort());
  });

const ENTRIES = {
  'ably-edge-auth': { entry: 'index.js', names },
  'ably-edge-auth/wasm': { entry: 'wasm.js', names: [...names, ...FUNCTIONS_TO_START] },
  'ably-edge-auth/errors': { entry: 'errors.js', names: await exportsOf('errors.js') },
  'ably-edge-auth/products': { entry: 'products.js', names: productNames },
  'ably-edge-auth/stores': { entry: 'stores.js', names: await exportsOf('stores.js') },
  'ably-edge-auth/node': { entry: 'node.js', names: await exportsOf('node.js') },
  'ably-edge-auth/webhook': { entry: 'webhook.js', names: await exportsOf('webhook.js') },
  'ably-edge-auth/sandbox': { entry: 'sandbox.js', names: sandboxNames },
};
for (const store of ['durable-object', 'indexed-db']) {
  const entry = `sandbox/${store}.js`;
  ENTRIES[`ably-edge-auth/sandbox/${store}`] = { entry, names: await exportsOf(entry) };
}
for (const [specifier, { names }] of Object.entries(ENTRIES))
  writeNames(`${specifier.replaceAll('/', '-')}-names`, specifier, names);
await check('what the JavaScript exports is what is declared', () =>
  checkImplementation(ENTRIES, { here: HERE, work: WORK, environment: [FETCH, WEBASSEMBLY] }),
);

await check('every function has an example', everyFunctionHasOne);
await check('each example compiles', () => compileExamples({ here: HERE, work: WORK, compiler: 'typescript' }));

// Two at a time is what a small machine bears.
const waiting = [...ENVIRONMENTS];
await Promise.all([work(), work()]);

console.log(`types: ${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function work() {
  for (let next = waiting.shift(); next; next = waiting.shift())
    await check(`types: ${next.name}`, () => compile(next));
}

async function compile({ name, compiler, lib, types = [], extra = [] }) {
  const settings = join(WORK, `${name.replace(/\W+/g, '-')}.tsconfig.json`);
  writeFileSync(
    settings,
    JSON.stringify({
      extends: join(HERE, 'tsconfig.json'),
      compilerOptions: { lib: lib.split(','), types },
      files: extra,
    }),
  );
  await execute([...tsc(compiler), '--project', settings], { cwd: HERE });
}

/** A file that compiles when the types of an entry declare each of these names and no other. */
function writeNames(file, entry, names) {
  const text = `import type * as types from '${entry}';
export const names: Record<keyof typeof types, true> = ${JSON.stringify(Object.fromEntries(names.map((name) => [name, true])))};
`;
  writeFileSync(join(WORK, `${file}.ts`), text);
}

/** What an entry exports, without running it: no runtime has them all. */
async function exportsOf(entry) {
  const path = join(PACKAGE, entry);
  if (entry.endsWith('.cjs')) return Object.keys(createRequire(import.meta.url)(path));
  const { metafile } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    outfile: 'out.js',
    external: ['*.wasm', '*.wasm?module', 'node:*'],
    logLevel: 'silent',
  });
  return metafile.outputs['out.js'].exports;
}

async function check(name, run) {
  const start = performance.now();
  try {
    await run();
    total.passed++;
    console.log(`ok      ${seconds(start)}  ${name}`);
  } catch (error) {
    total.failed++;
    console.log(`FAILED  ${seconds(start)}  ${name}\n${error.message.replace(/^/gm, '        ')}`);
  }
}

function seconds(start) {
  return `${((performance.now() - start) / 1000).toFixed(1).padStart(5)} s`;
}
