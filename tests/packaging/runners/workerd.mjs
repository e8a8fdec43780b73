// Runs a worker in workerd, through miniflare, and prints what it answers.
//   node runners/workerd.mjs FOLDER SCRIPT
import { Miniflare } from 'miniflare';
import { join } from 'node:path';

const [folder, script] = process.argv.slice(2);
const worker = new Miniflare({
  modules: true,
  modulesRoot: folder,
  scriptPath: join(folder, script),
  modulesRules: [
    { type: 'ESModule', include: ['**/*.js', '**/*.mjs'] },
    { type: 'CompiledWasm', include: ['**/*.wasm'] },
  ],
  compatibilityDate: '2026-04-01',
  // Otherwise it asks Cloudflare where this machine is.
  cf: false,
});
const response = await worker.dispatchFetch('http://worker.invalid/');
console.log(await response.text());
await worker.dispose();
