// npm run build: everything that pkg/ needs before it can be imported or packed.
//
//   src/**.rs --cargo--> .wasm --wasm-bindgen--> .wasm + glue --wasm-opt, esbuild--> generated/*.wasm, *.js
//
// for the main module and for the sandbox; then bundles of pkg/ with both. Two lanes, for two cores: the
// main module is made ready while the sandbox compiles.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { INTERMEDIATE } from './build/entries.mjs';
import { GENERATED, MAIN, PACKAGE, SANDBOX } from './build/modules.mjs';
import { shipTables } from './build/products.mjs';
import { buildBindgen, compile, fetchCrates } from './build/rust.mjs';
import { step, writeWhole } from './build/step.mjs';
import { copyDocuments } from './documents.mjs';
import { ROOT } from './run.mjs';
import { setup } from './setup.mjs';

/** Resolves when everything is built. `whenMainIsReady` is called earlier, when all but the sandbox and the bundles is. */
export async function build(whenMainIsReady = () => {}) {
  setup();
  shipTables();
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
  const { bundleAll } = await import('./build/bundles.mjs');
  const { writeTypes } = await import('./build/types.mjs');
  const { REPORT, measureAll } = await import('./size.mjs');
  const files = {
    inputs: [
      ...readdirSync(PACKAGE)
        .filter((name) => /^(?!generated$)\w+$|\.(js|d\.ts)$/.test(name))
        .map((name) => join(PACKAGE, name)),
      ...INTERMEDIATE.map((name) => join(GENERATED, name)),
      join(ROOT, 'scripts/build'),
      join(ROOT, 'package-lock.json'),
    ],
    outputs: [GENERATED],
  };
  await step('bundles', files, async () => {
    const written = [...(await bundleAll()), ...writeTypes()];
    removeOthers(written);
    writeWhole(REPORT, `${JSON.stringify(measureAll(), null, 2)}\n`);
  });
}

/** Removes the scripts and declarations of earlier builds, which would be published. */
function removeOthers(written) {
  for (const name of readdirSync(GENERATED))
    if (/\.(c?js|d\.c?ts)$/.test(name) && !written.includes(name) && !INTERMEDIATE.includes(name))
      rmSync(join(GENERATED, name));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await build();
