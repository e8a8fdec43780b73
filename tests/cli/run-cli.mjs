// Runs the command line: in this process, which is quick; or as a process of its own, through a shell or a terminal.
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { main } from '../../pkg/cli/main.js';
import { find } from '../runtimes/find.mjs';
import { spawn } from '../runtimes/start.mjs';
import { PATIENCE_MS } from '../js/patience.mjs';

export const CLI = fileURLToPath(new URL('../../pkg/cli.js', import.meta.url));
const TERMINAL = fileURLToPath(new URL('./terminal.py', import.meta.url));
/** Where there is no configuration. */
const NOWHERE = { ABLY_CLI_CONFIG_DIR: '/nonexistent' };

/** @returns {Promise<{ code: number, stdout: string, stderr: string }>} */
export async function cli(args, { env = {}, stdin = '', tty = false, signal, fetch, wait } = {}) {
  const stdout = sink(tty);
  const stderr = sink(tty);
  const input = Readable.from(stdin === '' ? [] : [stdin]);
  const code = await main(args, { env: { ...NOWHERE, ...env }, stdin: input, stdout, stderr, signal, fetch, wait });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** A command that runs until it is interrupted, in this process. */
export function running(args, { env = {}, ...io } = {}) {
  const interruption = new AbortController();
  const [stdout, stderr] = [sink(false), sink(false)];
  const { signal } = interruption;
  const ended = main(args, { env: { ...NOWHERE, ...env }, stdin: Readable.from([]), stdout, stderr, signal, ...io });
  return {
    stdout,
    stderr,
    /** Settles with the exit code. */
    ended,
    /** Settles when this is on the stream; fails if the command ends before. */
    async until(stream, wanted) {
      const isThere = () => (wanted instanceof RegExp ? wanted.test(stream.text) : stream.text.includes(wanted));
      let timer;
      const isOver = Promise.race([ended, new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)))]);
      const over = isOver.then(() => true);
      while (!isThere())
        if ((await Promise.race([stream.next(), over])) && !isThere())
          throw new Error(`there was no ${wanted}: ${stdout.text}${stderr.text}`);
      clearTimeout(timer);
    },
    /** Ctrl-C. Settles with the exit code. */
    interrupt() {
      interruption.abort();
      return ended;
    },
  };
}

function sink(isTTY) {
  let written = () => {};
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _, done) {
      stream.text += chunk;
      done();
      written();
    },
  });
  /** Settles when more is written. */
  const next = () => new Promise((resolve) => (written = resolve));
  return Object.assign(stream, { text: '', isTTY, next });
}

/** A line of bash, in which `ably` is this command line: scripts for the Ably CLI call it so. */
export function shell(line, { env = {}, stdin = '', cwd } = {}) {
  const script = `ably() { ${quoted(process.execPath)} ${quoted(CLI)} "$@"; }\nably-edge-auth() { ably "$@"; }\n${line}`;
  return execute(find('bash'), ['-c', script], { env, stdin, cwd });
}

/**
 * In a pseudo-terminal, where it is asked questions. `steps`: what is typed once a text has been seen,
 * as [text, typed], or [text, typed, columns] to resize the window then. Everything that the terminal shows is `screen`.
 */
export function terminal(args, steps, options) {
  return inTerminal([process.execPath, CLI, ...args], steps, options);
}

/** Any program in a pseudo-terminal of so many columns. */
export async function inTerminal(command, steps, { env = {}, columns, cwd } = {}) {
  const plan = JSON.stringify({ command, steps, columns });
  const { code, stdout, stderr } = await execute(find('python with pty'), [TERMINAL], { env, stdin: plan, cwd });
  if (code !== 0) throw new Error(`the terminal failed: ${stderr}`);
  return JSON.parse(stdout);
}

export function execute(program, args, { env = {}, stdin = '', cwd } = {}) {
  const { PATH, HOME } = process.env;
  const child = spawn(program, args, { cwd, env: { PATH, HOME, ...NOWHERE, ...env }, stdio: 'pipe' });
  return new Promise((resolve, reject) => {
    const out = { stdout: '', stderr: '' };
    const timer = setTimeout(() => child.kill('SIGKILL'), 2 * PATIENCE_MS);
    for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (out[name] += text));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? signal, ...out });
    });
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(stdin);
  });
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** The records of --json, by type. */
export function records(stdout) {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The one with the result. */
export function resultOf(stdout) {
  return records(stdout).find(({ type }) => type === 'result');
}

/** Header and claims of a JWT. */
export function claimsOf(token) {
  const [header, claims] = token
    .trim()
    .split('.')
    .map((part, index) => (index < 2 ? JSON.parse(Buffer.from(part, 'base64url')) : part));
  return { header, claims };
}
