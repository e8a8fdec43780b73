// What esbuild does here; the build calls it: node xtask/javascript.mjs glue|commonjs FROM TO
import { build } from 'esbuild';

const RECIPES = {
  // White space and syntax only: with its names kept, the glue still reads well in a debugger.
  // Bundled, so that what nothing calls is left out.
  glue: { bundle: true, format: 'esm', external: ['../error.js'], minifyWhitespace: true, minifySyntax: true },
  // platform: writes the list of exports that lets `import { name }` work on a CommonJS file.
  commonjs: { bundle: true, format: 'cjs', platform: 'node' },
};

const [recipe, from, to] = process.argv.slice(2);
try {
  await build({ ...RECIPES[recipe], entryPoints: [from], outfile: to, target: 'es2022', logLevel: 'warning' });
} catch {
  // esbuild has printed what is wrong and where.
  process.exitCode = 1;
}
