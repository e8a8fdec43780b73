// Starting other programs, with an end in sight.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from '../runtimes/start.mjs';
import { PATIENCE_MS } from '../js/patience.mjs';

export { npm } from '../runtimes/start.mjs';

const MODULES = fileURLToPath(new URL('node_modules', import.meta.url));

/**
 * Runs a program and answers with what it printed; throws when it ends with another exit code, or takes too long.
 * @param {string[]} command
 * @param {{ cwd: string, env?: Record<string, string>, timeoutMs?: number, exitCode?: number }} options
 * @returns {Promise<{ stdout: string, stderr: string }>}
 */
export function execute([program, ...args], { cwd, env, timeoutMs = PATIENCE_MS, exitCode = 0 }) {
  const child = spawn(program, args, {
    cwd,
    env: { ...plainEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that a time-out ends what the tool has started too.
    detached: true,
  });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'])
    child[stream].setEncoding('utf8').on('data', (text) => (printed[stream] += text));

  return new Promise((resolve, reject) => {
    const fail = (reason) =>
      reject(new Error(`${reason}: ${args.join(' ')}\n${shortened(printed.stdout + printed.stderr)}`));
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      process.kill(-child.pid, 'SIGKILL');
    }, timeoutMs);
    child.on('error', (error) => fail(error.message));
    child.on('close', (code) => {
      clearTimeout(timer);
      if (late) fail(`took more than ${timeoutMs / 1000} s`);
      else if (code !== exitCode) fail(`ended with ${code}`);
      else resolve(printed);
    });
  });
}

/** A tool from this folder's node_modules, as `npx` would start it. */
export const tool = (name) => join(MODULES, '.bin', name);

/** The compiler of one of the installed versions of TypeScript. */
export const tsc = (version) => [process.execPath, join(MODULES, version, 'bin/tsc')];

/** What `npm test` and a terminal add would change what the tools do and print. */
function plainEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|FORCE_COLOR$)/i.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: '1' };
}

/** A stack trace into a bundle shows the whole of it, and it holds the module as text. */
function shortened(text) {
  return text
    .split('\n')
    .slice(0, 60)
    .map((line) => line.slice(0, 300))
    .join('\n');
}
