// Compiles and starts the sandbox's module. It is a separate file, so that programs without a sandbox do not load it.
import { compile } from '../lib/module/compile.js';
import { initSync } from '../generated/ably_edge_auth_sandbox.js';
import { explained } from '../lib/module/load-error.js';

const INSTEAD = "import 'ably-edge-auth/sandbox/wasm' and await its init()";

let running = false;

/** @param {WebAssembly.Module | BufferSource} source */
export function loadSandboxSync(source) {
  if (running) return;
  try {
    initSync({ module: source });
  } catch (cause) {
    throw explained(cause, INSTEAD);
  }
  running = true;
}

/** @param {WebAssembly.Module | BufferSource | Response | URL | string | Promise<unknown>} source */
export async function loadSandbox(source) {
  let compiled;
  try {
    compiled = await compile(await source);
  } catch (cause) {
    throw explained(cause, INSTEAD);
  }
  loadSandboxSync(compiled);
}
