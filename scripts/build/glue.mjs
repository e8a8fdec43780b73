// Minifies the glue that wasm-bindgen writes, because it is part of every download.
import { dirname } from 'node:path';
import { build } from 'esbuild';
import { stop } from '../run.mjs';

// The glue needs TextDecoder and TextEncoder, which Jest's jsdom environment does not have.
const TEXT_CODEC = "import { Decoder as TextDecoder, Encoder as TextEncoder } from '../lib/module/utf8.js';";

/** Its default export, the asynchronous start, is removed, because pkg/lib/module/load.js compiles the module itself. */
export async function minifyGlue(from, to) {
  const options = { bundle: true, format: 'esm', minify: true, target: 'es2022', logLevel: 'warning' };
  await build({
    ...options,
    stdin: { contents: `export * from ${JSON.stringify(from)};`, resolveDir: dirname(from) },
    external: ['../lib/error.js', '../lib/module/utf8.js'],
    banner: { js: TEXT_CODEC },
    outfile: to,
  }).catch(() => stop(`esbuild could not bundle ${from}; see its message above.`));
}
