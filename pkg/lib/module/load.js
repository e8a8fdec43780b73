// The one place where the module is started, so that a refusal can say what its cause is.
import { compile } from './compile.js';
import { started } from './shared-buffer.js';
import { initSync } from '../../generated/ably_edge_auth.js';
import { explained } from './load-error.js';

const INSTEAD = "import 'ably-edge-auth/wasm' and await its init()";

let running = false;

/** @param {WebAssembly.Module | BufferSource} source */
export function loadSync(source) {
  // Once only: a second instance would give out the numbers of the first one's issuers again.
  if (running) return;
  try {
    started(initSync({ module: source }));
  } catch (cause) {
    throw explained(cause, INSTEAD);
  }
  running = true;
}

/** @param {WebAssembly.Module | BufferSource | Response | URL | string | Promise<unknown>} source */
export async function load(source) {
  let compiled;
  try {
    compiled = await compile(await source);
  } catch (cause) {
    throw explained(cause, INSTEAD);
  }
  // All the waiting is over: from here on it is as if the module had been at hand.
  loadSync(compiled);
}
