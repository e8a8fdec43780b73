// Installs npm packages for development if the lock file has changed since the last installation.
// As a command: node scripts/packages.mjs FOLDER
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, npmCi } from './run.mjs';

export function installPackages(folder) {
  const lock = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  // npm ci empties node_modules first, so an interrupted installation has no stamp.
  const stamp = join(folder, 'node_modules', '.installed-from');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log(`Installing the npm packages of ${folder}`);
  npmCi(folder);
  writeFileSync(stamp, lock);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) installPackages(join(ROOT, process.argv[2]));
