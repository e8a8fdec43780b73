// Requests per second of the token endpoint with and without access, for few rooms and many: in this process with the store
// in memory, and in workerd with Durable Objects. Figures, not a test: node tests/examples/figures/access.mjs [SECONDS]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { createAccess, createTokenEndpoint } from '../../../pkg/index.js';
import { memoryStore } from '../../../pkg/stores.js';
import { STAGE } from '../../runtimes/stage.mjs';
import { bundleWorker, layOut } from '../servers.mjs';

const SECONDS = Number(process.argv[2] ?? 2);
const ROUNDS = 3;
const ROOMS = [1, 54, 500];
const AT_ONCE = 16;
const KEY = 'xVLyHw.A-pwh7:made-up-secret';

/** Clients differ, as they do in life: nobody asks again within the second. */
const MAKE = `
const capabilityOf = (rooms) => Object.fromEntries(Array.from({ length: rooms }, (_, index) =>
  ['chat:room:' + String(index).padStart(8, '0') + '-1111-4222-8333-444455556666', ['subscribe', 'publish']]));
const capabilities = new Map([${ROOMS}].map((rooms) => [String(rooms), capabilityOf(rooms)]));
let client = 0;
const endpointOf = (access) => createTokenEndpoint({
  source: { key: '${KEY}' },
  authenticate: (request) => ({ clientId: 'client ' + client++, capability: capabilities.get(new URL(request.url).searchParams.get('rooms')) }),
  large: 'token-request',
  access,
});`;

/** @param {() => number} clock ms: the processor time of this process, where it does all the work, or the time on the wall */
async function rate(ask, clock) {
  let count = 0;
  const end = Date.now() + SECONDS * 1000;
  const start = clock();
  const lane = async () => {
    while (Date.now() < end) {
      await ask();
      count++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return (count / (clock() - start)) * 1000;
}

/** The kinds take turns, and the best round of each counts: the machine does other things too. */
async function compare(place, kinds, clock) {
  for (const rooms of ROOMS) {
    const best = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, 0]));
    for (let round = 0; round < ROUNDS; round++)
      for (const [kind, ask] of Object.entries(kinds))
        best[kind] = Math.max(best[kind], await rate(() => ask(rooms), clock));
    const [without, ...others] = Object.values(best);
    const ratios = others.map((value) => (value / without).toFixed(2));
    const shown = Object.entries(best).map(([kind, value]) => `${kind} ${value.toFixed(0)}/s`);
    console.log(`${place}, ${String(rooms).padStart(3)} rooms: ${shown.join(', ')} (${ratios.join(', ')})`);
  }
}

const processorTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
layOut();
const inProcess = new Function('createTokenEndpoint', `${MAKE}\nreturn endpointOf;`)(createTokenEndpoint);
const asker = (endpoint) => async (rooms) => {
  const response = await endpoint(new Request(`http://edge.example/auth?rooms=${rooms}`));
  if (response.status !== 200) throw new Error(await response.text());
  await response.text();
};
const kinds = {
  without: asker(inProcess(undefined)),
  memory: asker(inProcess(createAccess({ source: { key: KEY }, store: memoryStore() }))),
};
await compare('Node.js, in process', kinds, processorTime);

const folder = join(STAGE, 'examples', 'figures-access');
mkdirSync(folder, { recursive: true });
writeFileSync(
  `${folder}.js`,
  `import { createAccess, createTokenEndpoint } from 'ably-edge-auth';
import { AblyRevocations, durableObjectStore } from 'ably-edge-auth/stores';
export { AblyRevocations };
${MAKE}
let access;
const plain = endpointOf();
const guarded = endpointOf((_, env) => (access ??= createAccess({ source: { key: '${KEY}' }, store: durableObjectStore(env.REVOCATIONS) })));
export default { fetch: (request, env) => (new URL(request.url).pathname === '/plain' ? plain : guarded)(request, env) };`,
);
const miniflare = new Miniflare({
  ...(await bundleWorker(`${folder}.js`, folder)),
  durableObjects: { REVOCATIONS: { className: 'AblyRevocations', useSQLite: true } },
});
const origin = await miniflare.ready;
const http = (path) => async (rooms) => {
  const response = await fetch(new URL(`${path}?rooms=${rooms}`, origin));
  if (response.status !== 200) throw new Error(await response.text());
  await response.text();
};
await compare('workerd, over HTTP', { without: http('/plain'), 'Durable Object': http('/guarded') }, () =>
  performance.now(),
);
await miniflare.dispose();
process.exit();
