/** The compiled module, for `initSync` of `ably-edge-auth/sandbox/wasm`: what Workers make of an imported wasm file. */
declare const module: object;
export default module;
