// How many bytes of each kind of download there may be, gzipped.

/** What a user downloads before the first token, the wasm file and its glue, is to be under this. */
export const AIM = 64 * 1024;
/** Not reached: what goes over the network is 25 KB of it, of which 14 were planned. Until it is, this keeps the size from growing. */
export const MAIN = 75_340;
/** The same for the sandbox, which is downloaded by those alone who want one. */
export const SANDBOX = 150 * 1024;
/** `issueJwtSync` alone as Vite bundles it: MAIN, of which nothing can be left out, and 5 KB of JavaScript around it. */
export const BUNDLE = MAIN + 5 * 1024;
