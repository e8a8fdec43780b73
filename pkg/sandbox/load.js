// Compiles and starts the sandbox's module. It is a separate file, so that programs without a sandbox do not load it.
import { compile } from '../lib/module/compile.js';
import { initSync } from '../generated/ably_edge_auth_sandbox.js';
import { AblyAuthError } from '../lib/error.js';
import { explained } from '../lib/module/load-error.js';
import { hasWebAssembly, noWebAssembly } from '../lib/module/no-webassembly.js';

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

/**
 * For an entry that starts the module. Without WebAssembly it does not fail, but createSandbox does.
 * @param {() => BufferSource} read
 */
export function loadSandboxOnImport(read) {
  if (hasWebAssembly()) loadSandboxSync(read());
}

export function demandSandbox() {
  if (running) return;
  if (!hasWebAssembly()) throw noWebAssembly();
  throw new AblyAuthError({
    kind: 'usage',
    message: 'the module has not started',
    remediation: "await init() of 'ably-edge-auth/sandbox/wasm' first",
  });
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
