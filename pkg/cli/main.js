// Runs one command line. All input and output is passed in, so that tests can run it in process.
import { asFailure, INTERRUPTED, misuse } from './failure.js';
import { readFlags } from './flags.js';
import { echoed } from './redact.js';
import { everyCommand, findCommand, VERSION_FLAGS } from './commands.js';
import { Input } from './input.js';
import { Output } from './output.js';

/**
 * @param {string[]} args without the name of the program
 * @param {{ env, stdin, stdout, stderr, signal?: AbortSignal, fetch?: typeof fetch, wait?: (ms: number, signal?: AbortSignal) => Promise<void> }} io
 * @returns {Promise<number>} the exit code
 */
export async function main(args, io) {
  const output = new Output(io);
  // Set before the flags are parsed, so that errors in them have the same format.
  for (const secret of secretsIn(args)) output.hide(secret);
  output.json = args.includes('--pretty-json') ? 'pretty' : args.includes('--json') ? 'compact' : undefined;
  const used = {};
  let exitCode;
  try {
    exitCode = (await run(args, io, output, used)) ?? 0;
  } catch (error) {
    const failure = asFailure(error);
    const { unreachedHint } = await import('./unreached.js');
    const hints = [failure.hint, unreachedHint(failure, io.env, used)].filter((hint) => hint !== undefined);
    failure.hint = hints.length > 0 ? hints.join('\n') : undefined;
    output.fail(failure);
    exitCode = io.signal?.aborted ? INTERRUPTED : failure.exitCode;
  }
  return output.end(exitCode);
}

const SECRET_FLAG = /^--(?:key|token|access-token|admin-token)(?:=(.*))?$/s;

/** The values of flags that take a secret. They are found before parsing, so that parse errors are masked too. */
function secretsIn(args) {
  const given = args.map((arg, index) => {
    const match = SECRET_FLAG.exec(arg);
    return match === null ? undefined : (match[1] ?? args[index + 1]);
  });
  return given.filter((value) => value !== undefined && !value.startsWith('--'));
}

async function run(args, io, output, used) {
  if (VERSION_FLAGS.includes(args[0]) && args.length === 1) return showVersion(output);
  const { command, name, rest } = await findCommand(args);
  if (command === undefined) return showTopic(name, rest, output);
  output.command = (command.record ?? name).replaceAll(' ', ':');
  if (asksForHelp(rest)) return showCommand(command, name, output);
  if (rest.includes('--json') && rest.includes('--pretty-json')) output.json = undefined;
  const { values, positionals } = await readFlags(rest, command);
  output.json = values['pretty-json'] ? 'pretty' : values.json ? 'compact' : undefined;
  output.isVerbose = values.verbose === true;
  const { env, signal, fetch, wait } = io;
  const input = new Input(io);
  return command.run({ env, signal, fetch, wait, values, positionals, output, input, everyCommand, used });
}

/** Checked first, so that help is shown even if the rest of the command line is invalid. */
function asksForHelp(rest) {
  const end = rest.indexOf('--');
  return (end === -1 ? rest : rest.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
}

async function showVersion(output) {
  const { version } = await import('./version.js');
  output.json = undefined;
  output.print(`ably-edge-auth/${version} node-${process.version}`);
}

async function showTopic(name, rest, output) {
  const { topicHelp } = await import('./help.js');
  const [first] = rest;
  output.json = undefined;
  if (first === undefined || first === '--help' || first === '-h') {
    printHelp(output, await topicHelp(name, output.width));
    return 0;
  }
  if (first.startsWith('-'))
    throw misuse(
      `Nonexistent flag: ${echoed(first.split('=')[0])}`,
      'Put flags after the command. See --help for the commands.',
    );
  throw misuse(`command ${[name, echoed(first)].filter(Boolean).join(' ')} not found`, await suggestion(name, first));
}

async function suggestion(name, first) {
  const { allNames } = await import('./commands.js');
  const { nearest } = await import('./nearest.js');
  const depth = name === '' ? 0 : name.split(' ').length;
  const words = [
    ...new Set(
      (await allNames()).filter((it) => name === '' || it.startsWith(`${name} `)).map((it) => it.split(' ')[depth]),
    ),
  ];
  const meant = nearest(first, words);
  return meant === undefined
    ? 'See --help for the commands.'
    : `Did you mean ${[name, meant].filter(Boolean).join(' ')}?`;
}

async function showCommand(command, name, output) {
  const { commandHelp } = await import('./help.js');
  output.json = undefined;
  printHelp(output, await commandHelp(command, name, output.width));
  return 0;
}

/** Help is not masked: its examples contain the sandbox's keys, which are public. */
function printHelp(output, text) {
  output.reveal(text);
  output.print(text);
}
