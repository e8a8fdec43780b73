// The texts of the sources, by their paths.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

function* below(folder, isWanted) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!['node_modules', 'generated'].includes(entry.name)) yield* below(path, isWanted);
    } else if (isWanted(entry.name)) {
      yield [relative(ROOT, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')];
    }
  }
}

/** The package's JavaScript, but for what the build writes. */
export const scripts = () => [...below(join(ROOT, 'pkg'), (name) => name.endsWith('.js'))];

export const rustSources = (folder) => [...below(join(ROOT, folder), (name) => name.endsWith('.rs'))];
