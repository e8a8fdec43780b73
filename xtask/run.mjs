// Starting other programs, and ending with a plain sentence when something is missing.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const ON_WINDOWS = process.platform === 'win32';

/** Says what is wrong and what to do, without a stack trace, and ends. */
export function stop(...sentences) {
  console.error(`\n${sentences.join('\n')}`);
  process.exit(1);
}

/** Runs a program with its output shown; ends with a sentence when it fails. */
export function run(program, args, options) {
  const { status, error } = spawnSync(program, args, { cwd: ROOT, stdio: 'inherit', ...options });
  if (error) stop(`Cannot start ${program}: ${error.message}.`);
  if (status !== 0) stop(`This failed, its own words are above: ${program} ${args.join(' ')}`);
}

/** As `run`, beside other work. */
export function runAsync(program, args, options) {
  const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit', ...options });
  return new Promise((resolve) => {
    child.on('error', (error) => stop(`Cannot start ${program}: ${error.message}.`));
    child.on('close', (status) => {
      if (status !== 0) stop(`This failed, its own words are above: ${program} ${args.join(' ')}`);
      resolve();
    });
  });
}

/** Runs a program for its answer. */
export function ask(program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8' });
  return { found: error?.code !== 'ENOENT', ok: status === 0, text: stdout ?? '', words: stderr ?? '' };
}

/** `npm ci` without scripts: the tools used here need none, and a package that wants one is noticed. */
export function npmCi(folder) {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // Under `npm run`, the very same npm.
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('npm-cli.js')) run(process.execPath, [npm, ...args], { cwd: folder });
  else run('npm', args, { cwd: folder, shell: ON_WINDOWS });
}
