// createRevocations, with stores by script: whose tokens fall, what is asked of the store, and what is held in memory.
// When a token falls is told by verifyJwt, here as everywhere.
import { equal, ok, rejects } from './assert.mjs';
import {
  entry,
  KEY_CAPABILITY as keyCapability,
  report,
  REVOKED,
  scripted,
  tokensOf,
} from './kept-revocations-world.mjs';
import { KEY, KEY_NAME } from './tokens.mjs';

export default ({ test, library }) => {
  const { AblyAuthError, createIssuer, createRevocations, verifyJwt } = library;
  const { issuer, verified } = tokensOf(library);

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
  test('a channel of one key, and tokens of two in turn', async () => {
    const other = 'xVLyHw.B-pwh7:other-secret';
    const revocations = createRevocations(scripted());
    await revocations.record(report(entry('channel:news')));
    const ofOther = createIssuer({ key: other, capability: { news: ['subscribe'] } });
    for (let turn = 0; turn < 3; turn++) {
      await rejects(AblyAuthError, revocations.check(verified({})), REVOKED);
      const token = ofOther.token({ now: Date.now() - 10_000 });
      await revocations.check(verifyJwt(token, { key: other, keyCapability }));
    }
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
};
