// Two Workers, each in an isolate of its own, on the same Durable Objects; and the objects by themselves.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { STAGE } from '../runtimes/stage.mjs';
import { equal } from '../js/assert.mjs';
import { bundleWorker } from './servers.mjs';

const SCRIPT = `import { createRevocations } from 'ably-edge-auth';
import { AblyRevocations as Shipped, durableObjectStore } from 'ably-edge-auth/stores';
export class AblyRevocations extends Shipped {
  #storage;
  constructor(context, env) {
    super(context, env);
    this.#storage = context.storage;
  }
  async fetch(request) {
    if (request.method !== 'DELETE') return super.fetch(request);
    const ids = () => [...this.#storage.sql.exec('SELECT id FROM revocations ORDER BY id')].map(({ id }) => id);
    const [before, wakesAt] = [ids(), await this.#storage.getAlarm()];
    await this.alarm();
    return Response.json({ before, wakesAt, after: ids() });
  }
}
let revocations, calls = 0;
export default { async fetch(request, env) {
  const counted = { idFromName: (name) => env.REVOCATIONS.idFromName(name), get: (id) => { calls++; return env.REVOCATIONS.get(id); } };
  const store = durableObjectStore(counted);
  revocations ??= createRevocations(store, { cacheSeconds: 0 });
  const { method, value } = await request.json();
  if (method === 'sweep') return env.REVOCATIONS.get(env.REVOCATIONS.idFromName('ably-revocations-' + value)).fetch('https://revocations/', { method: 'DELETE' });
  if (method in store) return Response.json((await store[method](value)).map((found) => found ?? null));
  const before = calls;
  try {
    await revocations[method](value);
    return Response.json({ code: 0, calls: calls - before });
  } catch ({ code }) {
    return Response.json({ code, calls: calls - before });
  }
} };
`;

const KEY_NAME = 'app.key';
const entry = (target, change) => ({
  keyName: KEY_NAME,
  target,
  issuedBefore: Date.now(),
  appliesAt: Date.now(),
  ...change,
});
const token = (clientId) => ({
  keyName: KEY_NAME,
  clientId,
  revocationKey: 'g',
  capability: '{"chat":["publish"]}',
  narrowed: true,
  issued: Date.now() - 5000,
  expires: Date.now() + 60_000,
});

async function start() {
  const folder = join(STAGE, 'examples', 'two');
  rmSync(folder, { recursive: true, force: true });
  const entryPoint = join(STAGE, 'examples', 'two.js');
  writeFileSync(entryPoint, SCRIPT);
  const worker = await bundleWorker(entryPoint, folder);
  const { host, port, cf, ...script } = worker;
  const miniflare = new Miniflare({
    host,
    port,
    cf,
    workers: [
      { name: 'one', ...script, durableObjects: { REVOCATIONS: { className: 'AblyRevocations', useSQLite: true } } },
      {
        name: 'two',
        ...script,
        durableObjects: { REVOCATIONS: { className: 'AblyRevocations', scriptName: 'one', useSQLite: true } },
      },
    ],
  });
  await miniflare.ready;
  const [one, two] = [await miniflare.getWorker('one'), await miniflare.getWorker('two')];
  const ask = async (worker, method, value) =>
    (await worker.fetch('http://worker/', { method: 'POST', body: JSON.stringify({ method, value }) })).json();
  return { one, two, ask, miniflare };
}

export function twoIsolates({ test }) {
  const within = (body) => async () => {
    const started = await start();
    try {
      await body(started);
    } finally {
      await started.miniflare.dispose();
    }
  };
  test(
    'what one records the other refuses, in three calls',
    within(async ({ one, two, ask }) => {
      equal((await ask(two, 'check', token('ada'))).code, 0);
      equal((await ask(one, 'record', { results: [entry('clientId:ada'), entry('channel:other')] })).code, 0);
      const { code, calls } = await ask(two, 'check', token('ada'));
      equal(code, 40141);
      equal(calls <= 3, true, `${calls} calls`);
      equal((await ask(two, 'check', token('bob'))).code, 0);
    }),
  );
  test(
    'both record channels of one key at once, and none is lost',
    within(async ({ one, two, ask }) => {
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          ask(index % 2 ? one : two, 'record', { results: [entry(`channel:c${index}`)] }),
        ),
      );
      for (let index = 0; index < 20; index++)
        equal(
          (await ask(one, 'check', { ...token('x'), capability: `{"c${index}":["publish"]}` })).code,
          40141,
          `c${index}`,
        );
    }),
  );
  test(
    'what has expired is not found, and what is too large is refused',
    within(async ({ one, two, ask }) => {
      const expiresAt = Date.now() + 5000;
      const soon = { id: 'a'.repeat(43), entries: [{ ...entry('clientId:ada'), expiresAt }], expiresAt };
      const large = {
        id: `${'a'.repeat(42)}b`,
        entries: Array.from({ length: 5000 }, (_, index) => ({
          ...entry(`channel:a rather long name ${index}`),
          expiresAt,
        })),
        expiresAt,
      };
      equal(await ask(one, 'put', [soon, large]), [large.id]);
      const find = () => ask(two, 'get', [soon.id, large.id]);
      equal(await find(), [soon.entries, null]);
      while ((await find())[0] !== null) await new Promise((wake) => setTimeout(wake, 50));
      equal(Date.now() >= expiresAt, true, 'not before its end');
    }),
  );
  test(
    'an object wakes up to let go of what has expired, and of nothing else',
    within(async ({ one, ask }) => {
      const [soon, later] = [3000, 3_600_000].map((ms, index) => {
        const expiresAt = Date.now() + ms;
        return { id: 'c'.repeat(42) + index, entries: [{ ...entry('clientId:ada'), expiresAt }], expiresAt };
      });
      equal(await ask(one, 'put', [soon, later]), []);
      while (Date.now() <= soon.expiresAt) await new Promise((wake) => setTimeout(wake, 50));
      const { before, wakesAt, after } = await ask(one, 'sweep', 'c');
      equal([before, after], [[soon.id, later.id], [later.id]]);
      equal(wakesAt > soon.expiresAt && wakesAt < later.expiresAt, true, `wakes at ${wakesAt}`);
    }),
  );
}
