// Why a module could not be compiled or started, in words that say what to do.
import { AblyAuthError } from '../error.js';

/** `instead`: what to do in a browser that compiles nothing this large at import. */
export function explained(cause, instead) {
  return new AblyAuthError({
    kind: 'usage',
    message: `ably-edge-auth could not start: ${reason(cause, instead)}`,
    cause,
  });
}

function reason(cause, instead) {
  const words = String(cause?.message);
  if (typeof WebAssembly === 'undefined') return 'this runtime has no WebAssembly (iOS Lockdown Mode takes it away)';
  if (/disallowed by embedder|dynamic wasm code generation/i.test(words))
    return "this runtime compiles no WebAssembly from bytes; bundle for it with the export condition 'workerd' or 'edge-light'";
  if (/content.security|\bcsp\b|unsafe-eval/i.test(words))
    return "this page's Content-Security-Policy lacks 'wasm-unsafe-eval' in its script-src";
  // Node.js reserves many GB of addresses for each memory, and lets the processor find what is out of bounds.
  if (/out of memory|(cannot|could not) allocate/i.test(words))
    return 'there is too little memory, or too little address space (ulimit -v); start Node.js as node --disable-wasm-trap-handler, or with that in NODE_OPTIONS, and it reserves no more than it needs';
  if (!WebAssembly.validate(NEEDED))
    return 'this browser is too old: it lacks WebAssembly SIMD or reference types (Chrome has both since 96, Firefox since 89, Safari since 16.4)';
  if (/larger than 4 ?KB/i.test(words))
    return `this browser compiles no module of this size at import (Chrome does since 115); ${instead}`;
  return words;
}

// The smallest module with what ours needs: () -> v128 { drop(ref.null extern); i8x16.popcnt(i8x16.splat(0)) }
const NEEDED = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 208, 111, 26, 65, 0, 253, 15, 253,
  98, 11,
]);
