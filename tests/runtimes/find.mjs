// Where the programs are that the tests look for, by the list of them: those from npm beside this package,
// all others where the system keeps them.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findInSystem, PROGRAMS } from '../programs.mjs';

const PACKAGES = fileURLToPath(new URL('../node_modules', import.meta.url));
const found = new Map();

/** The path of a program, or undefined if it is not installed. Throws for one that is not in the list. */
export function find(name) {
  if (!Object.hasOwn(PROGRAMS, name))
    throw new Error(
      `tests/programs.mjs has no program "${name}"; add it there with its Debian package, so that CI installs it`,
    );
  if (!found.has(name)) {
    const program = PROGRAMS[name];
    found.set(name, program.names ? findInSystem(program) : findPackaged(program));
  }
  return found.get(name);
}

/** Whether this path was found by its name. */
export const isFound = (path) => [...found.values()].includes(path);

function findPackaged({ scope, package: wanted, path }) {
  const folder = join(PACKAGES, scope);
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder)
    .filter((name) => wanted.test(name))
    .map((name) => join(folder, name, ...path))
    .find(existsSync);
}
