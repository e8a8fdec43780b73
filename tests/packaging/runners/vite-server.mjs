// Starts Vite's development server, prints what it answers, and ends.
//   node runners/vite-server.mjs FOLDER CONFIG
import { join } from 'node:path';
import { createServer } from 'vite';

const [folder, config] = process.argv.slice(2);
const server = await createServer({
  root: folder,
  configFile: join(folder, config),
  cacheDir: join(folder, 'out/vite-server-cache'),
  logLevel: 'error',
  server: { host: '127.0.0.1', port: 0 },
});
await server.listen();
const response = await fetch(server.resolvedUrls.local[0]);
console.log(await response.text());
await server.close();
process.exit();
