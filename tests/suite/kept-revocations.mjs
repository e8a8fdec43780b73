// createRevocations, with stores by script: what is asked of them, what is held in memory, what happens
// when they fail. When a token falls is told by verifyJwt, here as everywhere.
import { equal, ok, refuses, rejects } from './assert.mjs';
import { errorOf, request } from './edge-request.mjs';
import { KEY, KEY_NAME } from './tokens.mjs';

const HOUR = 3_600_000;

/** Keeps everything, counts what it is asked, and fails or waits when told to. */
function scripted(script = {}) {
  const kept = new Map();
  const asked = [];
  return {
    kept,
    asked,
    script,
    itemsPerPut: script.itemsPerPut,
    stalenessSeconds: script.stalenessSeconds,
    async get(ids) {
      asked.push(ids);
      if (script.down) throw new Error('the store is at 10.0.0.7');
      if (script.hangs) return new Promise(() => {});
      if (script.answer) return script.answer(ids);
      return ids.map((id) => kept.get(id));
    },
    async put(items) {
      if (script.full?.(items)) throw new Error('full');
      const refused = items.filter(({ id }) => script.refuses?.(id));
      for (const { id, entries } of items)
        if (!script.refuses?.(id)) kept.set(id, [...(kept.get(id) ?? []), ...entries]);
      return refused.map(({ id }) => id);
    },
  };
}

