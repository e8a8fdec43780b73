// npm start: builds, and serves the playground with the package at /pkg/ as soon as the main module is there.
import { join } from 'node:path';
import { ABI, GENERATED, MAIN } from './build/modules.mjs';
import { build } from './build.mjs';
import { ROOT, stop } from './run.mjs';
import { serve } from './serve.mjs';

const wanted = process.env.PORT || '4173';
if (!/^\d{1,5}$/.test(wanted) || Number(wanted) > 65535)
  stop(`PORT is "${wanted}"; it must be a number from 0 to 65535.`);

const mounts = { '/': join(ROOT, 'www'), '/pkg/': join(ROOT, 'pkg') };
/** The page needs these at once; every other built file waits for the end of the build. */
const READY = [ABI, MAIN.glue, MAIN.wasm, MAIN.embedded];
let finished;
const until = (file) => (file.startsWith(GENERATED) && !READY.includes(file) ? finished : undefined);

async function start() {
  const server = await serve(mounts, Number(wanted), until).catch((error) =>
    stop(`Cannot listen on port ${wanted}: ${error.message}. Choose another one: PORT=5000 npm start`),
  );
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => {
      server.close();
      server.closeAllConnections();
    });
  console.log('Serving the playground on this machine only; Ctrl-C ends it.');
  console.log(`http://127.0.0.1:${server.address().port}/`);
}

finished = build(start);
