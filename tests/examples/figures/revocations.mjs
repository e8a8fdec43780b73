// Look-ups with nothing recorded and with a million, in memory, Deno KV and Durable Objects. Figures, not
// a test: see ../README.md
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Miniflare } from 'miniflare';
import { find } from '../../runtimes/find.mjs';
import { STAGE } from '../../runtimes/stage.mjs';
import { bundleWorker, layOut } from '../servers.mjs';

const COUNT = Number(process.argv[2] ?? 1_000_000);
/** memory, deno, objects: those that are named, or all. */
const only = process.argv.slice(3);
const wanted = (name) => only.length === 0 || only.includes(name);
const FOLDER = join(STAGE, 'examples');
// What each of them runs: record so many, in reports of 10,000; then look up, cache off.
const MEASURE = `
export const entry = (index) => ({ keyName: 'app.key', target: 'clientId:client ' + index, issuedBefore: Date.now(), appliesAt: Date.now() });
export async function record(revocations, from, to) {
  for (let start = from; start < to; start += 10000)
    await revocations.record({ results: Array.from({ length: Math.min(10000, to - start) }, (_, index) => entry(start + index)) });
}
/** Checks, half of them of revoked clients once there are any; how many were refused. */
export async function check(revocations, times, count) {
  let refused = 0;
  for (let turn = 0; turn < times; turn++) {
    const clientId = turn % 2 ? 'client ' + ((turn * 7919) % Math.max(count, 1)) : 'nobody ' + turn;
    try {
      await revocations.check({ keyName: 'app.key', clientId, capability: '{"chat":["publish"]}', issued: Date.now() - 2400000, expires: Date.now() + 600000 });
    } catch ({ code }) {
      if (code !== 40141) throw new Error('code ' + code);
      refused++;
    }
  }
  return refused;
}
`;

layOut();
writeFileSync(join(FOLDER, 'measure.mjs'), MEASURE);
console.log(`store                 recorded   us per recorded   us per check, half refused`);

const LOCAL = (store) => `import { createRevocations } from 'ably-edge-auth';
import * as stores from 'ably-edge-auth/stores';
import { check, record } from './measure.mjs';
const now = () => performance.now();
const store = ${store};
const revocations = createRevocations(store, { cacheSeconds: 0 });
let recorded = 0;
for (const count of [0, 1000, ${COUNT}]) {
  let start = now();
  await record(revocations, recorded, count);
  const each = ((now() - start) * 1000) / Math.max(count - recorded, 1);
  recorded = count;
  await check(revocations, 500, count);
  start = now();
  const refused = await check(revocations, 2000, count);
  if (refused !== (count ? 1000 : 0)) throw new Error('refused ' + refused);
  console.log('NAME'.padEnd(20), String(count).padStart(9), each.toFixed(1).padStart(16), ((now() - start) / 2).toFixed(1).padStart(20));
}
`;

if (wanted('memory'))
  run('memory', process.execPath, [write('memory.mjs', LOCAL('stores.memoryStore()').replace('NAME', 'memory'))]);
if (wanted('deno') && find('deno')) {
  const folder = mkdtempSync(join(tmpdir(), 'ably-edge-auth-deno-'));
  run('Deno KV', find('deno'), [
    'run',
    '--no-prompt',
    '--unstable-kv',
    '-A',
    write(
      'deno-kv.mjs',
      LOCAL(`stores.denoKvStore(await Deno.openKv(${JSON.stringify(join(folder, 'kv'))}))`).replace(
        'NAME',
        'Deno KV, on disk',
      ),
    ),
  ]);
  rmSync(folder, { recursive: true, force: true });
}
if (wanted('objects')) await durableObjects();

function write(name, text) {
  const file = join(FOLDER, name);
  writeFileSync(file, text);
  return file;
}

function run(name, program, args) {
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${name} ended with ${status}`);
}

async function durableObjects() {
  const file = write(
    'objects.js',
    `import { createRevocations } from 'ably-edge-auth';
import { AblyRevocations, durableObjectStore } from 'ably-edge-auth/stores';
import { check, record } from './measure.mjs';
export { AblyRevocations };
export default { async fetch(request, env) {
  const revocations = createRevocations(durableObjectStore(env.REVOCATIONS), { cacheSeconds: 0 });
  const { from, to, times, count } = await request.json();
  return Response.json(times ? await check(revocations, times, count) : await record(revocations, from, to) ?? null);
} };
`,
  );
  const worker = await bundleWorker(file, join(FOLDER, 'objects'));
  const folder = mkdtempSync(join(tmpdir(), 'ably-edge-auth-objects-'));
  const miniflare = new Miniflare({
    ...worker,
    durableObjects: { REVOCATIONS: { className: 'AblyRevocations', useSQLite: true } },
    durableObjectsPersist: pathToFileURL(folder).href,
  });
  const ask = async (value) =>
    (await miniflare.dispatchFetch('http://worker/', { method: 'POST', body: JSON.stringify(value) })).json();
  let recorded = 0;
  // From outside: the clock of a Worker stands still while it computes.
  for (const count of [0, 1000, COUNT]) {
    let start = performance.now();
    for (let from = recorded; from < count; from += 10_000) await ask({ from, to: Math.min(from + 10_000, count) });
    const each = ((performance.now() - start) * 1000) / Math.max(count - recorded, 1);
    recorded = count;
    await ask({ times: 200, count });
    start = performance.now();
    const refused = await ask({ times: 400, count });
    if (refused !== (count ? 200 : 0)) throw new Error(`refused ${refused}`);
    console.log(
      'Durable Objects'.padEnd(20),
      String(count).padStart(9),
      each.toFixed(1).padStart(16),
      (((performance.now() - start) * 1000) / 400).toFixed(1).padStart(20),
    );
  }
  await miniflare.dispose();
  rmSync(folder, { recursive: true, force: true });
}
