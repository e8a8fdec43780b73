#!/usr/bin/env node
// The entry point of `npx ably-edge-auth`.
import module from 'node:module';

// Node 22.1 and later can cache compiled code for the next run.
module.enableCompileCache?.();
const { main } = await import('./cli/main.js');

const { argv, env, stdout, stderr } = process;
const interruption = new AbortController();
// Handled once, so that a second Ctrl-C ends the process immediately.
process.once('SIGINT', () => interruption.abort());
// Output reports write errors. Without a listener they would end the process, and the sandbox has to keep running.
for (const stream of [stdout, stderr]) stream.on('error', () => {});
const io = {
  env,
  stdout,
  stderr,
  signal: interruption.signal,
  // Opened on first use, because opening it takes time.
  get stdin() {
    return process.stdin;
  },
};
process.exitCode = await main(argv.slice(2), io);
