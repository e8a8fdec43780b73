// Skips a step if neither its inputs nor its outputs have changed. Compares contents, because git and CI caches set
// arbitrary times.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WORK } from './modules.mjs';

/**
 * @param {string} name shown to the user
 * @param {{ inputs: string[], outputs: string[], tool?: string }} files files and whole folders; `tool`:
 * anything else that the outputs depend on, such as the version of a compiler
 * @param {() => void | Promise<void>} work
 */
export async function step(name, { inputs, outputs, tool = '' }, work) {
  const stamp = join(WORK, `${name.replaceAll(' ', '-')}.stamp`);
  // Computed before the work, so that an edit during the work is noticed the next time.
  const before = `${tool} ${fingerprint(inputs)}`;
  if (readIfThere(stamp) === `${before} ${fingerprint(outputs)}`) return;
  const start = performance.now();
  await work();
  writeWhole(stamp, `${before} ${fingerprint(outputs)}`);
  console.log(`${name}: built in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/** A hash of the files' contents. A missing file counts as empty. */
export function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(files)) {
    const contents = readIfThere(path) ?? '';
    hash.update(`${path}\0${contents.length}\0`).update(contents);
  }
  return hash.digest('hex');
}

function files(path) {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const inside = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return inside.map((entry) => join(entry.parentPath ?? entry.path, entry.name)).sort();
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes through a temporary file, so that readers and interrupted builds never see an incomplete one. */
export function writeWhole(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, contents);
  renameSync(`${path}.part`, path);
}
