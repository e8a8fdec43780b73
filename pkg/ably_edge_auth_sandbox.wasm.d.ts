/** The compiled module, as Workers import it, for `initSync` of `ably-edge-auth/sandbox/wasm`. */
declare const module: object;
export default module;
