// Explains why the module could not be compiled or started, and what to do about it.
import { AblyAuthError } from '../error.js';
import { hasWebAssembly, noWebAssembly } from './no-webassembly.js';

/** @param {string} instead what to do in a browser that does not compile a module of this size during import */
export function explained(cause, instead) {
  if (!hasWebAssembly()) return noWebAssembly(cause);
  return new AblyAuthError({
    kind: 'usage',
    message: `ably-edge-auth could not start: ${reason(cause, instead)}`,
    cause,
  });
}

function reason(cause, instead) {
  const words = String(cause?.message);
  if (/disallowed by embedder|dynamic wasm code generation/i.test(words))
    return "this runtime does not compile WebAssembly from bytes; bundle with the export condition 'workerd' or 'edge-light'";
  if (/content.security|\bcsp\b|unsafe-eval/i.test(words))
    return "this page's Content-Security-Policy lacks 'wasm-unsafe-eval' in its script-src";
  // Node.js reserves many GB of address space for each memory, so that the processor detects accesses out of bounds.
  if (/out of memory|(cannot|could not) allocate/i.test(words))
    return 'there is not enough memory or address space (ulimit -v); start Node.js with --disable-wasm-trap-handler, on the command line or in NODE_OPTIONS, so that it reserves only what it needs';
  if (!WebAssembly.validate(NEEDED))
    return 'this browser is too old: it lacks WebAssembly SIMD or reference types (Chrome has both since 96, Firefox since 89, Safari since 16.4)';
  if (/larger than 4 ?KB/i.test(words))
    return `this browser does not compile a module of this size during import (Chrome does since 115); ${instead}`;
  return words;
}

// A minimal module that needs the same features as ours: () -> v128 { drop(ref.null extern); i8x16.popcnt(i8x16.splat(0)) }
const NEEDED = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 208, 111, 26, 65, 0, 253, 15, 253,
  98, 11,
]);
