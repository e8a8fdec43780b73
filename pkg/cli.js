#!/usr/bin/env node
// The command line: `npx ably-edge-auth …`.
import module from 'node:module';

// From Node 22.1 on: what was compiled is kept for the next run.
module.enableCompileCache?.();
const { main } = await import('./cli/main.js');

const { argv, env, stdout, stderr } = process;
const interruption = new AbortController();
// Once: a second one ends the process at once, whatever it waits for.
process.once('SIGINT', () => interruption.abort());
// What cannot be written is told by Output, which hears of it too; the sandbox goes on.
for (const stream of [stdout, stderr]) stream.on('error', () => {});
const io = {
  env,
  stdout,
  stderr,
  signal: interruption.signal,
  // Opened only by what reads it: that takes a while.
  get stdin() {
    return process.stdin;
  },
};
process.exitCode = await main(argv.slice(2), io);
