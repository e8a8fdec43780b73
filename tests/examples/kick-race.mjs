// Two Workers on one Durable Object: renewals race a kick, and none of their tokens outlives it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Ably from 'ably';
import { Miniflare } from 'miniflare';
import { serve } from '../../pkg/node/serve.js';
import { equal, ok } from '../js/assert.mjs';
import { STAGE } from '../runtimes/stage.mjs';
import { startSandbox } from './sandbox-server.mjs';
import { bundleWorker } from './servers.mjs';

const RENEWALS = 1000;
const AT_ONCE = 20;
const CACHE_SECONDS = 1;

const SCRIPT = `import { createAccess, createTokenEndpoint, verifyRequest } from 'ably-edge-auth';
import { AblyRevocations, cloudflareKvStore, durableObjectStore } from 'ably-edge-auth/stores';
export { AblyRevocations };
let capability = { 'chat:*': ['publish'] };
let access;
const accessOf = (env) =>
  (access ??= createAccess({
    source: { key: env.ABLY_API_KEY, endpoint: env.ABLY_ENDPOINT },
    store: env.KV ? cloudflareKvStore(env.KV) : durableObjectStore(env.REVOCATIONS),
    cacheSeconds: ${CACHE_SECONDS},
  }));
const endpoint = createTokenEndpoint({
  source: (_, env) => ({ key: env.ABLY_API_KEY }),
  authenticate: () => ({ clientId: 'ada', capability, revocable: true }),
  access: (_, env) => accessOf(env),
});
export default { async fetch(request, env) {
  const { pathname } = new URL(request.url);
  if (pathname === '/auth') return endpoint(request, env);
  if (pathname === '/verify') {
    const options = { key: env.ABLY_API_KEY, keyCapability: { '[*]*': ['*'] }, operation: 'publish', resource: 'chat:a' };
    const { response } = await verifyRequest(request, { ...options, access: accessOf(env) });
    return response ?? new Response('accepted');
  }
  if (pathname === '/grant') {
    [capability] = await request.json();
    return Response.json(null);
  }
  const found = await accessOf(env)[pathname.slice(1)](...(await request.json()));
  return Response.json(found ?? null);
} };
`;

/**
 * @param {object} [more] bindings of the Workers: with Workers KV, that is the store
 * @param {() => Promise<object>} [startAbly] starts the sandbox
 */
async function start(more, startAbly = startSandbox) {
  const { sandbox, origin, close } = await startAbly();
  const folder = join(STAGE, 'examples', 'kick');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const entryPoint = join(STAGE, 'examples', 'kick.js');
  writeFileSync(entryPoint, SCRIPT);
  const { host, port, cf, ...script } = await bundleWorker(entryPoint, folder);
  const bindings = { ABLY_API_KEY: sandbox.keys.revocable, ABLY_ENDPOINT: origin };
  const worker = (name, object) => ({
    name,
    ...script,
    bindings,
    ...more,
    durableObjects: { REVOCATIONS: { className: 'AblyRevocations', useSQLite: true, ...object } },
  });
  const miniflare = new Miniflare({ host, port, cf, workers: [worker('one'), worker('two', { scriptName: 'one' })] });
  const address = await miniflare.ready;
  const workers = [await miniflare.getWorker('one'), await miniflare.getWorker('two')];
  const call = async (worker, method, ...args) => {
    const response = await worker.fetch(`http://worker/${method}`, { method: 'POST', body: JSON.stringify(args) });
    if (response.status !== 200) throw new Error(await response.text());
    return response.json();
  };
  const renew = async (worker) => {
    const response = await worker.fetch('http://worker/auth');
    const body = await response.json();
    return { status: response.status, token: body.token };
  };
  const verify = async (worker, token) => {
    const response = await worker.fetch('http://worker/verify', { headers: { Authorization: `Bearer ${token}` } });
    await response.text();
    return response.status;
  };
  const codeAtAbly = async (token) => {
    const response = await fetch(`${origin}/channels/chat:a/messages`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: '{"name":"greeting"}',
    });
    return response.status === 201 ? 201 : Number(response.headers.get('X-Ably-ErrorCode'));
  };
  const end = async () => {
    await miniflare.dispose();
    await close();
  };
  return { address, origin, workers, call, renew, verify, codeAtAbly, end };
}

/** A sandbox to which realtime clients connect. */
async function startRealtime() {
  const { sandbox, url, close } = await serve({ port: 0 });
  return { sandbox, origin: url, close };
}

const event = (emitter, name) => new Promise((resolve) => emitter.once(name, resolve));
/** A token of the second in which a revocation cuts the others off would fall as well. */
const nextSecond = () => new Promise((wake) => setTimeout(wake, 1005 - (Date.now() % 1000)));

