// Compiles a block of TypeScript against the packed package, as strictly as a reader may. Nothing runs.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute, tsc } from '../packaging/processes.mjs';

const TYPES = fileURLToPath(new URL('../packaging/node_modules/@types', import.meta.url));
const EXPRESS = fileURLToPath(new URL('./express.d.ts', import.meta.url));
const OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  target: 'es2022',
  lib: ['es2022', 'dom'],
  module: 'esnext',
  moduleResolution: 'bundler',
  types: ['node'],
  typeRoots: [TYPES],
  noEmit: true,
};

export async function compile(source, { folder, keep }, index) {
  const settings = `${index}.tsconfig.json`;
  keep(`${index}.ts`, source);
  keep(settings, JSON.stringify({ compilerOptions: OPTIONS, files: [`${index}.ts`, EXPRESS] }));
  await execute([...tsc('typescript'), '--project', join(folder, settings)], { cwd: folder });
}
