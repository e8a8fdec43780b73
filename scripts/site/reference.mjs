// The API reference, as pages for the site: made by TypeDoc from the types of every entry that the package exports.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TYPES } from '../build/entries.mjs';
import { PACKAGE } from '../build/modules.mjs';
import { run } from '../run.mjs';
import { DOCS } from './contents.mjs';

export const REFERENCE = join(DOCS, 'reference');

/** The sources of types that have functions in them, by what is imported: `ably-edge-auth/errors` is `errors.d.ts`. */
export function typedEntries() {
  const { name, exports } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  const published = Object.entries(exports).map(([subpath, conditions]) => [subpath, typesOf(conditions)]);
  return Object.entries(TYPES).map(([entry, source]) => {
    // The first: `/inlined` has the types of another entry.
    const [subpath] = published.find(([, types]) => types === `./generated/${entry}.d.ts`);
    return [subpath.replace('.', name), source];
  });
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
