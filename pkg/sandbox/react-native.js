// The entry ably-edge-auth/sandbox for React Native, whose engine has no WebAssembly.
import { noWebAssembly } from '../lib/module/no-webassembly.js';

export { AblyAuthError } from '../lib/error.js';
export function createSandbox() {
  throw noWebAssembly();
}
