// What esbuild does for the package.
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { stop } from '../../xtask/run.mjs';

// The error class must be the same one, whichever entry it comes from: it is imported once, by a module
// that stands for the others.
const errorsFrom = (path) => ({
  name: 'shared errors',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/error\.js$/, namespace: 'file' }, () => ({ path: 'errors', namespace: 'shared' }));
    onResolve({ filter: /^/, namespace: 'shared' }, () => ({ path, external: true }));
    onLoad({ filter: /^/, namespace: 'shared' }, () => ({
      contents: `export { AblyAuthError, makeError } from '${path}';`,
    }));
  },
});

// The embedded text, which is small for bundlers, takes some milliseconds to decode. Nothing is downloaded
// here, so base64 will do: these runtimes decode it at once.
const wasmAsBase64 = {
  name: 'wasm as base64',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]generated[\\/](sandbox-)?bytes\.js$/ }, ({ path }) => ({
      contents: `export { default as bytes } from './ably_edge_auth${path.includes('sandbox-') ? '_sandbox' : ''}.wasm';`,
      resolveDir: dirname(path),
    })),
};
// platform: writes the list of exports that lets `import { name }` work on a CommonJS file.
const forNode = { bundle: true, platform: 'node', loader: { '.wasm': 'binary' } };

// wasm-bindgen's glue takes these for granted; Jest's jsdom environment has neither.
const TEXT_CODEC = "import { Decoder as TextDecoder, Encoder as TextEncoder } from '../lib/module/utf8.js';";

const RECIPES = {
  // Nobody reads the glue, and its size counts. Without its default export, the asynchronous start:
  // pkg/lib/module/load.js compiles the module itself.
  glue: {
    bundle: true,
    format: 'esm',
    external: ['../lib/error.js', '../lib/module/utf8.js'],
    minify: true,
    banner: { js: TEXT_CODEC },
  },
  commonjs: { ...forNode, format: 'cjs', plugins: [wasmAsBase64] },
  'commonjs beside index.cjs': { ...forNode, format: 'cjs', plugins: [wasmAsBase64, errorsFrom('./index.cjs')] },
  // A short run takes longer to find and read each of thirty files than to sign a token.
  'one file': { ...forNode, format: 'esm', plugins: [wasmAsBase64, errorsFrom('../lib/error.js')] },
};

export async function bundle(recipe, from, to) {
  const input =
    recipe === 'glue'
      ? { stdin: { contents: `export * from ${JSON.stringify(from)};`, resolveDir: dirname(from) } }
      : { entryPoints: [from] };
  await build({ ...RECIPES[recipe], ...input, outfile: to, target: 'es2022', logLevel: 'warning' }).catch(() =>
    stop(`esbuild could not bundle ${join(from)}; it says why above.`),
  );
}
