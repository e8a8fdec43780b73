// Writes the declarations that are published. They are read by `import` and by `require`, which must see the same types,
// so the whole text is in a .d.cts file, and the .d.ts file repeats it: only CommonJS can be imported from both.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stop } from '../run.mjs';
import { SCRIPTS, TYPES } from './entries.mjs';
import { GENERATED, PACKAGE } from './modules.mjs';
import { writeWhole } from './step.mjs';

/** The last line of an import, whether it has one line or several; examples in comments begin with an asterisk. */
const IMPORT = /^((?:import |export |\} ).*from ')(\.[^']+)';$/gm;

/** @returns {string[]} the names of the files in pkg/generated/ */
export function writeTypes() {
  return Object.entries(TYPES).flatMap(([name, source]) => {
    // An entry that has no script for `require`.
    if (!(name in SCRIPTS)) return [write(`${name}.d.ts`, declarations(source, 'js'))];
    return [
      write(`${name}.d.cts`, declarations(source, 'cjs')),
      write(`${name}.d.ts`, `export * from './${name}.cjs';\n`),
    ];
  });
}

/** A declaration file, with its imports of others changed to their names in pkg/generated/. */
function declarations(source, extension) {
  const file = join(PACKAGE, source);
  return readFileSync(file, 'utf8').replace(IMPORT, (_, before, specifier) => {
    const path = join(dirname(file), specifier);
    const [name] =
      Object.entries(TYPES).find(([, types]) => join(PACKAGE, types.replace('.d.ts', '.js')) === path) ??
      stop(`${file} imports ${specifier}, which is not in scripts/build/entries.mjs.`);
    return `${before}./${name}.${extension}';`;
  });
}

function write(name, text) {
  writeWhole(join(GENERATED, name), text);
  return name;
}
