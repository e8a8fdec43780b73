// Makes pkg/generated/features.js from src/products/features.txt, and pkg/generated/actions.js from
// src/capability/actions.txt. The crate reads both tables too.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../run.mjs';
import { GENERATED } from './modules.mjs';
import { writeWhole } from './step.mjs';

const SOURCE = join(ROOT, 'src/products/features.txt');
/** The actions, a row each, see src/capability/needs.rs. */
export const ACTIONS = join(ROOT, 'src/capability/actions.txt');
export const FEATURES = join(GENERATED, 'features.js');

/** The rows of the table, by product and feature. */
export function readFeatures() {
  const features = {};
  for (const line of readFileSync(SOURCE, 'utf8').split('\n').filter(Boolean)) {
    const [, product, feature, row] = /^(\S+) (\S+) (.+)$/.exec(line);
    (features[product] ??= {})[feature] = row;
  }
  return features;
}

export function shipTables() {
  const rows = JSON.stringify(readFeatures(), null, 2);
  writeWhole(
    FEATURES,
    `// Written by the build from src/products/features.txt. Do not edit.\nexport const FEATURES = ${rows};\n`,
  );
  const actions = JSON.stringify(readFileSync(ACTIONS, 'utf8'));
  writeWhole(
    join(GENERATED, 'actions.js'),
    `// Written by the build from src/capability/actions.txt. Do not edit.\nexport const ACTIONS = ${actions};\n`,
  );
}
