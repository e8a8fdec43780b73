// What esbuild does here; the build calls it: node xtask/javascript.mjs RECIPE FROM TO
import { build } from 'esbuild';
import { dirname } from 'node:path';

// The error class is to be the same one, whichever entry it comes from. It is imported once, by a module
// that stands for the others.
const errorsFrom = (path) => ({
  name: 'shared errors',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/error\.js$/, namespace: 'file' }, () => ({ path: 'errors', namespace: 'shared' }));
    onResolve({ filter: /^/, namespace: 'shared' }, () => ({ path, external: true }));
    onLoad({ filter: /^/, namespace: 'shared' }, () => ({ contents: `export { AblyAuthError, makeError } from '${path}';` }));
  },
});

// The text that is small for bundlers takes some ms to decode. Where no byte is downloaded base64 does,
// of which these runtimes make bytes at once: esbuild knows how.
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

const RECIPES = {
  // Bundled, so that what nothing calls is left out. Nobody reads the glue, and its size counts; what
  // it exports keeps its names.
  glue: { bundle: true, format: 'esm', external: ['../error.js'], minify: true },
  commonjs: { ...forNode, format: 'cjs', plugins: [wasmAsBase64] },
  'commonjs beside index.cjs': { ...forNode, format: 'cjs', plugins: [wasmAsBase64, errorsFrom('./index.cjs')] },
  // A short run takes longer to find and read each of thirty files than to sign a token.
  'one file': { ...forNode, format: 'esm', plugins: [wasmAsBase64, errorsFrom('../error.js')] },
};

const [recipe, from, to] = process.argv.slice(2);
try {
  await build({ ...RECIPES[recipe], entryPoints: [from], outfile: to, target: 'es2022', logLevel: 'warning' });
} catch {
  // esbuild has printed what is wrong and where.
  process.exitCode = 1;
}
