// What esbuild does here; the build calls it: node xtask/javascript.mjs RECIPE FROM TO
import { build } from 'esbuild';

// The error class is to be the same one, whichever entry it comes from.
const sharedErrors = {
  name: 'shared errors',
  setup: ({ onResolve }) => onResolve({ filter: /^\.\.?\/error\.js$/ }, () => ({ path: './index.cjs', external: true })),
};

const RECIPES = {
  // Bundled, so that what nothing calls is left out. Nobody reads the glue, and its size counts; what
  // it exports keeps its names.
  glue: { bundle: true, format: 'esm', external: ['../error.js'], minify: true },
  // platform: writes the list of exports that lets `import { name }` work on a CommonJS file.
  commonjs: { bundle: true, format: 'cjs', platform: 'node' },
  'commonjs beside index.cjs': { bundle: true, format: 'cjs', platform: 'node', plugins: [sharedErrors] },
};

const [recipe, from, to] = process.argv.slice(2);
try {
  await build({ ...RECIPES[recipe], entryPoints: [from], outfile: to, target: 'es2022', logLevel: 'warning' });
} catch {
  // esbuild has printed what is wrong and where.
  process.exitCode = 1;
}
