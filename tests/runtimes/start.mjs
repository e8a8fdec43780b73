// Starts other programs, in place of node:child_process, which no other file of the tests imports: only those
// are started that find() has found, that is, that CI installs; or that lie in this repository.
import * as processes from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { find, isFound } from './find.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const starting =
  (start) =>
  (program, ...rest) => {
    if (program === undefined)
      throw new Error(
        'a program is not installed that this test needs; `node tests/programs.mjs` prints the Debian packages that are missing',
      );
    if (program !== process.execPath && !isFound(program) && !program.startsWith(ROOT))
      throw new Error(
        `"${program}" was not found by find() of tests/runtimes/find.mjs, by which CI knows what to install`,
      );
    return start(program, ...rest);
  };

export const spawn = starting(processes.spawn);
export const spawnSync = starting(processes.spawnSync);
export const execFileSync = starting(processes.execFileSync);

/** The command that starts npm, on a chosen Node.js too: under `npm run`, the very same npm. */
export function npm(node = process.execPath) {
  // On Windows npm itself is a script, which cannot be started without a shell.
  const besides = [join(dirname(process.execPath), 'node_modules/npm/bin/npm-cli.js'), find('npm')];
  const cli = [process.env.npm_execpath, ...besides].find((path) => path && isCli(path));
  return cli ? [node, realpathSync(cli)] : [find('npm')];
}

/** Elsewhere `npm` is a link to that script. */
function isCli(path) {
  return existsSync(path) && realpathSync(path).endsWith('npm-cli.js');
}
