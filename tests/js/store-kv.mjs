// cloudflareKvStore: what `record` has promised is not lost to another `record` of the same isolate, whatever KV still shows
// and however long a write is under way.
import { equal, rejects } from './assert.mjs';
import { slowKv } from './slow-kv.mjs';
import { KEY, KEY_NAME } from './tokens.mjs';

export default ({ test, library, stores }) => {
  const { AblyAuthError, createRevocations, issueJwtSync, verifyJwt } = library;
  const { cloudflareKvStore } = stores;
  const REVOKED = { kind: 'revoked', code: 40141 };
  const entry = (target, change) => ({
    keyName: KEY_NAME,
    target,
    issuedBefore: Date.now(),
    appliesAt: Date.now(),
    ...change,
  });
  const verified = (options) =>
    verifyJwt(issueJwtSync({ key: KEY, now: Date.now() - 10_000, ...options }).token, { key: KEY });
  const record = (revocations, ...entries) => revocations.record({ results: entries });
  /** As in a Worker that makes everything anew for each request, for `env` is the request's. */
  const anew = (kv) => createRevocations(cloudflareKvStore(kv), { cacheSeconds: 0 });
  const CHANNELS = ['channel:a', 'channel:b', 'channel:c'];

  for (const [what, times] of [
    ['in their order', [5, 15, 25]],
    ['in the opposite order', [60, 30, 1]],
  ])
    test(`three at once on one store, whose writes would arrive ${what}`, async () => {
      const { bind, fates, targets } = slowKv();
      const revocations = anew(bind());
      fates.push(...times);
      await Promise.all(CHANNELS.map((target) => record(revocations, entry(target))));
      equal(targets(), CHANNELS);
    });
  test('three at once, each on a store of its own', async () => {
    const { bind, fates, targets } = slowKv();
    const kv = bind();
    fates.push(60, 30, 1);
    await Promise.all(CHANNELS.map((target) => record(anew(kv), entry(target))));
    equal(targets(), CHANNELS);
  });
  test('those that come while one is written go into one write together', async () => {
    const { bind, fates, targets } = slowKv();
    const kv = bind();
    fates.push(40);
    const first = record(anew(kv), entry('channel:a'));
    while (kv.writes === 0) await new Promise((wake) => setTimeout(wake, 1));
    await Promise.all([
      first,
      ...Array.from({ length: 20 }, (_, index) => record(anew(kv), entry(`channel:${index}`))),
    ]);
    equal([kv.reads, kv.writes, targets().length], [2, 2, 21]);
  });
  test('one after the other, each on a store of its own, while KV still shows that there is nothing', async () => {
    const { bind, clock, targets } = slowKv();
    const kv = bind();
    await anew(kv).check(verified({ capability: { a: ['publish'] } }));
    for (const target of CHANNELS) await record(anew(kv), entry(target));
    equal(targets(), CHANNELS);
    clock.now = 60_000;
    await record(anew(kv), entry('channel:d'));
    equal(targets(), [...CHANNELS, 'channel:d']);
  });
  test('what was recorded counts at once in the isolate that did, on whatever store', async () => {
    const { bind } = slowKv();
    const kv = bind();
    const ada = verified({ clientId: 'ada' });
    await anew(kv).check(ada);
    await record(anew(kv), entry('clientId:ada'));
    await rejects(AblyAuthError, anew(kv).check(ada), REVOKED);
    await anew(bind()).check(verified({ clientId: 'bob' }));
  });
  for (const [what, order] of [
    ['first', [0, 30_000]],
    ['last', [30_000, 0]],
  ])
    test(`one that is in force at once, sent ${what}, and one with a margin`, async () => {
      const { bind, fates } = slowKv();
      const kv = bind();
      fates.push(30, 1);
      await Promise.all(
        order.map((margin) => record(anew(kv), entry('clientId:ada', { appliesAt: Date.now() + margin }))),
      );
      await rejects(AblyAuthError, anew(bind()).check(verified({ clientId: 'ada' })), REVOKED);
    });
  test('a binding that a library wraps at each access', async () => {
    const { bind, fates, targets } = slowKv();
    const kv = bind();
    const wrapped = () =>
      new Proxy(kv, {
        get: (target, name) => (typeof target[name] === 'function' ? target[name].bind(target) : target[name]),
      });
    await anew(wrapped()).check(verified({}));
    fates.push(60, 30, 1);
    await Promise.all(CHANNELS.map((target) => record(anew(wrapped()), entry(target))));
    await record(anew(wrapped()), entry('channel:d'));
    equal(targets(), [...CHANNELS, 'channel:d']);
  });
  test('a binding that takes no property', async () => {
    const { bind, targets } = slowKv();
    const { get, put } = bind();
    const counts = { reads: 0, writes: 0 };
    const kv = Object.freeze({ get: get.bind(counts), put: put.bind(counts) });
    for (const target of CHANNELS) await record(anew(kv), entry(target));
    equal(targets(), CHANNELS);
  });
  test('the same target in two namespaces is two', async () => {
    const [one, other] = [slowKv(), slowKv()];
    await record(anew(one.bind()), entry('channel:a'));
    await record(anew(other.bind()), entry('channel:b'));
    equal([one.targets(), other.targets()], [['channel:a'], ['channel:b']]);
  });

  test('KV takes one write of a key each second: the others wait for it', async () => {
    const { bind, fates, targets } = slowKv();
    const kv = bind();
    const tooMany = new Error('KV PUT failed: 429 Too Many Requests');
    fates.push(1, tooMany);
    await record(anew(kv), entry('channel:a'));
    await Promise.all(['channel:b', 'channel:c'].map((target) => record(anew(kv), entry(target))));
    equal([targets(), kv.writes], [CHANNELS, 3]);
  });
  test('a write that fails fails for its own request only', async () => {
    const { bind, fates, targets } = slowKv();
    const kv = bind();
    fates.push(new Error('KV PUT failed: 500 Internal Server Error'));
    const outcomes = await Promise.allSettled(CHANNELS.map((target) => record(anew(kv), entry(target))));
    equal(
      outcomes.map(({ status }) => status),
      ['rejected', 'fulfilled', 'fulfilled'],
    );
    equal(
      outcomes[0].reason.unstored.map(({ target }) => target),
      ['channel:a'],
    );
    equal(targets(), ['channel:b', 'channel:c']);
  });
  test('a list that is too long together: each that fits is stored', async () => {
    const { bind, targets } = slowKv();
    const kv = bind();
    const many = Array.from({ length: 3000 }, (_, index) => entry(`channel:some rather long name ${index}`));
    const outcomes = await Promise.allSettled([
      record(anew(kv), ...many),
      record(anew(kv), entry('channel:a')),
      record(anew(kv), entry('channel:b')),
    ]);
    equal(
      outcomes.map(({ status }) => status),
      ['rejected', 'fulfilled', 'fulfilled'],
    );
    equal(targets(), ['channel:a', 'channel:b']);
  });
  test('a request that ended during its turn keeps the others from theirs for some seconds only', async () => {
    const { bind, fates, targets } = slowKv();
    const kv = bind();
    let arrive;
    fates.push(new Promise((resolve) => (arrive = resolve)));
    const hanging = record(anew(kv), entry('channel:a'));
    while (kv.writes === 0) await new Promise((wake) => setTimeout(wake, 1));
    const now = Date.now;
    try {
      Date.now = () => now() + 6000;
      await record(anew(kv), entry('channel:b'));
      equal(targets(), ['channel:a', 'channel:b']);
      // It had not ended: its write arrives late, and does not have the last word.
      await record(anew(kv), entry('channel:c'));
      arrive();
      await hanging;
    } finally {
      Date.now = now;
    }
    equal(targets(), CHANNELS);
  });
};
