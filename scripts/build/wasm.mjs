// Turns a compiled module into the shipped files: runs wasm-bindgen and wasm-opt, minifies the glue, embeds the wasm.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, ask, runAsync, stop } from '../run.mjs';
import { minifyGlue } from './glue.mjs';
import { embed } from './embed.mjs';
import { ABI, GENERATED } from './modules.mjs';
import { step, writeWhole } from './step.mjs';

const BINDGEN = join(ROOT, 'target/debug', process.platform === 'win32' ? 'xtask.exe' : 'xtask');
const WASM_OPT = join(ROOT, 'node_modules/binaryen/bin/wasm-opt');
/** The default features of rustc's target, and SIMD. */
const FEATURES = [
  'simd',
  'bulk-memory',
  'mutable-globals',
  'nontrapping-float-to-int',
  'reference-types',
  'multivalue',
  'sign-ext',
];
/**
 * Rebuilds the control flow, which LLVM leaves with more branches than needed, and optimises for size; twice, because the
 * first round shows more to the second. Large functions with one caller are not inlined, what is computed twice is not
 * kept in a local, and locals are not merged: all of that is larger, but compresses better. Nothing is stored in the first
 * KB of memory, where the stack would end, so that a constant part of an address goes into the instruction. Together this
 * saves 4 % of the gzipped module.
 */
const REBUILD = ['--flatten', '--rereloop', '-Oz', '-Oz'];
const SMALLER = [
  ...[...REBUILD, ...REBUILD],
  ...['--low-memory-unused', '--optimize-added-constants-propagate'],
  '--one-caller-inline-max-function-size=30',
  ...['--skip-pass=local-cse', '--skip-pass=merge-locals'],
];
const STRIP = ['--strip-debug', '--strip-producers', '--strip-target-features'];

/** What the build tool prints of the boundary between the module and its JavaScript. */
export function printAbi() {
  const { ok, text, words } = ask(BINDGEN, 'abi');
  if (!ok) stop(`${BINDGEN} abi failed:`, words);
  return text;
}

/** In no step: to print it takes less time than to find out whether it has changed. */
export const shipAbi = () => writeWhole(ABI, printAbi());

export function ship(module) {
  const files = {
    inputs: [
      module.compiled,
      join(ROOT, 'xtask/src'),
      join(ROOT, 'scripts/build'),
      join(ROOT, 'package-lock.json'),
      join(ROOT, 'Cargo.lock'),
    ],
    outputs: [module.symbols, module.wasm, module.glue, module.embedded],
  };
  return step(module.name, files, async () => {
    mkdirSync(GENERATED, { recursive: true });
    await runAsync(BINDGEN, [module.compiled, module.name, module.bound]);
    // Not with -g, which keeps the names in the module but turns off optimisations.
    const options = [...SMALLER, ...STRIP, `--symbolmap=${module.symbols}`];
    await wasmOpt(join(module.bound, `${module.name}.wasm`), options, module.wasm);
    await minifyGlue(join(module.bound, `${module.name}.js`), module.glue);
    writeWhole(module.embedded, embed(readFileSync(module.wasm)));
  });
}

const wasmOpt = (from, options, to) =>
  runAsync(process.execPath, [WASM_OPT, from, ...options, ...FEATURES.map((name) => `--enable-${name}`), '-o', to]);
