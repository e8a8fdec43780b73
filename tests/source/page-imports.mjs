// The page's scripts and the package's, bundled together: a browser reports a name that no longer exists only when it loads
// the file that imports it.
import { build } from 'esbuild';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { equal, ok } from '../js/assert.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = join(ROOT, 'www');
/** The server has the package in this folder of the page. */
const packageFolder = {
  name: 'package folder',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.{1,2}\/(\.\.\/)*pkg\// }, ({ path }) => ({
      path: join(ROOT, path.slice(path.indexOf('pkg/'))),
    })),
};

const bundled = (options) =>
  build({
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    splitting: true,
    outdir: join(ROOT, 'unused'),
    logLevel: 'silent',
    plugins: [packageFolder],
    ...options,
  });

export default ({ test }) => {
  test('every name that the page imports exists', async () => {
    const scripts = readdirSync(PAGE, { recursive: true }).filter((name) => name.endsWith('.js'));
    const { metafile, warnings } = await bundled({ entryPoints: scripts.map((name) => join(PAGE, name)) });
    equal(
      warnings.map(({ text }) => text),
      [],
    );
    const files = Object.keys(metafile.inputs);
    ok(files.filter((name) => name.startsWith('www/')).length === scripts.length, `${files.length} files`);
    ok(files.includes('pkg/lib/verify.js'), 'the package is among them');
  });
  test('a missing export is reported', async () => {
    const contents = "import { nothing } from './pkg/lib/verify.js'; nothing();";
    const { errors } = await bundled({ stdin: { contents, resolveDir: PAGE } }).catch((error) => error);
    equal(
      errors.map(({ text }) => text),
      ['No matching export in "pkg/lib/verify.js" for import "nothing"'],
    );
  });
};
