// The stores that need no engine, doubles in place of the engines, and the merging they have in common.
import { equal, ok, rejects } from './assert.mjs';
import { later } from './network-world.mjs';
import { randomFrom } from './random.mjs';
import { KEY, KEY_NAME } from './tokens.mjs';

/** Workers KV: a place keeps what it has read, absence too, for `delay` ms of a clock that is moved by hand. */
function kvDouble() {
  const written = new Map();
  const clock = { now: 0 };
  const place = (delay = 60_000) => {
    const seen = new Map();
    return {
      operations: 0,
      async get(key) {
        this.operations++;
        const held = seen.get(key);
        if (held && clock.now < held.until) return held.value;
        const value = written.has(key) ? JSON.parse(written.get(key)) : null;
        seen.set(key, { value, until: clock.now + delay });
        return value;
      },
      async put(key, value, { expiration }) {
        this.operations++;
        if (!(expiration >= Date.now() / 1000 + 60)) throw new Error('an expiration is at least 60 seconds ahead');
        if (key.length > 512) throw new Error('a key has 512 bytes at most');
        if (this.budget !== undefined && this.budget-- <= 0)
          throw new Error('too many API requests by single Worker invocation');
        written.set(key, value);
      },
    };
  };
  return { place, clock, written };
}

/** Deno KV: a commit goes through if nothing that it checks was written since it was read. */
function denoDouble() {
  const rows = new Map();
  const rowOf = (key) => rows.get(key.join()) ?? { key, value: null, versionstamp: null };
  let version = 0;
  return {
    async getMany(keys) {
      await later(1);
      return keys.map(rowOf);
    },
    atomic() {
      const [checks, sets] = [[], []];
      return {
        check(row) {
          checks.push(row);
          return this;
        },
        set(key, value) {
          sets.push({ key, value });
          return this;
        },
        async commit() {
          await later(1);
          if (checks.some(({ key, versionstamp }) => rowOf(key).versionstamp !== versionstamp)) return { ok: false };
          version++;
          for (const { key, value } of sets) rows.set(key.join(), { key, value, versionstamp: String(version) });
          return { ok: true };
        },
      };
    },
  };
}

