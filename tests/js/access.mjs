// createAccess: kick, ban, unban, refresh and list, at Ably (the sandbox), at the token endpoint and at an API.
import { accessWorld, BANNED, EVERYTHING, newSecond, watched } from './access-world.mjs';
import { equal, ok, refuses, rejects } from './assert.mjs';
import { KEY } from './tokens.mjs';

/** Each kind of target, and the client that it hits. */
const TARGETS = [
  [{ clientId: 'ada' }, { user: 'ada' }, { clientId: 'ada' }],
  [{ revocationKey: 'group1' }, { user: 'eve', group: 'group1' }, { clientId: 'eve', revocationKey: 'group1' }],
  [{ channel: 'chat:*' }, { user: 'eve', capability: '{"chat:*":["publish"]}' }, { clientId: 'eve' }],
];
const nameOf = (target) => Object.entries(target)[0].join(':');

export default ({ test, library, ...rest }) => {
  const context = { library, ...rest };
  const { AblyAuthError, createAccess, createRevocations, createTokenEndpoint, verifyJwt, verifyRequest } = library;
  const { memoryStore } = context.stores;

  for (const [target, params, grant] of TARGETS) {
    test(`kick ${nameOf(target)}: Ably, the endpoint and the API refuse, and no one else is hit`, async () => {
      const { access, ask, atApi, atAbly, old, errors } = accessWorld(context);
      const [token, other] = [old(grant), old({ clientId: 'bob', capability: { 'chat:b': ['publish'] } })];
      equal([await atAbly(token), await atApi(token), (await ask(params)).status], [201, 200, 200]);
      const report = await access.kick(target);
      equal([report.target, report.ban.done, report.ably.done, report.record.done], [nameOf(target), true, true, true]);
      ok(Math.abs(report.ban.until - Date.now() - 600_000) < 60_000, 'ten minutes');
      equal([await atAbly(token), (await ask(params)).status, (await ask(params)).code], [40141, 403, 40300]);
      equal(await atApi(token), target.channel ? 401 : 403);
      equal(await access.isBanned(target), true);
      equal([await atAbly(other, 'chat:b'), await atApi(other, { resource: 'chat:b' })], [201, 200]);
      equal((await ask({ user: 'bob', capability: '{"chat:b":["publish"]}' })).status, 200);
      equal(errors, []);
    });
    test(`ban and unban ${nameOf(target)}`, async () => {
      const { access, ask, atApi, atAbly, old, sent } = accessWorld(context);
      const token = old(grant);
      for (let round = 0; round < 2; round++) {
        equal(await access.isBanned(target), false);
        await access.ban(target);
        equal([await access.isBanned(target), (await ask(params)).status, await atApi(token)], [true, 403, 403]);
        equal([await atAbly(token), sent], [201, []], 'Ably is not told');
        await access.unban(target);
        equal([await access.isBanned(target), (await ask(params)).status, await atApi(token)], [false, 200, 200]);
      }
      equal(await access.list(), []);
    });
  }

  test('a banned channel is left out of a token that has others', async () => {
    const { access, ask } = accessWorld(context);
    await access.ban({ channel: 'news' });
    equal(await ask(), {
      status: 200,
      token: (await ask()).token,
      code: undefined,
      capability: '{"chat:*":["publish"]}',
    });
    await access.ban({ channel: 'chat:*' });
    equal((await ask()).status, 403);
    // As with a revocation, the resource has to be the very same.
    equal((await ask({ user: 'ada', capability: '{"chat:a":["publish"]}' })).status, 200);
    await access.unban({ channel: 'news' });
    equal((await ask()).capability, '{"news":["publish"]}');
  });
  test('a ban does not end an earlier one sooner, and ends by itself', async () => {
    const { access, ask } = accessWorld(context);
    await access.ban({ clientId: 'ada' });
    const [{ until, bannedAt, target }] = await access.list();
    ok(until > Date.now() + 9 * 365 * 86_400_000 && Math.abs(bannedAt - Date.now()) < 60_000);
    equal(target, { clientId: 'ada' });
    await access.kick({ clientId: 'ada', forSeconds: 1 });
    equal((await access.list())[0].until, until);
    await access.ban({ clientId: 'bob', forSeconds: 1 });
    equal(await access.isBanned({ clientId: 'bob' }), true);
    while (await access.isBanned({ clientId: 'bob' })) await new Promise((wake) => setTimeout(wake, 50));
    equal([(await ask({ user: 'bob' })).status, (await access.list()).length], [200, 1]);
  });
  test('list has every target, sorted, and each goes to unban', async () => {
    const { access } = accessWorld(context);
    const targets = [{ channel: 'a:b' }, { channel: 'z' }, { clientId: 'ada: 😀' }, { revocationKey: 'g' }];
    for (const target of targets.toReversed()) await access.ban({ ...target, forSeconds: 60 });
    const listed = await access.list();
    equal(
      listed.map(({ target }) => target),
      targets,
    );
    for (const { target } of listed) await access.unban(target);
    equal(await access.list(), []);
  });

  test('after an unban no token has the second of the cut-off', async () => {
    const { access, ask, atAbly, old } = accessWorld(context);
    const token = old({ clientId: 'ada' });
    await newSecond();
    const { ably } = await access.kick({ clientId: 'ada' });
    const [{ issuedBefore }] = ably.results;
    await access.unban({ clientId: 'ada' });
    const answer = await ask();
    const { issued } = verifyJwt(answer.token, { key: accessKey(context), keyCapability: EVERYTHING });
    ok(Math.floor(issued / 1000) > Math.floor(issuedBefore / 1000), `${issued} after ${issuedBefore}`);
    equal([await atAbly(answer.token), await atAbly(token)], [201, 40141]);
  });
  test("Ably's clock is ahead: the endpoint waits for it, or says that the clocks differ", async () => {
    for (const [aheadMs, status] of [
      [1500, 200],
      [60_000, 503],
    ]) {
      const { access, ask, atAbly, errors } = accessWorld(context, { aheadMs });
      await access.kick({ clientId: 'ada' });
      await access.unban({ clientId: 'ada' });
      const answer = await ask();
      equal(answer.status, status);
      if (status === 200) equal(await atAbly(answer.token), 201);
      else equal(errors[0].message, 'tokens of the present time are revoked: the clock of this machine is behind');
    }
  });

  test('refresh: the renewed token lives on, the old one falls after the margin', async () => {
    const { access, ask, atApi, atAbly, old, pass, sent } = accessWorld(context);
    const token = old({ clientId: 'ada' });
    await newSecond();
    const { target, ably, record } = await access.refresh({ clientId: 'ada' });
    const renewed = (await ask()).token;
    equal([target, ably.done, record.done, sent.at(-1).endsWith('/revokeTokens')], ['clientId:ada', true, true, true]);
    const [{ issuedBefore, appliesAt }] = ably.results;
    equal([issuedBefore % 1000, Date.now() - issuedBefore < 2000], [0, true]);
    ok(appliesAt > Date.now() + 29_000, 'with the margin');
    equal(await access.isBanned({ clientId: 'ada' }), false);
    equal([await atAbly(token), await atAbly(renewed), await atApi(token), await atApi(renewed)], [201, 201, 200, 200]);
    pass(31_000);
    equal([await atAbly(token), await atAbly(renewed)], [40141, 201]);
    const now = Date.now() + 31_000;
    equal([await atApi(token, { now }), await atApi(renewed, { now })], [401, 200]);
  });
  test('refresh takes the earlier of the two clocks', async () => {
    for (const aheadMs of [-5000, 5000]) {
      const { access } = accessWorld(context, { aheadMs });
      const [{ issuedBefore }] = (await access.refresh({ clientId: 'ada' })).ably.results;
      equal(Math.abs(Date.now() + Math.min(0, aheadMs) - issuedBefore) < 2000, true, `${aheadMs}`);
    }
  });

  test('a request that began before a kick and ends after the unban waits for the cut-off too', async () => {
    const { access, endpointOf, ask, atAbly } = accessWorld(context, { cacheSeconds: 3600 });
    let letGo;
    const held = new Promise((go) => {
      letGo = go;
    });
    const slow = endpointOf({
      authenticate: async () => {
        await held;
        return { clientId: 'ada', capability: { 'chat:*': ['publish'] } };
      },
    });
    const pending = ask({}, slow);
    await newSecond();
    await access.kick({ clientId: 'ada' });
    await access.unban({ clientId: 'ada' });
    await newSecond();
    letGo();
    const { status, token } = await pending;
    equal([status, await atAbly(token)], [200, 201]);
  });
  test('the time of a token is that of the request', async () => {
    const { endpointOf, ask, key } = accessWorld(context);
    const arrived = Date.now();
    const slow = endpointOf({
      authenticate: async () => {
        await newSecond();
        await newSecond();
        return { clientId: 'ada', capability: { 'chat:*': ['publish'] } };
      },
    });
    const { token } = await ask({}, slow);
    equal(verifyJwt(token, { key }).issued, Math.floor(arrived / 1000) * 1000);
  });
  test('an endpoint elsewhere, whatever its cache, refuses at once', async () => {
    const { access, store, source, ask, endpointOf, atApi, old } = accessWorld(context);
    const elsewhere = createAccess({ source, store, cacheSeconds: 3600 });
    const there = endpointOf({ access: elsewhere });
    equal([(await ask({ user: 'ada' }, there)).status, await elsewhere.isBanned({ clientId: 'ada' })], [200, false]);
    await newSecond();
    await access.kick({ clientId: 'ada' });
    await newSecond();
    equal((await ask({ user: 'ada' }, there)).status, 403);
    equal(await atApi(old({ clientId: 'ada' }), { access: createAccess({ source, store }) }), 403);
    equal(elsewhere.stalenessSeconds, 3600);
  });
  test('what an object wrote it sees at once, however stale the store is', async () => {
    const inner = memoryStore();
    let stale = new Map();
    const store = watched(inner);
    store.stalenessSeconds = 60;
    const get = store.get;
    store.get = async (ids) => Promise.all(ids.map(async (id) => stale.get(id) ?? (await get([id]))[0]));
    const { access, ask, atApi, old } = accessWorld(context, { store });
    const token = old({ clientId: 'ada' });
    equal([await access.isBanned({ clientId: 'ada' }), (await ask()).status, await atApi(token)], [false, 200, 200]);
    stale = { get: () => [] };
    await access.ban({ clientId: 'ada' });
    equal([await access.isBanned({ clientId: 'ada' }), (await ask()).status, await atApi(token)], [true, 403, 403]);
    await access.unban({ clientId: 'ada' });
    equal([await access.isBanned({ clientId: 'ada' }), (await ask()).status, await atApi(token)], [false, 200, 200]);
    equal([await access.list(), access.stalenessSeconds], [[], 70]);
  });

  test('an Ably token that is issued while the client is banned is not handed out', async () => {
    const { access, source, ask, endpointOf, network } = accessWorld(context);
    const capability = JSON.stringify(
      Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`a rather long room ${index}`, ['publish']])),
    );
    const ban = async (url, init) => {
      const answer = await network.fetch(url, init);
      if (url.includes('requestToken')) await access.ban({ clientId: 'ada' });
      return answer;
    };
    const endpoint = endpointOf({
      source: { ...source, fetch: ban },
      authenticate: () => ({ clientId: 'ada', capability }),
    });
    equal((await ask({}, endpoint)).status, 403);
    await access.unban({ clientId: 'ada' });
    // With access there is no TokenRequest, which could be exchanged after a ban, unless it is asked for.
    const heard = [];
    const plain = (large) =>
      endpointOf({
        source,
        large,
        authenticate: () => ({ clientId: 'bob', capability }),
        onIssue: ({ form }) => heard.push(form),
      });
    equal(
      [(await ask({}, plain())).status, (await ask({}, plain('token-request'))).status, heard],
      [200, 200, ['ably-token', 'token-request']],
    );
  });
  test('a ban of a client that gets no further', async () => {
    const { access, endpointOf, ask } = accessWorld(context);
    await access.ban({ clientId: 'ada' });
    const heard = [];
    const at = endpointOf({ onIssue: (issued) => heard.push(issued), limit: () => true });
    equal([(await ask({ user: 'ada' }, at)).status, heard], [403, []]);
    equal((await ask({ user: 'ada' }, endpointOf({ limit: () => false }))).status, 429);
    equal((await ask({ user: 'ada' }, endpointOf({ authenticate: () => null }))).status, 401);
  });
  test('access as a function of the request and its arguments', async () => {
    const { access, endpointOf } = accessWorld(context);
    await access.ban({ clientId: 'ada' });
    const endpoint = endpointOf({ access: async (asked, env) => (asked.method === 'GET' ? env.access : undefined) });
    const asked = (user) => ({ ...requestOf(), url: `https://edge.example/?user=${user}` });
    equal(
      [(await endpoint(asked('ada'), { access })).status, (await endpoint(asked('bob'), { access })).status],
      [403, 200],
    );
    equal((await endpoint(asked('bob'), {})).status, 500);
  });
  test('several keys: Ably is told under each', async () => {
    const { network, sandbox, atAbly, old, store } = accessWorld(context);
    const keys = [sandbox.keys.revocable, sandbox.keys.root];
    const access = createAccess({ source: { keys, ...network }, store });
    const token = old({ clientId: 'ada' });
    const error = await rejects(AblyAuthError, access.kick({ clientId: 'ada' }), {
      message: /^Ably did not revoke the tokens: /,
    });
    // The second key has no revocable tokens: the first one's are revoked and recorded all the same.
    const { ban, ably, record } = error.report;
    equal([ban.done, ably.done, record.done, ably.results.length >= 1], [true, false, true, true]);
    equal(await atAbly(token), 40141);
  });

  test('check says what is wrong, as revocations do', async () => {
    const { access, old, key } = accessWorld(context);
    const verified = (grant, more = { keyCapability: EVERYTHING }) => verifyJwt(old(grant), { key, ...more });
    await access.check(verified({ clientId: 'ada' }));
    await access.ban({ clientId: 'ada' });
    const error = await rejects(AblyAuthError, access.check(verified({ clientId: 'ada' })), {
      ...BANNED,
      path: 'token',
      message: 'this client is banned',
    });
    ok(!error.message.includes('ada'));
    await access.ban({ channel: 'chat:*' });
    await rejects(AblyAuthError, access.check(verified({ clientId: 'bob' })), {
      ...BANNED,
      message: 'a channel of this token is banned',
    });
    await rejects(AblyAuthError, access.check(verified({ clientId: 'bob' }, {})), {
      kind: 'usage',
      path: 'keyCapability',
    });
    await rejects(AblyAuthError, access.check(verified({ clientId: 'bob' }), { at: 1 }), { kind: 'usage' });
  });
  test('recorded revocations may be kept elsewhere', async () => {
    const revocations = createRevocations(memoryStore());
    const { access, atApi, old } = accessWorld(context, { revocations });
    const token = old({ clientId: 'ada' });
    await access.kick({ clientId: 'ada', forSeconds: 1 });
    while (await access.isBanned({ clientId: 'ada' })) await new Promise((wake) => setTimeout(wake, 50));
    equal([await atApi(token), await atApi(token, { access: undefined, revocations })], [401, 401]);
  });

  const store = memoryStore();
  for (const [name, options, path] of [
    ['no source', { source: undefined }, 'source'],
    ['no key', { source: {} }, 'source.key'],
    ['no store', { store: undefined }, 'store'],
    ['a store without list', { store: { get() {}, put() {} } }, 'store'],
    ['a store without put', { store: { get() {}, list() {} } }, 'store'],
    ['revocations that are none', { revocations: {} }, 'revocations'],
    ['an odd cache', { cacheSeconds: -1 }, 'cacheSeconds'],
    ['an odd onUnavailable', { onUnavailable: 'ignore' }, 'onUnavailable'],
    ['an unknown option', { keys: [KEY] }, 'keys'],
  ])
    test(`createAccess with ${name}`, () =>
      refuses(AblyAuthError, () => createAccess({ source: { key: KEY }, store, ...options }), { kind: 'usage', path }));
  for (const [name, target, path] of [
    ['nothing', {}, 'clientId'],
    ['two targets', { clientId: 'a', channel: 'b' }, 'channel'],
    ['an empty client id', { clientId: '' }, 'clientId'],
    ['a client id that repeats its type', { clientId: 'clientId:ada' }, 'clientId'],
    ['a number', { clientId: 5 }, 'clientId'],
    ['half a character', { clientId: '\ud83d' }, 'clientId'],
    ['an unknown option', { clientID: 'ada' }, 'clientID'],
  ])
    test(`${name} is no target`, async () => {
      const { access } = accessWorld(context);
      for (const call of ['kick', 'ban', 'unban', 'isBanned', 'refresh'])
        await rejects(AblyAuthError, access[call](target), { kind: 'usage', path });
    });
  test('an odd time', async () => {
    const { access } = accessWorld(context);
    for (const forSeconds of [0, -1, 1.5, 315_360_001, '600', null])
      for (const call of ['kick', 'ban'])
        if (forSeconds !== null)
          await rejects(AblyAuthError, access[call]({ clientId: 'ada', forSeconds }), {
            kind: 'usage',
            path: 'forSeconds',
          });
    await rejects(AblyAuthError, access.refresh({ clientId: 'ada', forSeconds: 1 }), { kind: 'usage' });
  });
  test('an object that createAccess did not make', async () => {
    const fake = { check() {} };
    refuses(
      AblyAuthError,
      () => createTokenEndpoint({ source: { key: KEY }, authenticate: () => null, access: fake }),
      { path: 'access' },
    );
    const options = { key: KEY, keyCapability: EVERYTHING, operation: 'publish', resource: 'a', access: fake };
    await rejects(AblyAuthError, verifyRequest(requestOf(), options), { kind: 'usage', path: 'access' });
  });
};

const requestOf = () => ({ method: 'GET', url: 'https://edge.example/', headers: { get: () => null }, body: null });
const accessKey = (context) => accessWorld(context).key;
