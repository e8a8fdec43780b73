// npm start: builds, then serves the playground with the package at /pkg/.
import { join } from 'node:path';
import { build } from './build.mjs';
import { ROOT, stop } from './run.mjs';
import { serve } from './serve.mjs';

const wanted = process.env.PORT || '4173';
if (!/^\d{1,5}$/.test(wanted) || Number(wanted) > 65535)
  stop(`PORT is "${wanted}"; it must be a number from 0 to 65535.`);

build();

const mounts = { '/': join(ROOT, 'www'), '/pkg/': join(ROOT, 'pkg') };
const server = await serve(mounts, Number(wanted)).catch((error) =>
  stop(`Cannot listen on port ${wanted}: ${error.message}. Choose another one: PORT=5000 npm start`),
);

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });

console.log('Serving the playground on this machine only; Ctrl-C ends it.');
console.log(`http://127.0.0.1:${server.address().port}/`);
