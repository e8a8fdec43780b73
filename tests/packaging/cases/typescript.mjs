// The packed types as a compiler finds them, and what it writes run afterwards. What is in the types
// is tested in tests/types.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { execute, tsc } from '../processes.mjs';

const MODULE = 'module.mts';
const SCRIPT = 'script.cts';
const SUBPATHS = ['subpaths.mts', 'subpaths.cts'];
const BY_HAND = 'by-hand.mts';
// The newest compiler, and one that is old enough for those who never update.
const BOTH = ['typescript', 'typescript-5'];

const CASES = [
  { module: 'node16', resolution: 'node16', compilers: BOTH, files: [MODULE, SCRIPT, ...SUBPATHS, BY_HAND] },
  { module: 'nodenext', resolution: 'nodenext', compilers: BOTH, files: [MODULE, SCRIPT, ...SUBPATHS, BY_HAND] },
  { module: 'esnext', resolution: 'bundler', compilers: BOTH, files: [MODULE, 'subpaths.mts', BY_HAND] },
  // What `module: commonjs` meant before exports were known; TypeScript 7 has it no more.
  { module: 'commonjs', resolution: 'node10', compilers: ['typescript-5'], files: [SCRIPT, 'subpaths.cts'] },
];

export const typescript = CASES.flatMap(({ module, resolution, compilers, files }) =>
  compilers.map((compiler) => ({
    name: `${compiler}: module ${module}, resolution ${resolution}`,
    async run({ folder }) {
      const sources = join(folder, 'typescript');
      const out = join(folder, 'out', `${compiler}-${resolution}`);
      const options = [
        '--strict',
        '--skipLibCheck',
        'false',
        '--target',
        'es2022',
        '--typeRoots',
        'none',
        '--module',
        module,
        '--moduleResolution',
        resolution,
      ];
      await execute([...tsc(compiler), ...options, '--outDir', out, ...files], { cwd: sources });
      for (const file of files) {
        if (file === BY_HAND) continue; // only a bundler knows what a wasm file is
        const { stdout } = await execute([process.execPath, join(out, file.replace('ts', 'js'))], { cwd: out });
        assert.equal(stdout, 'ok\n');
      }
    },
  })),
);
