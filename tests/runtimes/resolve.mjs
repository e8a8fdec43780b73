// What a specifier of the package leads to under given export conditions, for the two places that do
// not resolve packages themselves: workerd without a bundler, and browsers with an import map.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STAGE } from './stage.mjs';

export const INSTALLED = join(STAGE, 'node_modules', 'ably-edge-auth');

/** The command line of the package. */
export const COMMAND_LINE = join(INSTALLED, 'generated', 'cli.js');

/** @returns a path inside the package, as `./index.js` */
export function resolveExport(subpath, conditions) {
  const { exports } = JSON.parse(readFileSync(join(INSTALLED, 'package.json'), 'utf8'));
  const pick = (target) => {
    if (typeof target === 'string') return target;
    const name = Object.keys(target ?? {}).find((condition) => conditions.includes(condition));
    return name && pick(target[name]);
  };
  const found = pick(exports[subpath]);
  if (found === undefined) throw new Error(`the package exports no ${subpath} under ${conditions.join(', ')}`);
  return found;
}
