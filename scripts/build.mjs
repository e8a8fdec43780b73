// npm run build: everything that pkg/ needs before it can be imported or packed.
//
//   src/**.rs --cargo--> .wasm --wasm-bindgen--> .wasm + glue --wasm-opt, esbuild--> generated/*.wasm, *.js
//
// for the main module and for the sandbox; then bundles of pkg/*.js with both. Two lanes, for two cores: the
// main module is made ready while the sandbox compiles.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ABI, MAIN, PACKAGE, SANDBOX } from './build/modules.mjs';
import { shipFeatures } from './build/products.mjs';
import { buildBindgen, compile, fetchCrates } from './build/rust.mjs';
import { step, writeWhole } from './build/step.mjs';
import { copyDocuments } from './documents.mjs';
import { ROOT, stop } from './run.mjs';
import { setup } from './setup.mjs';

/** Resolves when everything is built. `whenMainIsReady` is called earlier, when all but the sandbox and the bundles is. */
export async function build(whenMainIsReady = () => {}) {
  setup();
  shipFeatures();
  // Not before setup, which installs esbuild.
  const { ship, shipAbi } = await import('./build/wasm.mjs');
  await fetchCrates();
  await Promise.all([buildBindgen(), compile(MAIN)]);
  shipAbi();
  const main = ship(MAIN).then(whenMainIsReady);
  await compile(SANDBOX);
  await Promise.all([main, ship(SANDBOX)]);
  await bundles();
  copyDocuments();
}

async function bundles() {
  const { bundle } = await import('./build/bundle.mjs');
  const { REPORT, measureAll } = await import('./size.mjs');
  const oneFile = join(PACKAGE, 'generated/index.js');
  const modules = [MAIN, SANDBOX];
  const files = {
    inputs: [
      ...['index.js', 'sandbox.js', 'lib', 'edge', 'sandbox'].map((path) => join(PACKAGE, path)),
      ABI,
      ...modules.flatMap(({ types, glue, wasm }) => [types, glue, wasm]),
      join(ROOT, 'scripts/build'),
      join(ROOT, 'package-lock.json'),
    ],
    outputs: [oneFile, REPORT, ...modules.flatMap(({ commonjs, commonjsTypes }) => [commonjs, commonjsTypes])],
  };
  await step('bundles', files, async () => {
    await bundle('commonjs', MAIN.source, MAIN.commonjs);
    await bundle('commonjs beside index.cjs', SANDBOX.source, SANDBOX.commonjs);
    await bundle('one file', MAIN.source, oneFile);
    for (const module of modules) writeWhole(module.commonjsTypes, commonjsTypes(module));
    writeWhole(REPORT, `${JSON.stringify(measureAll(), null, 2)}\n`);
  });
}

/** The same text under the name that makes TypeScript read it as CommonJS. */
function commonjsTypes({ types }) {
  const text = readFileSync(types, 'utf8');
  if (/from ['"]\.\//.test(text))
    stop(`${types} imports a neighbour, which its CommonJS copy in another folder would not find. Keep it one file.`);
  return text;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await build();
