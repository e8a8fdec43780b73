// Runs the JavaScript suite in the runtimes that are named, or in all: node tests/run.mjs deno bun
// With --network only what goes over the network.
import { inLanes } from '../scripts/lanes.mjs';
import { startServer } from './network/server.mjs';
import { execute } from './runtimes/execute.mjs';
import { RUNTIMES } from './runtimes/runtimes.mjs';
import { stage } from './runtimes/stage.mjs';

const onlyNetwork = process.argv.includes('--network');
const names = process.argv.slice(2).filter((name) => name !== '--network');
const unknown = names.filter((name) => !(name in RUNTIMES));
if (unknown.length > 0)
  throw new Error(`There is no runtime ${unknown.join()}; there are ${Object.keys(RUNTIMES).join(', ')}.`);

stage();
// Every runtime talks to this one, from a process of its own.
const server = await startServer();
for (const name of names.length > 0 ? names : Object.keys(RUNTIMES)) {
  const { program, commands, from } = RUNTIMES[name];
  if (program === undefined) {
    console.log(
      `SKIPPED: the JavaScript suite in ${name} (${from === 'npm' ? 'npm has installed none for this platform' : 'it is not installed'})`,
    );
    continue;
  }
  // Those are the commands that are told where the server is.
  const chosen = commands(program, server.origin).filter((command) => !onlyNetwork || command.includes(server.origin));
  // Two at a time: what goes over the network waits more than it works.
  const ended = await inLanes(
    chosen.map((command) => ({ name: command.join(' '), command })),
    2,
    ({ command }) => execute(command),
  );
  if (ended.includes(false)) process.exitCode = 1;
}
await server.close();
