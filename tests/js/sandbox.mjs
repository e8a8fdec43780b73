// The sandbox in process, as the `fetch` of the library's own functions: the whole life of tokens.
import { equal, ok, rejects } from './assert.mjs';
import { sandboxWorld } from './sandbox-world.mjs';
import { KEY_NAME, NOW } from './tokens.mjs';

const HOUR = 3_600_000;
/** ms: what those have left who hold a token that is revoked with a margin. */
const MARGIN = 30_001;

export default ({ test, library, sandbox }) => {
  const { AblyAuthError, createControlClient, getTime, issueJwt, issueJwtSync, requestToken, revokeTokens } = library;
  const world = (options) => sandboxWorld({ sandbox }, options);

  test('getTime is its clock', async () => {
    const { network, pass } = world();
    equal(await getTime(network), NOW);
    pass(1234);
    equal(await getTime(network), NOW + 1234);
  });
  for (const name of ['id', 'name'])
    test(`issueJwt by access token and the app's ${name}, and the token publishes`, async () => {
      const { sandbox, network, publish, history, bearer } = world();
      const { token, appId } = await issueJwt({
        ...network,
        accessToken: sandbox.accessToken,
        app: sandbox.app[name],
        clientId: 'ada',
        capability: { 'chat:*': ['publish'] },
        now: NOW,
      });
      equal(appId, sandbox.app.id);
      equal([await publish(bearer(token)), await publish(bearer(token), 'other')], [201, 40160]);
      equal(await history(), ['hello']);
    });
  test('issueJwt with queryTime follows its clock, and the token ends with it', async () => {
    const { sandbox, network, pass, publish, bearer } = world();
    pass(HOUR * 1000);
    const { token, expires } = await issueJwt({ ...network, key: sandbox.keys.root, ttlSeconds: 60, queryTime: true });
    equal(expires, NOW + HOUR * 1000 + 60_000);
    equal(await publish(bearer(token)), 201);
    pass(60_000);
    equal(await publish(bearer(token)), 40142);
  });
  test('requestToken: an Ably token that publishes, until its end', async () => {
    const { sandbox, network, pass, publish, bearer } = world();
    const { token, clientId, issued, expires } = await requestToken({
      ...network,
      key: sandbox.keys.narrow,
      clientId: 'ada',
      ttlSeconds: 60,
      now: NOW,
    });
    equal([clientId, issued, expires], ['ada', NOW, NOW + 60_000]);
    equal(
      [await publish(bearer(token)), await publish(bearer(btoa(token))), await publish(bearer(token), 'news')],
      [201, 201, 40160],
    );
    pass(60_000);
    equal(await publish(bearer(token)), 40142);
  });
  test('requestToken by access token', async () => {
    const { sandbox, network, publish, bearer } = world();
    const { token } = await requestToken({
      ...network,
      accessToken: sandbox.accessToken,
      app: sandbox.app.id,
      capability: { 'chat:*': ['publish'] },
      now: NOW,
    });
    equal(await publish(bearer(token)), 201);
  });
  test('a wrong key, and one of another app', async () => {
    const { sandbox, network } = world();
    await rejects(AblyAuthError, requestToken({ ...network, key: `${sandbox.keys.root}x`, now: NOW }), {
      statusCode: 401,
    });
    await rejects(AblyAuthError, requestToken({ ...network, key: `${KEY_NAME}:made-up-secret`, now: NOW }), {
      statusCode: 404,
    });
  });

  const TARGETS = {
    'client id': { issue: { clientId: 'ada' }, other: { clientId: 'bob' }, revoke: { clientId: 'ada' } },
    'revocation key': {
      issue: { revocationKey: 'group1' },
      other: { revocationKey: 'group2' },
      revoke: { revocationKey: 'group1' },
    },
  };
  for (const [name, { issue, other, revoke }] of Object.entries(TARGETS))
    for (const allowReauthMargin of [false, true])
      test(`revokeTokens by ${name}, ${allowReauthMargin ? 'with' : 'without'} the margin: refused, issued again, works`, async () => {
        const { sandbox, network, now, pass, publish, bearer } = world();
        const key = sandbox.keys.revocable;
        const tokenOf = (options) =>
          bearer(
            issueJwtSync({ key, revocable: true, capability: { 'chat:*': ['publish'] }, now: now(), ...options }).token,
          );
        const [token, untouched] = [tokenOf(issue), tokenOf(other)];
        equal(await publish(token), 201);

        pass(2000);
        const { successCount, results } = await revokeTokens({
          ...network,
          key,
          ...revoke,
          issuedBefore: now(),
          allowReauthMargin,
        });
        equal([successCount, results[0].appliesAt], [1, now() + (allowReauthMargin ? MARGIN : 0)]);
        if (allowReauthMargin) {
          pass(MARGIN - 1);
          equal(await publish(token), 201);
          pass(1);
        }
        equal([await publish(token), await publish(untouched)], [40141, 201]);
        const again = tokenOf(issue);
        equal([await publish(again), await publish(token)], [201, 40141]);
      });
  test('revokeTokens by channel, which has to be enabled', async () => {
    const revoke = async (options) => {
      const { sandbox, network, pass, now, publish, bearer } = world(options);
      const key = sandbox.keys.revocable;
      const token = bearer(
        issueJwtSync({ key, revocable: true, capability: { 'chat:a': ['publish'] }, now: NOW }).token,
      );
      pass(2000);
      const report = await revokeTokens({ ...network, key, targets: ['channel:chat:a'], issuedBefore: now() }).catch(
        ({ report }) => report,
      );
      return [report.successCount, await publish(token)];
    };
    equal(await revoke({}), [0, 201]);
    equal(await revoke({ revokeChannels: true }), [1, 40141]);
  });
  test('revokeTokens with a key whose tokens cannot be revoked', async () => {
    const { sandbox, network } = world();
    await rejects(
      AblyAuthError,
      revokeTokens({ ...network, key: sandbox.keys.root, clientId: 'ada', issuedBefore: NOW }),
      { code: 40164 },
    );
  });
  test('revokeTokens by access token uses the key that has revocable tokens', async () => {
    const { sandbox, network } = world();
    const { keyNames } = await revokeTokens({
      ...network,
      accessToken: sandbox.accessToken,
      app: sandbox.app.id,
      clientId: 'ada',
      issuedBefore: NOW,
    });
    equal(keyNames, [sandbox.keys.revocable.split(':')[0]]);
  });

  test('createControlClient: an app, a key, a token of that key; the key is revoked', async () => {
    const { sandbox, network, publish, bearer } = world();
    const control = createControlClient({ ...network, accessToken: sandbox.accessToken });
    equal((await control.me()).account, sandbox.account);
    equal(
      (await control.apps.list()).map(({ id }) => id),
      [sandbox.app.id],
    );
    const app = await control.apps.create({ name: 'Another app' });
    const { key, id } = await control.keys.create(app.id, { name: 'A key', capability: { news: ['publish'] } });
    const { token } = issueJwtSync({ key, now: NOW });
    equal([await publish(bearer(token), 'news'), await publish(bearer(token))], [201, 40160]);
    await control.keys.revoke(app.id, id);
    ok((await publish(bearer(token), 'news')) !== 201, 'its tokens outlive it');
    await control.apps.delete(app.id);
    equal(
      (await control.apps.list()).map(({ id }) => id),
      [sandbox.app.id],
    );
  });
  test('an access token that is none', async () => {
    const { network } = world();
    await rejects(AblyAuthError, createControlClient({ ...network, accessToken: 'made-up-access-token' }).me(), {
      kind: 'token',
      statusCode: 401,
    });
  });
  test('two sandboxes share nothing', async () => {
    const [one, other] = [world(), world()];
    equal(await one.publish(one.basic(one.sandbox.keys.root)), 201);
    equal([await one.history(), await other.history()], [['hello'], []]);
  });
};
