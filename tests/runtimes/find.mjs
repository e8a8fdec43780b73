// Where the programs are: those from npm beside this package, browsers where a system keeps them.
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { TESTS } from './stage.mjs';

const EXE = process.platform === 'win32' ? '.exe' : '';
const PACKAGES = join(TESTS, 'node_modules');

/** Each of these npm packages has one package per platform, of which npm installs the one that fits. */
const FROM_NPM = {
  node: { scope: '', package: /^node-(linux|win|darwin)/, path: ['bin', `node${EXE}`] },
  deno: { scope: '@deno', package: /./, path: [`deno${EXE}`] },
  bun: { scope: '@oven', package: /^bun-/, path: ['bin', `bun${EXE}`] },
  workerd: { scope: '@cloudflare', package: /^workerd-/, path: ['bin', `workerd${EXE}`] },
};
/** And what it takes to drive one without a screen. */
const BROWSERS = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  firefox: ['firefox-esr', 'firefox'],
  webkit: ['WebKitWebDriver'],
  xvfb: ['xvfb-run'],
};

/** The path of a program, or undefined. */
export function find(name) {
  return name in FROM_NPM ? findPackaged(FROM_NPM[name]) : BROWSERS[name].map(findInPath).find(Boolean);
}

function findPackaged({ scope, package: wanted, path }) {
  const folder = join(PACKAGES, scope);
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder)
    .filter((name) => wanted.test(name))
    .map((name) => join(folder, name, ...path))
    .find(existsSync);
}

function findInPath(name) {
  return process.env.PATH.split(delimiter)
    .map((folder) => join(folder, name + EXE))
    .find(existsSync);
}
