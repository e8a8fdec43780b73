#!/usr/bin/env node
// The command line: `npx ably-edge-auth …`. Each command is loaded only when it is run.
import { readFileSync } from 'node:fs';
import { readFlags } from './cli/flags.js';
import { Output } from './cli/output.js';

const COMMANDS = { sandbox: () => import('./cli/sandbox.js') };

const interruption = new AbortController();
// Once: a second one ends the process at once, whatever it waits for.
process.once('SIGINT', () => interruption.abort());
// Whoever reads what is printed may stop reading, as `head` does; the sandbox goes on.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
const output = new Output();
process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  output.fail(error);
  return error.exitCode ?? 1;
});

async function main([name = '--help', ...rest]) {
  if (name === '--version') return output.print(readFileSync(new URL('./package.json', import.meta.url), 'utf8').match(/"version": "(.*)"/)[1]);
  const { help, unknownCommand } = await import('./cli/help.js');
  if (name === '--help' || name === '-h') return output.print(await help(COMMANDS));
  if (!Object.hasOwn(COMMANDS, name)) throw await unknownCommand(name, Object.keys(COMMANDS));
  const { command } = await COMMANDS[name]();
  if (rest.includes('--help') || rest.includes('-h')) return output.print(await help(COMMANDS, name));
  const values = await readFlags(rest, command.flags);
  output.json = values.json ? 'compact' : undefined;
  return command.run({ values, output, signal: interruption.signal });
}
