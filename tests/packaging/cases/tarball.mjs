// The tarball itself: what is in it, and what its manifest says.
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { find } from '../../runtimes/find.mjs';
import { execute } from '../processes.mjs';
import { DEPENDENCIES } from '../project.mjs';
import { Skip } from '../skip.mjs';

const EXPECTED = new URL('../expected-files.txt', import.meta.url);
const PACKAGE = fileURLToPath(new URL('../../../pkg', import.meta.url));

// Rules of arethetypeswrong that do not hold for one entry, and why.
const TYPES_ALLOWED = {
  // An ES module only: require() of it works wherever Node has require(esm), 20.19 and later.
  './node': 'CJSResolvesToESM',
  './wasm': 'CJSResolvesToESM',
  './sandbox/durable-object': 'CJSResolvesToESM',
  './sandbox/indexed-db': 'CJSResolvesToESM',
  './sandbox/wasm': 'CJSResolvesToESM',
  './errors': 'CJSResolvesToESM',
  './products': 'CJSResolvesToESM',
  './stores': 'CJSResolvesToESM',
  './webhook': 'CJSResolvesToESM',
  // No JavaScript at all, so neither kind of module.
  './ably_edge_auth.wasm': 'CJSResolvesToESM',
  './ably_edge_auth_sandbox.wasm': 'CJSResolvesToESM',
};

export const tarball = [
  {
    name: 'tarball: holds the expected files',
    run({ files }) {
      assert.deepEqual(files, readFileSync(EXPECTED, 'utf8').trim().split('\n').sort());
    },
  },
  {
    name: 'tarball: every file that the manifest names is there',
    run({ manifest, installed }) {
      for (const path of named(manifest)) assert.ok(existsSync(join(installed, path)), `${path} is missing`);
    },
  },
  {
    name: 'tarball: each entry of "files" and "sideEffects" stands for some file',
    run({ manifest, files }) {
      for (const entry of [...manifest.files, ...manifest.sideEffects]) {
        const pattern = new RegExp(`^${entry.replace(/^\.\//, '').replace(/\./g, '\\.').replace(/\*/g, '[^/]*')}$`);
        assert.ok(
          files.some((file) => pattern.test(file)),
          `${entry} stands for nothing`,
        );
      }
    },
  },
  {
    name: 'tarball: Node.js, Deno and Bun read one file, and the class of errors',
    run({ manifest, installed }) {
      const entry = manifest.exports['.'];
      for (const { default: file } of [entry.bun, entry.deno, entry['module-sync'].node, entry.node.module, entry.node])
        assert.equal(typeof file === 'string' ? file : file.default, './generated/index.js');
      const imported = readFileSync(join(installed, 'generated/index.js'), 'utf8').match(
        /(?<=^(import|export) [^"']*from ["'])[^"']+/gm,
      );
      assert.deepEqual(imported, ['../lib/error.js']);
    },
  },
  {
    name: 'tarball: no scripts, and two dependencies, each imported by one file of the command line',
    run({ manifest, installed, files }) {
      const unwanted = Object.keys(manifest).filter((name) => /dependencies$|^(bundled|scripts)/i.test(name));
      assert.deepEqual(unwanted, ['dependencies']);
      assert.deepEqual(Object.keys(manifest.dependencies), Object.keys(DEPENDENCIES));
      for (const [name, importer] of Object.entries(DEPENDENCIES)) {
        const importers = files.filter(
          (file) =>
            file.endsWith('js') &&
            [`from '${name}'`, `import('${name}')`].some((it) =>
              readFileSync(join(installed, file), 'utf8').includes(it),
            ),
        );
        assert.deepEqual(importers, [importer]);
      }
    },
  },
  {
    name: 'tarball: publint, strict',
    async run({ tarball }) {
      const { buffer } = new Uint8Array(readFileSync(tarball));
      const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
      assert.deepEqual(
        messages.map((message) => formatMessage(message, pkg, { color: false })),
        [],
      );
    },
  },
  {
    name: 'tarball: arethetypeswrong',
    async run({ tarball }) {
      const { types, problems } = await checkPackage(
        createPackageFromTarballData(new Uint8Array(readFileSync(tarball))),
      );
      assert.ok(types, 'there are no types');
      assert.deepEqual(
        problems.filter(({ entrypoint, kind }) => TYPES_ALLOWED[entrypoint] !== kind),
        [],
      );
    },
  },
  {
    name: 'tarball: JSR would take the package',
    async run() {
      const deno = find('deno');
      if (deno === undefined) throw new Skip('deno is not installed');
      const { stdout, stderr } = await execute([deno, 'publish', '--dry-run', '--allow-dirty', '--no-provenance'], {
        cwd: PACKAGE,
      });
      assert.match(stderr + stdout, /generated\/bytes\.js.*Dry run complete/s);
      assert.doesNotMatch(stderr + stdout, /warning/i);
    },
  },
];

/** Every path in the manifest that a tool may follow. */
function named({ bin, main, module, types, exports }) {
  const leaves = (value) => (typeof value === 'string' ? [value] : Object.values(value).flatMap(leaves));
  return [main, module, types, ...leaves(bin), ...leaves(exports)];
}
