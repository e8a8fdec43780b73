// The maximum gzipped size of each kind of download. KB = 1024 bytes.

/** The download before the first token: the wasm file and its glue. */
export const MAIN = 96 * 1024;
/** The wasm file and the glue of the sandbox, which is a separate download. */
export const SANDBOX = 236 * 1024;
/** `issueJwtSync` alone, as Vite bundles it: MAIN, which cannot be split, and 7 KB of JavaScript and text encoding around it. */
export const BUNDLE = MAIN + 7 * 1024;
