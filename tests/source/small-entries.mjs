// Entries that must not load the wasm module.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { equal, ok } from '../js/assert.mjs';

const PACKAGE = fileURLToPath(new URL('../../pkg/', import.meta.url));

/** The files that an entry consists of, by their paths in pkg/. */
async function filesOf(entry) {
  const options = {
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    logLevel: 'error',
    absWorkingDir: PACKAGE,
  };
  const { metafile } = await build({ ...options, entryPoints: [entry], external: ['*.wasm'] });
  return Object.keys(metafile.inputs);
}

const isOfModule = (file) => file.startsWith('generated/') || file === 'lib/module/shared-buffer.js';

export default ({ test }) => {
  for (const entry of ['stores.js', 'webhook.js'])
    test(`${entry} does not load the module`, async () => equal((await filesOf(entry)).filter(isOfModule), []));
  test('index.js does', async () => ok((await filesOf('index.js')).some(isOfModule)));
  test('and none of webhook/', async () =>
    equal(
      (await filesOf('index.js')).filter((file) => file.startsWith('webhook')),
      [],
    ));
};
