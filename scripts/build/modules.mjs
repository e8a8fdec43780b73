// The two wasm modules that the crate compiles to, and the paths of their files.
import { join } from 'node:path';
import { ROOT } from '../run.mjs';

export const PACKAGE = join(ROOT, 'pkg');
export const GENERATED = join(PACKAGE, 'generated');
/** Cargo's output folder for WebAssembly. It is not the default one, so that it can compile at the same time as the build tool. */
export const WASM_TARGET = join(ROOT, 'target/wasm');
/** The folder for intermediate files and for stamps of finished steps. */
export const WORK = join(ROOT, 'target/build');

/** What the main module and the package's JavaScript agree on. */
export const ABI = join(GENERATED, 'abi.js');

/** `embedded` is the wasm file as a JavaScript module. */
function module({ name, features, embedded }) {
  return {
    name,
    features,
    compiled: join(WORK, `${name}.compiled.wasm`),
    bound: join(WORK, name),
    /** The names of the shipped module's functions, for `npm run size -- --functions`. */
    symbols: join(WORK, `${name}.symbols`),
    wasm: join(GENERATED, `${name}.wasm`),
    glue: join(GENERATED, `${name}.js`),
    embedded: join(GENERATED, embedded),
  };
}

export const MAIN = module({ name: 'ably_edge_auth', features: 'javascript', embedded: 'bytes.js' });
export const SANDBOX = module({
  name: 'ably_edge_auth_sandbox',
  features: 'sandbox-javascript',
  embedded: 'sandbox-bytes.js',
});
