// createAccess when a part of a kick fails or the process ends between two parts, and when the store is down.
import { accessWorld, watched } from './access-world.mjs';
import { equal, ok, rejects } from './assert.mjs';

const fails = () => {
  throw new Error('the store is at 10.0.0.7');
};
const SERVICE = { kind: 'service', code: 50003, statusCode: 503 };

export default ({ test, library, ...rest }) => {
  const context = { library, ...rest };
  const { AblyAuthError, createAccess } = library;
  const { memoryStore } = context.stores;
  const isBan = ({ id }) => id.startsWith('ban.');

  test('the ban fails: nothing is revoked', async () => {
    const world = accessWorld(context);
    const token = world.old({ clientId: 'ada' });
    world.store.script.put = fails;
    const error = await rejects(AblyAuthError, world.access.kick({ clientId: 'ada' }), {
      ...SERVICE,
      message:
        'the ban could not be recorded, so nothing was revoked: the store failed to save the ban; call it again once the cause is mended: each part can be repeated',
    });
    ok(!error.message.includes('10.0.0.7') && error.cause.cause.message.includes('10.0.0.7'));
    const { ban, ably, record, target } = error.report;
    equal([target, ban.done, ably, record], ['clientId:ada', false, { done: false }, { done: false }]);
    equal([await world.atAbly(token), world.sent], [201, []]);
    delete world.store.script.put;
    await world.access.kick({ clientId: 'ada' });
    equal([await world.atAbly(token), (await world.ask()).status], [40141, 403]);
  });
  test('Ably fails: the ban stands, and a repeated kick does the rest', async () => {
    const world = accessWorld(context);
    const token = world.old({ clientId: 'ada' });
    const down = createAccess({
      source: {
        ...world.source,
        fetch: async () => {
          throw new TypeError('down');
        },
      },
      store: world.store,
    });
    const error = await rejects(AblyAuthError, down.kick({ clientId: 'ada' }), {
      kind: 'network',
      message: /^Ably did not revoke the tokens: /,
    });
    const { ban, ably, record } = error.report;
    equal([ban.done, ably.done, ably.error.kind, record], [true, false, 'network', { done: false }]);
    equal([(await world.ask()).status, await world.atApi(token), await world.atAbly(token)], [403, 403, 201]);
    await world.access.kick({ clientId: 'ada' });
    equal([await world.atAbly(token), await world.atApi(token)], [40141, 403]);
  });
  test("a key without revocable tokens: the ban stands, and the error is Ably's", async () => {
    const world = accessWorld(context);
    const access = createAccess({ source: { key: world.sandbox.keys.root, ...world.network }, store: world.store });
    const error = await rejects(AblyAuthError, access.kick({ clientId: 'ada' }), {
      message: /^Ably did not revoke the tokens: /,
    });
    ok(error.code >= 40000 && error.report.ban.done && error.remediation.includes('each part can be repeated'));
  });
  for (const [name, which] of [
    ['the revocation', (items) => !items.some(isBan)],
    ['the cut-off', (items) => items.some(isBan) && items[0].entries[0].cutOff > 0],
  ])
    test(`recording ${name} fails: Ably is told, and a repeated kick records it`, async () => {
      const world = accessWorld(context);
      const token = world.old({ clientId: 'ada' });
      world.store.script.put = (items) => which(items) && fails();
      const error = await rejects(AblyAuthError, world.access.kick({ clientId: 'ada', forSeconds: 2 }), {
        ...SERVICE,
        message: /^the revocation could not be recorded: /,
      });
      const { ban, ably, record } = error.report;
      equal([ban.done, ably.done, ably.results.length, record.done], [true, true, 1, false]);
      equal([await world.atAbly(token), (await world.ask()).status], [40141, 403]);
      delete world.store.script.put;
      await world.access.kick({ clientId: 'ada', forSeconds: 2 });
      while (await world.access.isBanned({ clientId: 'ada' })) await new Promise((wake) => setTimeout(wake, 50));
      equal(await world.atApi(token), 401, 'it is recorded, also after the ban');
    });
  test('refresh: no clock, no answer, no record', async () => {
    for (const [path, script, parts] of [
      ['/time', undefined, [false, false]],
      ['revokeTokens', undefined, [false, false]],
      [undefined, fails, [true, false]],
    ]) {
      const world = accessWorld(context);
      const fetch = (url, init) =>
        path !== undefined && url.includes(path)
          ? Promise.reject(new TypeError('down'))
          : world.network.fetch(url, init);
      const access = createAccess({ source: { ...world.source, fetch }, store: world.store });
      world.store.script.put = script;
      const { report } = await rejects(AblyAuthError, access.refresh({ clientId: 'ada' }), {});
      equal([report.ably.done, report.record.done], parts);
      equal(await access.isBanned({ clientId: 'ada' }), false);
    }
  });

  test('the process ends at any call of a kick, and the next one is repeated: banned before revoked, always', async () => {
    for (let end = 1; ; end++) {
      const inner = memoryStore();
      let calls = 0;
      /** Never settles, as a call does whose process is gone. */
      const dies = () => (++calls >= end ? new Promise(() => {}) : undefined);
      const world = accessWorld(context, { store: watched(inner) });
      const token = world.old({ clientId: 'ada' });
      const fetch = async (...call) => {
        await dies();
        return world.network.fetch(...call);
      };
      const dying = createAccess({
        source: { ...world.source, fetch, timeoutMs: 200 },
        store: watched(inner, { get: dies, put: dies }),
        timeoutMs: 200,
      });
      let isDone = false;
      // Its failure is of no interest: the process is gone by then.
      const done = () => {
        isDone = true;
      };
      dying.kick({ clientId: 'ada' }).then(done, done);
      while (!isDone && calls < end) await new Promise((wake) => setTimeout(wake, 1));
      await new Promise((wake) => setTimeout(wake, 5));
      // Whatever is left behind, another process sees it as it is.
      const isBanned = await createAccess({ source: world.source, store: watched(inner) }).isBanned({
        clientId: 'ada',
      });
      const isRevoked = (await world.atAbly(token)) === 40141;
      ok(isBanned || !isRevoked, `revoked and not banned, after call ${end}`);
      await world.access.kick({ clientId: 'ada' });
      equal([await world.atAbly(token), (await world.ask()).status, await world.atApi(token)], [40141, 403, 403]);
      if (calls < end) {
        ok(end > 4, 'it was ended at several calls');
        break;
      }
    }
  });

  test('the store is down: nobody gets a token, unless so configured', async () => {
    for (const [onUnavailable, status] of [
      [undefined, 503],
      ['refuse', 503],
      ['allow', 200],
    ]) {
      const world = accessWorld(context, { onUnavailable });
      const token = world.old({ clientId: 'ada' });
      world.store.script.get = fails;
      equal([(await world.ask()).status, await world.atApi(token)], [status, status]);
      if (status === 503) {
        equal(world.errors[0].message, 'the bans could not be looked up');
        await rejects(AblyAuthError, world.access.isBanned({ clientId: 'ada' }), SERVICE);
      }
      // What this object banned stays banned.
      await world.access.kick({ clientId: 'ada' });
      equal((await world.ask()).status, status === 503 ? 503 : 403);
    }
  });
  test('a store that hangs', async () => {
    const world = accessWorld(context, { timeoutMs: 20 });
    world.store.script.get = world.store.script.put = world.store.script.list = () => new Promise(() => {});
    equal((await world.ask()).status, 503);
    await rejects(AblyAuthError, world.access.ban({ clientId: 'ada' }), SERVICE);
    await rejects(AblyAuthError, world.access.unban({ clientId: 'ada' }), SERVICE);
    await rejects(AblyAuthError, world.access.list(), { ...SERVICE, message: 'the bans could not be listed' });
  });
  test('a store that refuses the item', async () => {
    const inner = memoryStore();
    const world = accessWorld(context, {
      store: { ...watched(inner), put: async (items) => items.map(({ id }) => id) },
    });
    await rejects(AblyAuthError, world.access.ban({ clientId: 'ada' }), { ...SERVICE, message: /may be too large/ });
    equal(await world.access.isBanned({ clientId: 'ada' }), false);
  });
};
