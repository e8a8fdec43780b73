// Bans in the stores that need no engine, and in doubles of those that do: listed, lifted, and how late they count.
import { accessWorld } from './access-world.mjs';
import { equal, ok } from './assert.mjs';
import { randomFrom } from './random.mjs';

const PAGE = 3;
const HOUR = 3_600_000;

/** Workers KV: a place keeps what it has read for a minute of a clock that is moved by hand, and lists by pages. */
function kvDouble() {
  const rows = new Map();
  const clock = { now: 0 };
  const place = () => {
    const seen = new Map();
    const reads = [];
    return {
      reads,
      async get(key) {
        reads.push(key);
        const held = seen.get(key);
        if (held === undefined || clock.now >= held.until)
          seen.set(key, { text: rows.get(key)?.text ?? 'null', until: clock.now + 60_000 });
        return JSON.parse(seen.get(key).text);
      },
      async put(key, text, { metadata }) {
        if (metadata !== undefined && new TextEncoder().encode(JSON.stringify(metadata)).length > 1024)
          throw new Error('413: metadata has at most 1024 bytes');
        rows.set(key, { text, metadata });
      },
      async list({ prefix, cursor = '' }) {
        const names = [...rows.keys()].filter((name) => name.startsWith(prefix) && name > cursor).sort();
        const keys = names.slice(0, PAGE).map((name) => ({ name, metadata: rows.get(name).metadata }));
        return { keys, list_complete: names.length <= PAGE, cursor: keys.at(-1)?.name };
      },
    };
  };
  return { place, clock, rows };
}

/** Deno KV: rows in the order of their keys. */
function denoDouble() {
  const rows = new Map();
  let version = 0;
  const rowOf = (key) => rows.get(key.join('\0')) ?? { key, value: null, versionstamp: null };
  return {
    getMany: async (keys) => keys.map(rowOf),
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
          if (checks.some(({ key, versionstamp }) => rowOf(key).versionstamp !== versionstamp)) return { ok: false };
          for (const row of sets) rows.set(row.key.join('\0'), { ...row, versionstamp: String(++version) });
          return { ok: true };
        },
      };
    },
    async *list({ start, end }) {
      for (const [name, row] of [...rows].sort(([one], [other]) => (one < other ? -1 : 1)))
        if (name >= start.join('\0') && name < end.join('\0')) yield row;
    },
  };
}

export default ({ test, library, ...rest }) => {
  const context = { library, ...rest };
  const { createAccess } = library;
  const { cloudflareKvStore, denoKvStore, memoryStore, mergeRevocations } = context.stores;
  const STORES = {
    memory: () => {
      const store = memoryStore();
      return () => store;
    },
    'Workers KV': () => {
      const { place } = kvDouble();
      return () => cloudflareKvStore(place());
    },
    'Deno KV': () => {
      const kv = denoDouble();
      return () => denoKvStore(kv);
    },
  };

  for (const [name, open] of Object.entries(STORES)) {
    test(`${name}: bans of all kinds, listed here and elsewhere`, async () => {
      const storeOf = open();
      const { access, source } = accessWorld(context, { store: storeOf() });
      const targets = [
        { channel: 'chat:*' },
        { channel: 'news' },
        ...Array.from({ length: 8 }, (_, index) => ({ clientId: `client ${index}` })),
        { clientId: `é${'x'.repeat(3000)}` },
        { revocationKey: 'g' },
      ];
      for (const target of targets) await access.ban({ ...target, forSeconds: 3600 });
      await access.kick({ clientId: 'client 3' });
      const elsewhere = createAccess({ source, store: storeOf() });
      for (const one of [access, elsewhere]) {
        const listed = await one.list();
        equal(
          listed.map(({ target }) => target),
          targets,
        );
        ok(listed.every(({ until }) => Math.abs(until - Date.now() - HOUR) < 60_000));
      }
      for (const target of targets) equal(await elsewhere.isBanned(target), true);
      await elsewhere.unban({ channel: 'news' });
      await elsewhere.unban({ clientId: 'client 0' });
      equal((await elsewhere.list()).length, targets.length - 2);
      equal(
        [await elsewhere.isBanned({ channel: 'news' }), await elsewhere.isBanned({ channel: 'chat:*' })],
        [false, true],
      );
    });
    test(`${name}: many at once, and none is lost`, async () => {
      const storeOf = open();
      const { access } = accessWorld(context, { store: storeOf() });
      const channels = Array.from({ length: 12 }, (_, index) => ({ channel: `c${index}` }));
      await Promise.all(channels.map((target) => access.ban(target)));
      equal((await access.list()).length, 12);
    });
  }

  test('of two bans the later one counts, in whatever order they are merged', () => {
    const { below, pick } = randomFrom(5);
    for (let round = 0; round < 300; round++) {
      const entries = Array.from({ length: 1 + below(6) }, () => {
        const issuedBefore = 1000 + below(5);
        return {
          keyName: '',
          target: pick(['clientId:ada', 'clientId:bob']),
          issuedBefore,
          appliesAt: issuedBefore,
          expiresAt: 9e6,
          bannedUntil: pick([0, 5000, 8000]),
        };
      });
      const expected = {};
      for (const entry of entries) {
        const { issuedBefore = 0, bannedUntil = 0 } = expected[entry.target] ?? {};
        const isLater = entry.issuedBefore > issuedBefore;
        if (isLater || (entry.issuedBefore === issuedBefore && entry.bannedUntil > bannedUntil))
          expected[entry.target] = entry;
      }
      let kept;
      for (const entry of entries) kept = mergeRevocations(kept, [entry], 2000);
      equal(Object.fromEntries(kept.map((entry) => [entry.target, entry])), expected);
      equal(kept.length, Object.keys(expected).length);
    }
  });
  test('KV: another place misses a ban for as long as it is stale, and no longer', async () => {
    const { place, clock } = kvDouble();
    const here = accessWorld(context, { store: cloudflareKvStore(place()), cacheSeconds: 0 });
    const there = createAccess({ source: here.source, store: cloudflareKvStore(place()), cacheSeconds: 0 });
    const endpoint = here.endpointOf({ access: there });
    equal([(await here.ask({ user: 'ada' }, endpoint)).status, there.stalenessSeconds], [200, 60]);
    await here.access.kick({ clientId: 'ada' });
    equal([(await here.ask()).status, (await here.ask({ user: 'ada' }, endpoint)).status], [403, 200]);
    clock.now += there.stalenessSeconds * 1000;
    const token = here.old({ clientId: 'ada' });
    equal([(await here.ask({ user: 'ada' }, endpoint)).status, await here.atApi(token, { access: there })], [403, 403]);
  });
  test('KV: a list reads nothing that its metadata has', async () => {
    const { place, rows } = kvDouble();
    const kv = place();
    const { access, source } = accessWorld(context, { store: cloudflareKvStore(kv) });
    for (let index = 0; index < 7; index++) await access.ban({ clientId: `client ${index}` });
    await access.ban({ clientId: 'x'.repeat(3000) });
    const other = place();
    equal((await createAccess({ source, store: cloudflareKvStore(other) }).list()).length, 8);
    equal([other.reads.length, rows.size], [1, 8]);
  });
};