export default ({ test, library, stores }) => {
  const { AblyAuthError, createRevocations, issueJwtSync, verifyJwt } = library;
  const { cloudflareKvStore, memoryStore, mergeRevocations } = stores;
  const keyCapability = { '[*]*': ['*'] };
  const verified = (options) =>
    verifyJwt(issueJwtSync({ key: KEY, now: Date.now() - 10_000, ...options }).token, { key: KEY, keyCapability });
  const entry = (target, change) => ({
    keyName: KEY_NAME,
    target,
    issuedBefore: Date.now(),
    appliesAt: Date.now(),
    ...change,
  });
  const REVOKED = { kind: 'revoked', code: 40141 };

  test('merging changes no verdict, in whatever order', () => {
    const { below, pick } = randomFrom(7);
    const base = 1_700_000_000_000;
    for (let turn = 0; turn < 300; turn++) {
      const entries = Array.from({ length: 1 + below(8) }, () => ({
        keyName: KEY_NAME,
        target: pick(['clientId:ada', 'clientId:bob', 'channel:*']),
        issuedBefore: base + 1000 * below(5),
        appliesAt: base + 1000 * below(5),
        expiresAt: base + 9e6,
      }));
      let kept;
      for (const one of entries) kept = mergeRevocations(kept, [one], base);
      ok(kept.length <= entries.length);
      for (let at = 0; at < 6; at++) {
        const token = issueJwtSync({ key: KEY, clientId: pick(['ada', 'bob']), now: base + 1000 * below(5) }).token;
        const falls = (revocations) => {
          try {
            verifyJwt(token, {
              key: KEY,
              keyCapability,
              now: base + 1000 * at,
              revocations,
              clockToleranceSeconds: 60,
            });
            return false;
          } catch (error) {
            if (error.kind !== 'revoked') throw error;
            return true;
          }
        };
        equal(falls(kept), falls(entries), JSON.stringify(entries));
      }
    }
  });
  test('merging lets go of what has expired and what another covers', () => {
    const one = { ...entry('clientId:ada'), issuedBefore: 10, appliesAt: 10, expiresAt: 100 };
    const later = { ...one, issuedBefore: 20, expiresAt: 110 };
    const margin = { ...one, issuedBefore: 20, appliesAt: 30, expiresAt: 110 };
    equal(mergeRevocations([one], [later], 0), [later]);
    equal(mergeRevocations([later], [one], 0), [later]);
    equal(mergeRevocations([one], [margin], 0), [one, margin]);
    equal(mergeRevocations([one], [one], 0), [one]);
    equal(mergeRevocations([one], [], 100), []);
    equal(mergeRevocations(null, [one], 0), [one]);
  });

  test('memory: kept, found, and gone when it has expired', async () => {
    const store = memoryStore();
    const revocations = createRevocations(store, { cacheSeconds: 0 });
    await revocations.record({ results: [entry('clientId:ada'), entry('channel:*')] });
    await rejects(AblyAuthError, revocations.check(verified({ clientId: 'ada' })), REVOKED);
    equal(store.size, 2);
    const soon = {
      id: 'soon',
      entries: [{ ...entry('clientId:x'), expiresAt: Date.now() - 1 }],
      expiresAt: Date.now() - 1,
    };
    await store.put([soon]);
    equal(store.size, 2);
    const many = memoryStore();
    await many.put([
      { id: 'a', entries: [{ ...entry('clientId:x'), expiresAt: Date.now() + 500 }], expiresAt: Date.now() + 500 },
    ]);
    equal(many.size, 1);
    for (const end = Date.now() + 510; Date.now() < end; ) await new Promise((wake) => setTimeout(wake, 5));
    await many.put([]);
    equal(many.size, 0);
  });

  test('KV: another place sees it late, absence included, and says how late', async () => {
    const { place, clock } = kvDouble();
    const [london, sydney] = [place(), place()];
    const [here, there] = [london, sydney].map((kv) => createRevocations(cloudflareKvStore(kv), { cacheSeconds: 0 }));
    equal(there.stalenessSeconds, 60);
    const ada = verified({ clientId: 'ada' });
    await there.check(ada);
    await here.record({ results: [entry('clientId:ada')] });
    clock.now = 59_999;
    await there.check(ada);
    clock.now = 60_000;
    await rejects(AblyAuthError, there.check(ada), REVOKED);
  });
  test('KV: what this isolate wrote is not lost to what KV still shows', async () => {
    const { place, clock } = kvDouble();
    const kv = place();
    const store = cloudflareKvStore(kv);
    const revocations = createRevocations(store, { cacheSeconds: 0 });
    const token = verified({ capability: { a: ['publish'], b: ['publish'] } });
    await revocations.check(token);
    await revocations.record({ results: [entry('channel:a')] });
    await revocations.record({ results: [entry('channel:c')] });
    clock.now = 60_000;
    await rejects(AblyAuthError, revocations.check(token), REVOKED);
  });
  test('KV: three operations to verify, two to record, and what exceeds the budget is said', async () => {
    const { place, written } = kvDouble();
    const kv = place();
    const revocations = createRevocations(cloudflareKvStore(kv), { cacheSeconds: 0 });
    await revocations.check(verified({ clientId: 'ada', revocationKey: 'g' }));
    equal(kv.operations, 3);
    kv.operations = 0;
    await revocations.record({ results: [entry('clientId:ada')] });
    equal(kv.operations, 2);
    kv.budget = 30;
    const error = await rejects(
      AblyAuthError,
      revocations.record({ results: Array.from({ length: 50 }, (_, index) => entry(`clientId:${index}`)) }),
      { kind: 'service' },
    );
    equal([error.unstored.length, written.size], [20, 31]);
  });
  test('KV: a list that grows too long is refused, and what was there stays', async () => {
    const { place } = kvDouble();
    const revocations = createRevocations(cloudflareKvStore(place(0)), { cacheSeconds: 0 });
    await revocations.record({ results: [entry('channel:*')] });
    const many = Array.from({ length: 3000 }, (_, index) => entry(`channel:some rather long name ${index}`));
    const error = await rejects(AblyAuthError, revocations.record({ results: [...many, entry('clientId:ada')] }), {
      kind: 'service',
    });
    equal(error.unstored.length, 3000);
    await rejects(AblyAuthError, revocations.check(verified({})), REVOKED);
    await rejects(
      AblyAuthError,
      revocations.check(verified({ clientId: 'ada', capability: { x: ['publish'] } })),
      REVOKED,
    );
  });
  for (const [what, make] of [
    ['memory', memoryStore],
    ['Deno KV', () => stores.denoKvStore(denoDouble())],
  ])
    test(`${what}: thirty that add to one id at once`, async () => {
      const store = make();
      const expiresAt = Date.now() + 60_000;
      const put = (target) => store.put([{ id: 'one', entries: [{ ...entry(target), expiresAt }], expiresAt }]);
      await Promise.all(Array.from({ length: 30 }, (_, index) => put(`channel:${index}`)));
      equal((await store.get(['one']))[0].length, 30);
    });
  test('what is no namespace is refused', async () => {
    for (const make of [cloudflareKvStore, stores.durableObjectStore, stores.denoKvStore]) {
      let thrown;
      try {
        make(undefined);
      } catch (error) {
        thrown = error;
      }
      ok(thrown instanceof TypeError);
    }
  });
};
