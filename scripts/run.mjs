// Starts other programs, and exits with a clear message if one is missing or fails.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const ON_WINDOWS = process.platform === 'win32';

/** Prints the problem and what to do, without a stack trace, and exits. */
export function stop(...sentences) {
  console.error(`\n${sentences.join('\n')}`);
  process.exit(1);
}

/** Runs a program and shows its output. Exits with a message if it fails. */
export function run(program, args, options) {
  const { status, error } = spawnSync(program, args, { cwd: ROOT, stdio: 'inherit', ...options });
  if (error) stop(`Cannot start ${program}: ${error.message}.`);
  if (status !== 0) stop(`This command failed; see its output above: ${program} ${args.join(' ')}`);
}

/** Like `run`, but asynchronous. */
export function runAsync(program, args, options) {
  const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit', ...options });
  return new Promise((resolve) => {
    child.on('error', (error) => stop(`Cannot start ${program}: ${error.message}.`));
    child.on('close', (status) => {
      if (status !== 0) stop(`This command failed; see its output above: ${program} ${args.join(' ')}`);
      resolve();
    });
  });
}

/** Runs a program and returns its output. */
export function ask(program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8' });
  return { found: error?.code !== 'ENOENT', ok: status === 0, text: stdout ?? '', words: stderr ?? '' };
}

/** Runs `npm ci` without scripts, because none of the packages needs one and scripts of a dependency should not run. */
export function npmCi(folder) {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // Under `npm run`, uses the same npm.
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('npm-cli.js')) run(process.execPath, [npm, ...args], { cwd: folder });
  else run('npm', args, { cwd: folder, shell: ON_WINDOWS });
}
