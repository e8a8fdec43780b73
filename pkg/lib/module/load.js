// The only place that starts the module, so that every failure is explained in the same way.
import { compile } from './compile.js';
import { started } from './shared-buffer.js';
import { initSync } from '../../generated/ably_edge_auth.js';
import { explained } from './load-error.js';
import { hasWebAssembly } from './no-webassembly.js';

const INSTEAD = "import 'ably-edge-auth/wasm' and await its init()";

let running = false;

/** @param {WebAssembly.Module | BufferSource} source */
export function loadSync(source) {
  // Only once: a second instance would reuse the numbers of the first one's issuers.
  if (running) return;
  try {
    started(initSync({ module: source }));
  } catch (cause) {
    throw explained(cause, INSTEAD);
  }
  running = true;
}

/**
 * For an entry that starts the module. Without WebAssembly it does not fail, because an import that fails takes the whole
 * program with it: every call says it.
 * @param {() => BufferSource} read
 */
export function loadOnImport(read) {
  if (hasWebAssembly()) loadSync(read());
}

/** @param {WebAssembly.Module | BufferSource | Response | URL | string | Promise<unknown>} source */
export async function load(source) {
  let compiled;
  try {
    compiled = await compile(await source);
  } catch (cause) {
    throw explained(cause, INSTEAD);
  }
  // The module is compiled, so the rest is synchronous.
  loadSync(compiled);
}