export function kickRace({ test }) {
  test(`${RENEWALS} renewals around a kick, in two isolates`, async () => {
    const { workers, call, renew, verify, codeAtAbly, end } = await start();
    try {
      const answers = [];
      let left = RENEWALS;
      let kicked;
      const lane = async (_, index) => {
        while (left-- > 0) {
          answers.push(await renew(workers[index % 2]));
          if (left < RENEWALS / 2) kicked ??= call(workers[0], 'kick', { clientId: 'ada' });
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      const report = await kicked;
      equal([report.ban.done, report.ably.done, report.record.done], [true, true, true]);
      const tokens = answers.filter(({ status }) => status === 200).map(({ token }) => token);
      const refused = answers.filter(({ status }) => status === 403).length;
      equal([tokens.length + refused, refused > 0, tokens.length > 0], [RENEWALS, true, true]);
      // Once it has resolved, the isolate that wrote the ban issues no token.
      equal((await renew(workers[0])).status, 403);
      // The other reads bans once a second. What it issues until then must be one of those that were cut off.
      for (let asked = 0; asked < 20; asked++) {
        const { status, token } = await renew(workers[1]);
        if (status === 200) tokens.push(token);
        else equal(status, 403);
      }
      await nextSecond();
      for (const worker of [...workers, ...workers]) equal((await renew(worker)).status, 403);
      // Every token that was issued meanwhile is one of those that were cut off.
      const distinct = [...new Set(tokens)];
      for (const token of distinct) equal(await codeAtAbly(token), 40141);
      await new Promise((wake) => setTimeout(wake, CACHE_SECONDS * 1000));
      for (const worker of workers) for (const token of distinct) equal(await verify(worker, token), 403);

      equal(
        (await call(workers[1], 'list')).map(({ target }) => target),
        [{ clientId: 'ada' }],
      );
      await call(workers[1], 'unban', { clientId: 'ada' });
      // At once where it was lifted; the other isolate may remember the ban for as long as it caches.
      const { status, token } = await renew(workers[1]);
      equal([status, await codeAtAbly(token), await call(workers[1], 'list')], [200, 201, []]);
      await new Promise((wake) => setTimeout(wake, CACHE_SECONDS * 1000));
      equal((await renew(workers[0])).status, 200);
      // The old ones stay revoked.
      for (const worker of workers) equal(await verify(worker, distinct[0]), 401);
    } finally {
      await end();
    }
  });
  test('a connected client is refreshed in place, and then kicked, by the other isolate', async () => {
    const { address, origin, workers, call, end } = await start(undefined, startRealtime);
    const client = new Ably.Realtime({
      authUrl: new URL('/auth', address).href,
      endpoint: '127.0.0.1',
      port: Number(new URL(origin).port),
      tls: false,
      logLevel: 0,
    });
    try {
      await client.connection.whenState('connected');
      const { id } = client.connection;
      const channel = client.channels.get('chat:a');
      await channel.publish('n', 'before');
      const states = [];
      client.connection.on(({ current, reason }) => states.push([current, reason?.code].filter(Boolean).join(' ')));
      await call(workers[0], 'grant', { news: ['publish', 'subscribe'] });
      await nextSecond();
      const updated = event(client.connection, 'update');
      await call(workers[1], 'refresh', { clientId: 'ada' });
      await updated;
      await client.channels.get('news').publish('n', 'after');
      const refused = await channel.publish('n', 'after').catch(({ code }) => code);
      equal([refused, client.connection.id, states], [40160, id, ['connected']]);

      const failed = event(client.connection, 'failed');
      await call(workers[1], 'kick', { clientId: 'ada', forSeconds: 600 });
      await failed;
      equal([states[1], states.at(-1)], ['disconnected 40141', 'failed 80019']);
    } finally {
      client.close();
      await end();
    }
  });
  for (const [name, more] of [
    ['all objects', undefined],
    ['Workers KV', { kvNamespaces: ['KV'] }],
  ])
    test(`bans of every kind are listed from ${name}`, async () => {
      const { workers, call, end } = await start(more);
      try {
        const targets = [
          { channel: 'a' },
          ...Array.from({ length: 40 }, (_, index) => ({ clientId: `client ${index + 10}` })),
          { clientId: 'x'.repeat(2000) },
          { revocationKey: 'g' },
        ];
        await Promise.all(targets.map((target, index) => call(workers[index % 2], 'ban', target)));
        for (const worker of workers)
          equal(
            (await call(worker, 'list')).map(({ target }) => target),
            targets,
          );
        await call(workers[0], 'unban', { clientId: 'client 10' });
        equal((await call(workers[0], 'list')).length, targets.length - 1);
        ok(await call(workers[1], 'isBanned', { channel: 'a' }));
      } finally {
        await end();
      }
    });
}
