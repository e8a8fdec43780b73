// Bundles parts of the package with esbuild.
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { stop } from '../run.mjs';

// All entries must share one error class, so bundles import it from another file instead of including it.
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

// The embedded text is small after compression but takes some milliseconds to decode. These runtimes download nothing and
// decode base64 faster, so their bundles use that.
const wasmAsBase64 = {
  name: 'wasm as base64',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]generated[\\/](sandbox-)?bytes\.js$/ }, ({ path }) => ({
      contents: `export { default as bytes } from './ably_edge_auth${path.includes('sandbox-') ? '_sandbox' : ''}.wasm';`,
      resolveDir: dirname(path),
    })),
};
// platform 'node' adds the list of exports that makes `import { name }` work for a CommonJS file.
const forNode = { bundle: true, platform: 'node', loader: { '.wasm': 'binary' } };

// wasm-bindgen's glue needs TextDecoder and TextEncoder, which Jest's jsdom environment does not have.
const TEXT_CODEC = "import { Decoder as TextDecoder, Encoder as TextEncoder } from '../lib/module/utf8.js';";

const RECIPES = {
  // Minified, because the glue is part of every download. Its default export, the asynchronous start, is removed, because
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
  // In a short run, loading thirty files takes longer than signing a token.
  'one file': { ...forNode, format: 'esm', plugins: [wasmAsBase64, errorsFrom('../lib/error.js')] },
};

export async function bundle(recipe, from, to) {
  const input =
    recipe === 'glue'
      ? { stdin: { contents: `export * from ${JSON.stringify(from)};`, resolveDir: dirname(from) } }
      : { entryPoints: [from] };
  await build({ ...RECIPES[recipe], ...input, outfile: to, target: 'es2022', logLevel: 'warning' }).catch(() =>
    stop(`esbuild could not bundle ${join(from)}; see its message above.`),
  );
}
