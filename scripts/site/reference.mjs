// The API reference, as pages for the site: made by TypeDoc from the types of every entry that the package exports.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE } from '../build/modules.mjs';
import { run } from '../run.mjs';
import { DOCS } from './contents.mjs';

export const REFERENCE = join(DOCS, 'reference');

/** The files of types that have functions in them, by what is imported: `ably-edge-auth/errors` is `./errors.d.ts`. */
export function typedEntries() {
  const { name, exports } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  return Object.entries(exports)
    .map(([subpath, conditions]) => [subpath.replace('.', name), typesOf(conditions)])
    .filter(([, types]) => types !== undefined && !types.endsWith('.wasm.d.ts'));
}

function typesOf(conditions) {
  if (typeof conditions === 'string') return undefined;
  return conditions.types ?? typesOf(conditions.default);
}

export function makeReference() {
  rmSync(REFERENCE, { recursive: true, force: true });
  const entries = typedEntries().flatMap(([, types]) => ['--entryPoints', join(PACKAGE, types)]);
  const typedoc = join(DOCS, 'node_modules/typedoc/bin/typedoc');
  run(process.execPath, [typedoc, '--options', join(DOCS, 'typedoc.json'), '--logLevel', 'Warn', ...entries]);
}
