// Compiles and starts the sandbox's module, which is a file of its own: who only signs does not load it.
import { initSync } from '../generated/ably_edge_auth_sandbox.js';
import { explained } from '../not-started.js';

let running = false;

/** @param {WebAssembly.Module | BufferSource} source */
export function loadSandboxSync(source) {
  if (running) return;
  try {
    initSync({ module: source });
  } catch (cause) {
    throw explained(cause, 'use the sandbox in a worker');
  }
  running = true;
}
