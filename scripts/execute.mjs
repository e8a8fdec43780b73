// Runs one step of `npm test`, and ends one that does not end by itself.
import { spawn } from 'node:child_process';
import { ROOT } from './run.mjs';

// A group of its own, so that what a command has started ends with it. Windows has no groups.
const HAS_GROUPS = process.platform !== 'win32';

/** The commands that run. */
const running = new Set();
// Ctrl-C reaches only the group of this process.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    for (const child of running) kill(child, signal);
    process.kill(process.pid, signal);
  });

/**
 * Runs a command and collects its output. A command that runs for longer than the limit, or whose output is kept open by a
 * program that it left behind, fails, so that the other steps are run and the summary names it.
 *
 * @param {{ program: string, args: string[], env?: Record<string, string> }} command
 * @param {number} limitMs
 * @param {(stream: NodeJS.WriteStream, text: string) => void} show is called with each piece of output and its stream
 * @returns {Promise<{ output: string, succeeded: boolean }>} what the command wrote to the standard output
 */
export function execute({ program, args, env }, limitMs, show) {
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: HAS_GROUPS,
  });
  running.add(child);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    show(process.stdout, text);
  });
  child.stderr.setEncoding('utf8').on('data', (text) => show(process.stderr, text));
  let inTime = true;
  const limit = setTimeout(() => {
    inTime = false;
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    show(
      process.stderr,
      hasEnded
        ? `This step ended, but left a program behind that keeps its output open after ${limitMs / 1000} s.\n`
        : `This step did not end within ${limitMs / 1000} s.\n`,
    );
    kill(child, 'SIGKILL');
    child.stdout.destroy();
    child.stderr.destroy();
  }, limitMs);
  return new Promise((resolve) => {
    const end = (succeeded) => {
      clearTimeout(limit);
      running.delete(child);
      resolve({ output, succeeded });
    };
    child.on('error', (error) => {
      show(process.stderr, `${error.message}\n`);
      end(false);
    });
    child.on('close', (code) => end(inTime && code === 0));
  });
}

/** Ends a command and what it has started. */
function kill(child, signal) {
  try {
    if (HAS_GROUPS) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // It has ended meanwhile, or has never started.
  }
}
