// The one place where the module is compiled, so that a refusal can say what its cause is.
import { fillAccessTokenCapabilities } from './access-token.js';
import { started } from './frame.js';
import { AblyAuthError } from './error.js';
import { initSync } from './generated/ably_edge_auth.js';

let running = false;

/** @param {WebAssembly.Module | BufferSource} source */
export function loadSync(source) {
  // Once only: a second instance would give out the numbers of the first one's issuers again.
  if (running) return;
  try {
    started(initSync({ module: source }));
    fillAccessTokenCapabilities();
  } catch (cause) {
    throw explained(cause);
  }
  running = true;
}

/** @param {WebAssembly.Module | BufferSource | Response | URL | string | Promise<unknown>} source */
export async function load(source) {
  let compiled;
  try {
    compiled = await compile(await source);
  } catch (cause) {
    throw explained(cause);
  }
  // All the waiting is over: from here on it is as if the module had been at hand.
  loadSync(compiled);
}

async function compile(source) {
  if (typeof source === 'string' || Object.prototype.toString.call(source) === '[object URL]') source = await fetch(source);
  if (!(typeof Response === 'function' && source instanceof Response)) return source instanceof WebAssembly.Module ? source : WebAssembly.compile(source);
  if (!source.ok) throw new Error(`${source.url} answered ${source.status}`);
  // Compiles while it loads, which wants the right media type.
  if (WebAssembly.compileStreaming && source.headers.get('Content-Type')?.startsWith('application/wasm')) return WebAssembly.compileStreaming(source);
  return WebAssembly.compile(await source.arrayBuffer());
}

function explained(cause) {
  return new AblyAuthError({ kind: 'usage', message: `ably-edge-auth could not start: ${reason(cause)}`, cause });
}

function reason(cause) {
  const words = String(cause?.message);
  if (typeof WebAssembly === 'undefined')
    return 'this runtime has no WebAssembly (iOS Lockdown Mode takes it away)';
  if (/disallowed by embedder|dynamic wasm code generation/i.test(words))
    return "this runtime compiles no WebAssembly from bytes; bundle for it with the export condition 'workerd' or 'edge-light'";
  if (/content.security|\bcsp\b|unsafe-eval/i.test(words))
    return "this page's Content-Security-Policy lacks 'wasm-unsafe-eval' in its script-src";
  if (!WebAssembly.validate(NEEDED))
    return 'this browser is too old: it lacks WebAssembly SIMD or reference types (Chrome has both since 96, Firefox since 89, Safari since 16.4)';
  if (/larger than 4 ?KB/i.test(words))
    return "this browser compiles no module of this size at import (Chrome does since 115); import 'ably-edge-auth/wasm' and await its init()";
  return words;
}

// The smallest module with what ours needs: () -> v128 { drop(ref.null extern); i8x16.popcnt(i8x16.splat(0)) }
const NEEDED = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 208, 111, 26,
  65, 0, 253, 15, 253, 98, 11,
]);
