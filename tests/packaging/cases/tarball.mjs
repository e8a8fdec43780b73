// The tarball itself: what is in it, and what its manifest says.
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { find } from '../../runtimes/find.mjs';
import { execute } from '../processes.mjs';
import { DEPENDENCIES } from '../project.mjs';
import { Skip } from '../skip.mjs';

const EXPECTED = new URL('../expected-files.txt', import.meta.url);
const PACKAGE = fileURLToPath(new URL('../../../pkg', import.meta.url));

/** What npm downloads for one installation. scripts/build/entries.mjs says what each copy of a module is for. */
const MAX_BYTES = 900_000;
const MODULES = ['ably_edge_auth.wasm', 'ably_edge_auth_sandbox.wasm', 'sandbox-text.js', 'text.js'].map(
  (name) => `generated/${name}`,
);

// Rules of arethetypeswrong that do not hold for one entry, and why.
const TYPES_ALLOWED = {
  // A Worker's class and nothing else, and no Worker is CommonJS.
  './sandbox/durable-object': 'CJSResolvesToESM',
  // Only for bundlers, which take ES modules.
  './inlined': 'CJSResolvesToESM',
  './sandbox/inlined': 'CJSResolvesToESM',
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
    name: `tarball: at most ${MAX_BYTES} bytes`,
    run({ tarball }) {
      const { size } = statSync(tarball);
      assert.ok(size <= MAX_BYTES, `${size} bytes`);
      return `${size} bytes`;
    },
  },
  {
    name: 'tarball: each module is there twice, as a file and as text',
    run({ files, installed }) {
      const holdsText = (file) => /(["'`])(?:(?!\1).){50000,}\1/.test(readFileSync(join(installed, file), 'utf8'));
      assert.deepEqual(
        files.filter((file) => file.endsWith('.wasm') || (/js$/.test(file) && holdsText(file))),
        MODULES,
      );
    },
  },
  {
    name: 'tarball: an entry without the main module, and what it consists of',
    run({ installed }) {
      for (const name of ['stores', 'webhook', 'node', 'sandbox'])
        for (const extension of ['js', 'cjs'])
          assert.deepEqual(
            closure(installed, `${name}.${extension}`).filter((file) => /^(library|text)\./.test(file)),
            [],
            name,
          );
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
      const left = manifest.files.filter((entry) => entry.startsWith('!')).map((entry) => entry.slice(1));
      for (const entry of left) {
        assert.ok(existsSync(join(PACKAGE, entry)), `!${entry} stands for nothing`);
        assert.ok(!files.includes(entry), entry);
      }
      for (const entry of [...manifest.files.filter((entry) => !entry.startsWith('!')), ...manifest.sideEffects]) {
        const pattern = new RegExp(`^${entry.replace(/^\.\//, '').replace(/\./g, '\\.').replace(/\*/g, '[^/]*')}$`);
        assert.ok(
          files.some((file) => pattern.test(file)),
          `${entry} stands for nothing`,
        );
      }
    },
  },
  {
    name: 'tarball: the main entry is few files, and in Node.js the same for every tool',
    run({ manifest, installed }) {
      const { node, bun, 'module-sync': sync } = manifest.exports['.'];
      for (const { default: file } of [bun, sync.node, node.module, node.default])
        assert.equal(file, './generated/index.js');
      const files = ['index.js', 'read-wasm.js', 'text.js', 'library.js', 'common.js'];
      assert.deepEqual(closure(installed, 'index.js').sort(), files.sort());
      const inlined = ['inlined.js', 'text.js', 'library.js', 'common.js'];
      assert.deepEqual(closure(installed, 'inlined.js').sort(), inlined.sort());
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
            new RegExp(`(from|import\\()\\s*["']${name}["']`).test(readFileSync(join(installed, file), 'utf8')),
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
    name: 'tarball: JSR would take the package, and Deno runs what is in it',
    async run({ work, folder }) {
      const deno = find('deno');
      if (deno === undefined) throw new Skip('deno is not installed');
      const { stdout, stderr } = await execute([deno, 'publish', '--dry-run', '--allow-dirty', '--no-provenance'], {
        cwd: PACKAGE,
      });
      const printed = stderr + stdout;
      assert.match(printed, /Dry run complete/);
      assert.doesNotMatch(printed, /warning/i);
      const published = join(work, 'jsr/package');
      for (const [, url] of printed.matchAll(/^\s*(file:\S+) \(/gm)) {
        const file = fileURLToPath(url);
        cpSync(file, join(published, relative(PACKAGE, file)));
      }
      const entries = Object.values(JSON.parse(readFileSync(join(published, 'jsr.json'), 'utf8')).exports);
      assert.equal(entries.length, 6);
      cpSync(join(folder, 'check.mjs'), join(work, 'jsr/check.mjs'));
      const imports = entries.map((entry) => `import(${JSON.stringify(entry.replace('.', './package'))})`);
      writeFileSync(
        join(work, 'jsr/app.mjs'),
        `import { check } from './check.mjs';
const entries = await Promise.all([${imports.join(', ')}]);
entries.find((it) => it.createSandbox).createSandbox();
console.log(check(entries[0]));
`,
      );
      const command = [deno, 'run', '--no-prompt', '--no-config', 'app.mjs'];
      assert.equal((await execute(command, { cwd: join(work, 'jsr') })).stdout, 'ok node\n');
    },
  },
];

/** A file of generated/ and what it imports or requires, without what it loads later. */
function closure(installed, entry) {
  const files = new Set([entry]);
  for (const file of files) {
    const code = readFileSync(join(installed, 'generated', file), 'utf8');
    for (const [, imported] of code.matchAll(/(?:from|import|require\()["']\.\/([^"']+)["']/g)) files.add(imported);
  }
  return [...files];
}

/** Every path in the manifest that a tool may follow. */
function named({ bin, main, module, types, exports }) {
  const leaves = (value) => (typeof value === 'string' ? [value] : Object.values(value).flatMap(leaves));
  return [main, module, types, ...leaves(bin), ...leaves(exports)];
}
