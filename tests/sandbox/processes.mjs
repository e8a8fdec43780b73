// The command line in a process of its own.
import { fileURLToPath } from 'node:url';
import { spawn } from '../runtimes/start.mjs';

export const CLI = fileURLToPath(new URL('../../pkg/cli.js', import.meta.url));

/** Runs it to its end. */
export async function run(...args) {
  const started = begin(process.execPath, [CLI, ...args]);
  const { code, signal } = await started.ended;
  return { code, signal, stdout: started.stdout(), stderr: started.stderr() };
}

/** Starts the sandbox; settles when it listens. */
export async function startSandbox(...args) {
  return listening(begin(process.execPath, [CLI, 'sandbox', '--port', '0', '--json', ...args]));
}

const running = new Set();

/** What a test that failed has left running. */
export function endAll() {
  for (const child of running) child.kill('SIGKILL');
}

export function begin(program, args, options) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  running.add(child);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (texts[name] += text));
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
  return { child, ended, stdout: () => texts.stdout, stderr: () => texts.stderr };
}

/** What a sandbox says of itself in its first line. */
export async function listening({ child, ended, stdout, stderr }) {
  const line = await new Promise((resolve, reject) => {
    const look = () => stdout().includes('\n') && resolve(stdout().split('\n', 1)[0]);
    child.stdout.on('data', look);
    ended.then(() => reject(new Error(`the sandbox ended at once: ${stderr()}`)));
    look();
  });
  const end = async (signal = 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  return { ...JSON.parse(line), child, ended, stderr, stdout, end };
}
