// Every program that the tests look for, and where each comes from: the one list of them, for the tests
// (runtimes/find.mjs) and for CI (.ci/run).
//   node tests/programs.mjs      prints the Debian packages that this machine lacks
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const EXE = process.platform === 'win32' ? '.exe' : '';
const PYTHON = ['python3', 'python'];

/**
 * From the system: its names there, of which the first that is found is taken; the Debian packages that bring it;
 * and arguments with which it must succeed to be complete.
 */
const FROM_SYSTEM = {
  bash: { names: ['bash'], debian: ['bash'] },
  curl: { names: ['curl'], debian: ['curl'] },
  sh: { names: ['sh'], debian: ['dash'] },
  zsh: { names: ['zsh'], debian: ['zsh'] },
  fish: { names: ['fish'], debian: ['fish'] },
  // npm is part of Node.js, without which nothing here starts.
  npm: { names: ['npm'], debian: [] },
  // No test starts it: cargo links with it.
  cc: { names: ['cc'], debian: ['gcc', 'libc6-dev'] },
  flock: { names: ['flock'], debian: ['util-linux'] },
  unshare: { names: ['unshare'], debian: ['util-linux'] },
  mount: { names: ['mount'], debian: ['mount'] },
  umount: { names: ['umount'], debian: ['mount'] },
  // The sandbox starts it, for a certificate.
  openssl: { names: ['openssl'], debian: ['openssl'] },
  // Debian has venv in a package of its own, which has no program.
  'python with venv': {
    names: PYTHON,
    debian: ['python3', 'python3-venv'],
    succeedsWith: ['-c', 'import ensurepip, venv'],
  },
  'python with pty': { names: PYTHON, debian: ['python3'], succeedsWith: ['-c', 'import pty'] },
  chromium: { names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'], debian: ['chromium'] },
  firefox: { names: ['firefox-esr', 'firefox'], debian: ['firefox-esr'] },
  // WebKitGTK is driven by a program of its own, on a screen that xvfb-run makes with xauth.
  webkit: { names: ['WebKitWebDriver'], debian: ['webkit2gtk-driver'] },
  xvfb: { names: ['xvfb-run'], debian: ['xvfb'] },
  xauth: { names: ['xauth'], debian: ['xauth'] },
};

/** From npm: each has one package per platform, of which npm installs the one that fits. */
const FROM_NPM = {
  node: { scope: '', package: /^node-(linux|win|darwin)/, path: ['bin', `node${EXE}`] },
  deno: { scope: '@deno', package: /./, path: [`deno${EXE}`] },
  bun: { scope: '@oven', package: /^bun-/, path: ['bin', `bun${EXE}`] },
  workerd: { scope: '@cloudflare', package: /^workerd-/, path: ['bin', `workerd${EXE}`] },
};

export const PROGRAMS = { ...FROM_SYSTEM, ...FROM_NPM };

/** The path of a program of the system, or undefined. */
export function findInSystem({ names, succeedsWith }) {
  const folders = process.env.PATH.split(delimiter);
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name + EXE)));
  return paths.find((path) => existsSync(path) && (!succeedsWith || spawnSync(path, succeedsWith).status === 0));
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const missing = Object.values(FROM_SYSTEM).filter((program) => !findInSystem(program));
  console.log([...new Set(missing.flatMap(({ debian }) => debian))].join(' '));
}
