// npm run build: everything that pkg/ needs before it can be imported or packed.
import { pathToFileURL } from 'node:url';
import { run } from './run.mjs';
import { setup } from './setup.mjs';

export function build() {
  setup();
  run('cargo', ['run', '--quiet', '--locked', '--package', 'xtask', '--', 'build']);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) build();
