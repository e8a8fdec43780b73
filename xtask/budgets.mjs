// How many bytes of each kind of download there may be, gzipped. KB = 1024 bytes.

/** What a user downloads before the first token: the wasm file and its glue. 90 KB is the aim. */
export const MAIN = 108 * 1024;
/** The same for the sandbox, which only those who want one download. */
export const SANDBOX = 190 * 1024;
/** `issueJwtSync` alone as Vite bundles it: MAIN, of which nothing can be left out, and 5 KB of JavaScript around it. */
export const BUNDLE = MAIN + 5 * 1024;
