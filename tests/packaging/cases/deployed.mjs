// One file that runs in another folder, without node_modules and without the wasm file: a function on Lambda, or a program
// that was copied to a server.
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute, tool } from '../processes.mjs';

const esbuild = (app, format, extension) => ({
  name: `deployed: ${app} as one file by esbuild, ${format}`,
  async run({ folder }) {
    const out = join(folder, 'out/deployed', app.replace('/', '-'), `handler.${extension}`);
    const options = ['--bundle', '--platform=node', `--format=${format}`, `--outfile=${out}`];
    const { stderr } = await execute([tool('esbuild'), app, ...options, '--log-level=warning'], { cwd: folder });
    assert.equal(stderr, '', 'esbuild warns of nothing');
    await runsElsewhere(out);
  },
});

export const deployed = [
  ...['plain/app.mjs', 'sandbox/app.mjs', 'errors/app.mjs'].flatMap((app) => [
    esbuild(app, 'cjs', 'cjs'),
    esbuild(app, 'esm', 'mjs'),
  ]),
  {
    name: 'deployed: by tsup, as CommonJS and as ES module',
    async run({ folder }) {
      const out = join(folder, 'out/tsup');
      await execute([tool('tsup'), '--config', 'bundled.tsup.mjs', '--out-dir', out], { cwd: folder });
      const files = readdirSync(out).filter((name) => /js$/.test(name));
      assert.equal(files.length, 2);
      for (const file of files) await runsElsewhere(join(out, file));
    },
  },
];

/** A folder of the system, where no folder above has packages. */
async function runsElsewhere(file) {
  const folder = mkdtempSync(join(tmpdir(), 'ably-edge-auth-'));
  try {
    const copy = join(folder, `handler.${file.endsWith('.cjs') ? 'cjs' : 'mjs'}`);
    copyFileSync(file, copy);
    const { stdout } = await execute([process.execPath, copy], { cwd: folder });
    assert.equal(stdout, 'ok node\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
