// Runs in Node.js, Deno and Bun: starts `ably-edge-auth/wasm` by hand, from the source that is named.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { installed } from '../.work/runtimes/installed.mjs';
import { runAsyncInit } from '../js/async-init.mjs';
import { print } from './report.mjs';

const [runtime, source] = process.argv.slice(2);
const file = new URL('generated/ably_edge_auth.wasm', installed);
const bytes = readFileSync(file);
const wasm = await import(new URL('generated/wasm.js', installed));

const START = {
  bytes: () => wasm.init(bytes),
  module: async () => wasm.init(await WebAssembly.compile(bytes)),
  'a response': () => wasm.init(fetch(`data:application/wasm;base64,${bytes.toString('base64')}`)),
  'its address': () => wasm.init(file),
  initSync: async () => wasm.initSync(bytes),
  'initSync while init waits': startTwice,
};

/** A second instance would give out the numbers of the first one's issuers again, to other keys. */
async function startTwice() {
  let arrive;
  const waiting = wasm.init(new Promise((resolve) => (arrive = resolve)));
  wasm.initSync(bytes);
  const issuer = wasm.createIssuer({ key: 'app.one:secret-one', capability: { a: ['publish'] }, now: 1e12 });
  const before = issuer.token();
  arrive(bytes);
  await waiting;
  wasm.createIssuer({ key: 'app.two:secret-two' });
  if (issuer.token() !== before) throw new Error('an issuer signs with the key of another one');
}

if (!print(`${runtime}, started from ${source}`, await runAsyncInit({ wasm, start: START[source] }))) process.exit(1);