export default ({ test, library }) => {
  const { AblyAuthError, createIssuer, createRevocations, verifyJwt, verifyRequest } = library;
  const issuer = createIssuer({ key: KEY, capability: { 'chat:*': ['publish'], news: ['subscribe'] } });
  const keyCapability = { '[*]*': ['*'] };
  const verified = (options) =>
    verifyJwt(issuer.token({ now: Date.now() - 10_000, ...options }), { key: KEY, keyCapability });
  const entry = (target, change) => ({
    keyName: KEY_NAME,
    target,
    issuedBefore: Date.now(),
    appliesAt: Date.now(),
    ...change,
  });
  const report = (...entries) => ({ results: entries });
  const REVOKED = { kind: 'revoked', code: 40141, statusCode: 401 };
  const DOWN = {
    kind: 'service',
    code: 50003,
    statusCode: 503,
    message: 'the revocations could not be looked up, so the token is not accepted',
  };

  for (const [target, options] of [
    ['clientId:ada', { clientId: 'ada' }],
    ['revocationKey:group1', { revocationKey: 'group1' }],
    ['channel:chat:*', {}],
    ['channel:news', { clientId: 'x' }],
    ['clientId:a: 😀', { clientId: 'a: 😀' }],
  ])
    test(`a token falls to ${target}`, async () => {
      const store = scripted();
      const revocations = createRevocations(store);
      await revocations.check(verified(options));
      await revocations.record(report(entry(target)));
      await rejects(AblyAuthError, revocations.check(verified(options)), REVOKED);
      await revocations.check(
        verified({ clientId: 'bob', revocationKey: 'group2', ...options, now: Date.now() + 1000 }),
      );
      await createRevocations(store).record(report());
    });
  test('as verifyJwt says, for any entry', async () => {
    const targets = [
      'clientId:ada',
      'clientId:bob',
      'revocationKey:g',
      'channel:chat:*',
      'channel:chat:a',
      'channel:*',
    ];
    for (const target of targets)
      for (const [issuedBefore, appliesAt] of [
        [0, 0],
        [-5000, 0],
        [-20_000, 0],
        [0, 5000],
        [-10_000, -10_000],
      ]) {
        const one = entry(target, { issuedBefore: Date.now() + issuedBefore, appliesAt: Date.now() + appliesAt });
        const revocations = createRevocations(scripted());
        await revocations.record(report(one));
        const token = issuer.token({ clientId: 'ada', revocationKey: 'g', now: Date.now() - 10_000 });
        const now = Date.now();
        let falls = false;
        try {
          verifyJwt(token, { key: KEY, keyCapability, revocations: [one], now });
        } catch (error) {
          equal(error.kind, 'revoked');
          falls = true;
        }
        const check = revocations.check(verifyJwt(token, { key: KEY, keyCapability, now }), { now });
        if (falls) await rejects(AblyAuthError, check, REVOKED);
        else await check;
      }
  });
  test('a token that its key narrows to the channel falls', async () => {
    const revocations = createRevocations(scripted());
    await revocations.record(report(entry('channel:chat:lobby')));
    const token = issuer.token({ now: Date.now() - 10_000 });
    await rejects(
      AblyAuthError,
      revocations.check(verifyJwt(token, { key: KEY, keyCapability: { 'chat:lobby': ['publish'] } })),
      REVOKED,
    );
    await revocations.check(verifyJwt(token, { key: KEY, keyCapability: { 'chat:*': ['publish'] } }));
  });
  test('without keyCapability, a channel of the key is refused for every token alike', async () => {
    const wanted = {
      kind: 'usage',
      code: undefined,
      path: 'keyCapability',
      remediation: 'give keyCapability, what the key may do, when the token is verified',
    };
    const without = createIssuer({ key: KEY, capability: { other: ['publish'] } });
    const tokens = [issuer, without].flatMap((it) =>
      [10_000, -1000].map((before) => it.token({ clientId: 'ada', now: Date.now() - before })),
    );
    const plain = tokens.map((token) => verifyJwt(token, { key: KEY }));
    equal(
      plain.map(({ narrowed }) => narrowed),
      [false, false, false, false],
    );
    // Of a token that asks for nothing, which a client can be given by others.
    plain.push({ ...plain[0], capability: undefined }, { ...plain[0], narrowed: undefined });
    for (const targets of [['channel:chat:lobby'], ['clientId:ada', 'channel:chat:lobby']])
      for (const onUnavailable of ['refuse', 'allow']) {
        const revocations = createRevocations(scripted(), { onUnavailable });
        for (const one of plain) await revocations.check(one);
        await revocations.record(report(...targets.map((target) => entry(target))));
        // What was looked up is first asked of the store, and then of memory.
        for (let turn = 0; turn < 2; turn++)
          for (const one of plain) await rejects(AblyAuthError, revocations.check(one), wanted);
      }
    const revocations = createRevocations(scripted());
    await revocations.record(report(entry('channel:chat:lobby', { keyName: 'xVLyHw.other' }), entry('clientId:bob')));
    for (const one of plain) await revocations.check(one);
  });
  test('a later one with a margin takes nothing from one that is in force', async () => {
    const revocations = createRevocations(scripted());
    await revocations.record(report(entry('clientId:ada')));
    await revocations.record(report(entry('clientId:ada', { appliesAt: Date.now() + 30_000 })));
    await rejects(AblyAuthError, revocations.check(verified({ clientId: 'ada' })), REVOKED);
  });
  test("another key's tokens do not fall", async () => {
    const revocations = createRevocations(scripted());
    await revocations.record(
      report(entry('clientId:ada', { keyName: 'xVLyHw.other' }), entry('channel:news', { keyName: 'xVLyHw.other' })),
    );
    await revocations.check(verified({ clientId: 'ada' }));
  });

  test('three ids in one call, however many there are', async () => {
    const store = scripted();
    const revocations = createRevocations(store, { cacheSeconds: 0 });
    const wide = verifyJwt(
      library.issueJwtSync({
        key: KEY,
        clientId: 'ada',
        revocationKey: 'g',
        capability: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`c${index}`, ['publish']])),
      }).token,
      { key: KEY },
    );
    for (const count of [0, 10_000]) {
      await revocations.record(report(...Array.from({ length: count }, (_, index) => entry(`clientId:${index}`))));
      store.asked.length = 0;
      await revocations.check(wide);
      equal(
        store.asked.map((ids) => ids.length),
        [3],
      );
      ok(
        store.asked[0].every((id) => /^[\w-]{43}$/.test(id)),
        'base64url of 32 bytes',
      );
    }
    store.asked.length = 0;
    await revocations.check(verified({}));
    equal(
      store.asked.map((ids) => ids.length),
      [1],
      'no client id, no revocation key',
    );
  });
  test('an id is base64url(SHA-256(key name, space, target))', async () => {
    const store = scripted();
    const long = 'x'.repeat(100_000);
    await createRevocations(store).record(
      report(entry('clientId:ada'), entry(`clientId:${long}`), entry('channel:a'), entry('channel:b')),
    );
    const ids = await Promise.all(
      ['clientId:ada', `clientId:${long}`, 'channel:'].map(async (target) => {
        const digest = new Uint8Array(
          await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${KEY_NAME} ${target}`)),
        );
        return btoa(String.fromCharCode(...digest))
          .replaceAll('+', '-')
          .replaceAll('/', '_')
          .replaceAll('=', '');
      }),
    );
    equal([...store.kept.keys()], ids);
    equal(
      store.kept.get(ids[2]).map(({ target }) => target),
      ['channel:a', 'channel:b'],
    );
  });
  test('what was looked up is held, absence too; what is recorded here counts at once', async () => {
    const store = scripted({ stalenessSeconds: 60 });
    const [here, elsewhere] = [createRevocations(store), createRevocations(store)];
    equal(here.stalenessSeconds, 70);
    equal(createRevocations(scripted(), { cacheSeconds: 0 }).stalenessSeconds, 0);
    const ada = verified({ clientId: 'ada' });
    for (let turn = 0; turn < 3; turn++) await here.check(ada);
    equal(store.asked.length, 1);
    await elsewhere.record(report(entry('clientId:ada')));
    await here.check(ada);
    equal(store.asked.length, 1, 'still from memory');
    await rejects(AblyAuthError, elsewhere.check(ada), REVOKED);
    await here.record(report(entry('clientId:ada')));
    await rejects(AblyAuthError, here.check(ada), REVOKED);
  });
  test('memory holds so many, and asks again for the others', async () => {
    const store = scripted();
    const revocations = createRevocations(store);
    const base = verified({ clientId: 'x' });
    for (let index = 0; index < 12_000; index++) await revocations.check({ ...base, clientId: `c${index}` });
    const before = store.asked.length;
    await revocations.check({ ...base, clientId: 'c11999' });
    equal(store.asked.length, before);
    await revocations.check({ ...base, clientId: 'c0' });
    equal(store.asked.length, before + 1);
  });
  test('what is recorded while a look-up waits is not covered up by it', async () => {
    let release;
    const gate = new Promise((resolve) => (release = resolve));
    const store = scripted();
    const revocations = createRevocations(store);
    const ada = verified({ clientId: 'ada' });
    store.script.answer = async (ids) => {
      const before = ids.map((id) => store.kept.get(id));
      await gate;
      return before;
    };
    const waiting = revocations.check(ada);
    await revocations.record(report(entry('clientId:ada')));
    release();
    await waiting;
    delete store.script.answer;
    await rejects(AblyAuthError, revocations.check(ada), REVOKED);
  });

  test('the store is down: refused, and allowed only when so configured', async () => {
    const store = scripted({ down: true });
    const ada = verified({ clientId: 'ada' });
    const error = await rejects(AblyAuthError, createRevocations(store).check(ada), DOWN);
    equal(error.cause.message, 'the store is at 10.0.0.7');
    await createRevocations(store, { onUnavailable: 'allow' }).check(ada);
    const options = { key: KEY, keyCapability: { '*': ['*'] }, operation: 'publish', resource: 'chat:a' };
    const asked = request({ headers: { Authorization: `Bearer ${issuer.token({ clientId: 'ada' })}` } });
    const { response } = await verifyRequest(asked, { ...options, revocations: createRevocations(store) });
    equal([response.status, (await errorOf(response)).message], [503, DOWN.message]);
    ok(
      (await verifyRequest(asked, { ...options, revocations: createRevocations(store, { onUnavailable: 'allow' }) }))
        .verified,
    );
  });
  for (const [what, script] of [
    ['recorded before it went down', {}],
    ['recorded while it was down', { down: true, full: () => true }],
  ])
    for (const cacheSeconds of [0, 10])
      test(`allowed, but not what was ${what}, held for ${cacheSeconds} s`, async () => {
        const store = scripted(script);
        const revocations = createRevocations(store, { onUnavailable: 'allow', cacheSeconds });
        for (const margin of [0, 30_000])
          await revocations
            .record(report(entry('clientId:ada', { appliesAt: Date.now() + margin })))
            .catch(({ kind }) => equal(kind, 'service'));
        store.script.down = true;
        await rejects(AblyAuthError, revocations.check(verified({ clientId: 'ada' })), REVOKED);
        await revocations.check(verified({ clientId: 'bob' }));
      });
  test('allowed, but not what memory knows as revoked', async () => {
    const store = scripted();
    const revocations = createRevocations(store, { onUnavailable: 'allow', cacheSeconds: 1 });
    await revocations.record(report(entry('clientId:ada')));
    const ada = verified({ clientId: 'ada' });
    await rejects(AblyAuthError, revocations.check(ada), REVOKED);
    store.script.down = true;
    const later = Date.now() + 1100;
    while (Date.now() < later) await new Promise((wake) => setTimeout(wake, 50));
    await rejects(AblyAuthError, revocations.check(ada), REVOKED);
    await revocations.check(verified({ clientId: 'bob' }));
  });
  for (const [name, script] of [
    ['never answers', { hangs: true }],
    ['gives too few', { answer: () => [] }],
    ['gives no list', { answer: () => ({}) }],
    ['gives what are no entries', { answer: (ids) => ids.map(() => [{}]) }],
    ['gives no lists of entries', { answer: (ids) => ids.map(() => 'x') }],
    [
      'gives a target that is none',
      {
        answer: (ids) =>
          ids.map(() => [{ keyName: KEY_NAME, target: 'x', issuedBefore: 8e15, appliesAt: 8e15, expiresAt: 8e15 }]),
      },
    ],
  ])
    test(`a store that ${name} is down`, async () => {
      const revocations = createRevocations(scripted(script), { timeoutMs: 50 });
      await rejects(AblyAuthError, revocations.check(verified({ clientId: 'ada' })), DOWN);
    });

  test('what the store did not take is said, and all the rest is there', async () => {
    const store = scripted({
      itemsPerPut: 3,
      full: (items) => items.some(({ entries }) => entries[0].target === 'clientId:7'),
    });
    const entries = Array.from({ length: 20 }, (_, index) => entry(`clientId:${index}`));
    const revocations = createRevocations(store);
    const error = await rejects(AblyAuthError, revocations.record(report(...entries)), {
      kind: 'service',
      message: 'the store did not take 3 of 20 revocations; the others are recorded; record those in unstored again',
    });
    equal(error.unstored, entries.slice(6, 9));
    equal([store.kept.size, error.cause.message], [17, 'full']);
    delete store.script.full;
    await revocations.record({ results: error.unstored });
    equal(store.kept.size, 20);
  });
  test('single ones that the store refuses', async () => {
    const store = scripted();
    const revocations = createRevocations(store);
    await revocations.record(report(entry('clientId:a')));
    const [id] = store.kept.keys();
    store.script.refuses = (one) => one === id;
    const refused = entry('clientId:a');
    const error = await rejects(AblyAuthError, revocations.record(report(refused, entry('clientId:b'))), {
      kind: 'service',
    });
    equal([error.unstored, store.kept.size], [[refused], 2]);
  });
  test('100,000 at once, each by itself', async () => {
    const store = scripted();
    const revocations = createRevocations(store);
    await revocations.record(report(...Array.from({ length: 100_000 }, (_, index) => entry(`clientId:${index}`))));
    equal(store.kept.size, 100_000);
    await rejects(AblyAuthError, revocations.check(verified({ clientId: '99999' })), REVOKED);
  });
  test('results that failed are passed over; what is none is refused', async () => {
    const store = scripted();
    const revocations = createRevocations(store);
    await revocations.record(
      report({
        keyName: KEY_NAME,
        target: 'clientId:ada',
        error: new AblyAuthError({ kind: 'network', message: 'x' }),
      }),
    );
    equal(store.kept.size, 0);
    for (const [wrong, path] of [
      [entry('client:ada'), 'results[0].target'],
      [entry('clientId:'), 'results[0].target'],
      [entry('clientId:a', { issuedBefore: undefined }), 'results[0].issuedBefore'],
      [null, 'results[0]'],
      [entry('clientId:a', { keyName: 1 }), 'results[0].keyName'],
    ])
      await rejects(AblyAuthError, revocations.record(report(wrong)), { kind: 'usage', path });
    await rejects(AblyAuthError, revocations.record([]), { kind: 'usage', path: 'report' });
  });

  test('an entry is kept for the life of a token, an hour, and five minutes', async () => {
    const store = scripted();
    const revocations = createRevocations(store);
    const issuedBefore = Date.now() - 10 * 60_000;
    await revocations.record(report(entry('clientId:ada', { issuedBefore })));
    equal([...store.kept.values()][0][0].expiresAt, issuedBefore + HOUR + 5 * 60_000);
    await revocations.record(report(entry('clientId:old', { issuedBefore: Date.now() - HOUR - 6 * 60_000 })));
    equal(store.kept.size, 1, 'nobody has a token any more that it could touch');
  });
  test('expiry is checked again on reading', async () => {
    const store = scripted({
      answer: (ids) => ids.map(() => [{ ...entry('clientId:ada'), expiresAt: Date.now() - 1 }]),
    });
    await createRevocations(store).check(verified({ clientId: 'ada' }));
  });
  test('a token whose revocation would be forgotten is refused', async () => {
    const revocations = createRevocations(scripted());
    await rejects(AblyAuthError, revocations.check(verified({ ttlSeconds: 3601 })), {
      kind: 'token',
      code: 40003,
      statusCode: 401,
    });
    await createRevocations(scripted(), { maxTtlSeconds: 86_400 }).check(verified({ ttlSeconds: 86_400 }));
    const old = verifyJwt(issuer.token({ now: Date.now() - HOUR - 301_000 }), {
      key: KEY,
      clockToleranceSeconds: 3600,
    });
    await rejects(AblyAuthError, revocations.check(old), { kind: 'expired', code: 40142 });
    await revocations.check(
      verifyJwt(issuer.token({ now: Date.now() - HOUR - 200_000 }), { key: KEY, clockToleranceSeconds: 3600 }),
    );
  });
  for (const [name, make, path] of [
    ['no store', () => createRevocations(), 'store'],
    ['half a store', () => createRevocations({ get() {} }), 'store'],
    ['an unknown option', () => createRevocations(scripted(), { cache: 1 }), 'cache'],
    ['an odd onUnavailable', () => createRevocations(scripted(), { onUnavailable: 'ignore' }), 'onUnavailable'],
    ['cacheSeconds', () => createRevocations(scripted(), { cacheSeconds: -1 }), 'cacheSeconds'],
    ['maxTtlSeconds', () => createRevocations(scripted(), { maxTtlSeconds: 86_401 }), 'maxTtlSeconds'],
    ['timeoutMs', () => createRevocations(scripted(), { timeoutMs: 0 }), 'timeoutMs'],
  ])
    test(`${name} is refused`, () => refuses(AblyAuthError, make, { kind: 'usage', path }));
};
