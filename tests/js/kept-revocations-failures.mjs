// createRevocations when its store fails, in part or altogether, and when entries expire.
import { equal, ok, refuses, rejects } from './assert.mjs';
import { errorOf, request } from './edge-request.mjs';
import { entry, report, REVOKED, scripted, tokensOf } from './kept-revocations-world.mjs';
import { KEY, KEY_NAME } from './tokens.mjs';

const HOUR = 3_600_000;

export default ({ test, library }) => {
  const { AblyAuthError, createRevocations, verifyJwt, verifyRequest } = library;
  const { issuer, verified } = tokensOf(library);
  const DOWN = {
    kind: 'service',
    code: 50003,
    statusCode: 503,
    message: 'the revocations could not be looked up, so the token is not accepted',
  };

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
      message:
        'the store failed to save 3 of 20 revocations; the others are recorded; record the ones in unstored again',
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
