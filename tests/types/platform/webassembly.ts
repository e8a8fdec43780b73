// The module loaded by hand, in the words of an environment whose types know WebAssembly.
import { init, initSync } from 'ably-edge-auth/wasm';

declare const module: WebAssembly.Module;
initSync(module);
void init(module);
void init(Promise.resolve(module));
