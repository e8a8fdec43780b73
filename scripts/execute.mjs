// Runs one step of `npm test`, and ends one that does not end by itself.
import { spawn } from 'node:child_process';
import { ROOT } from './run.mjs';

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
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    show(process.stdout, text);
  });
  child.stderr.setEncoding('utf8').on('data', (text) => show(process.stderr, text));
  let inTime = true;
  const limit = setTimeout(() => {
    inTime = false;
    show(
      process.stderr,
      child.exitCode === null
        ? `This step did not end within ${limitMs / 1000} s.\n`
        : `This step ended, but left a program behind that keeps its output open after ${limitMs / 1000} s.\n`,
    );
    child.kill('SIGKILL');
    child.stdout.destroy();
    child.stderr.destroy();
  }, limitMs);
  return new Promise((resolve) => {
    const end = (result) => {
      clearTimeout(limit);
      resolve(result);
    };
    child.on('error', (error) => end({ output: String(error), succeeded: false }));
    child.on('close', (code) => end({ output, succeeded: inTime && code === 0 }));
  });
}
