// What callers hand in that is not quite what was meant: options with a prototype, a fetch that answers with
// no Response, callbacks that fail. No network.
import { equal, ok, rejects } from './assert.mjs';
import { KEY } from './tokens.mjs';

const json = (body, status = 200) => new Response(JSON.stringify(body), { status });
const LISTED = {
  appId: 'app1',
  id: '-key1',
  name: 'A key',
  status: 0,
  key: 'app1.-key1:made-up',
  capability: { '*': ['*'] },
};
const ANSWERS = {
  '/me': { token: { capabilities: ['read:app', 'read:key'] }, account: { id: 'acct01' } },
  '/apps': [{ id: 'app1', name: 'My app' }],
  '/keys': [LISTED],
};

/** The Control API, as far as finding a key goes; it counts. */
function controlApi() {
  const fetch = async (url) => {
    fetch.calls++;
    return json(ANSWERS[url.slice(url.lastIndexOf('/'))]);
  };
  fetch.calls = 0;
  return fetch;
}

const revoking = async (url, init) =>
  url.endsWith('/time')
    ? json([Date.now()])
    : json(
        JSON.parse(init.body).targets.map((target) => ({ target, issuedBefore: 1, appliesAt: 2 })),
        201,
      );

export default ({ test, library }) => {
  const { AblyAuthError, createControlClient, getTime, issueJwt, issueJwtSync, revokeTokens } = library;
  const source = (fetch) => ({ accessToken: 'made-up-access-token', app: 'My app', fetch });

  test('inherited options count with an access token as they do with a key', async () => {
    class Options {
      get capability() {
        return { 'room:1': ['subscribe'] };
      }
      get clientId() {
        return 'ada';
      }
    }
    const issued = await issueJwt(Object.assign(new Options(), source(controlApi())));
    equal([issued.capability, issued.clientId, issued.keyName], ['{"room:1":["subscribe"]}', 'ada', 'app1.-key1']);
  });

  test('hundreds of calls at once each find their key', async () => {
    const fetch = controlApi();
    await issueJwt(source(fetch));
    const issued = await Promise.all(
      Array.from({ length: 300 }, (_, index) => issueJwt({ ...source(fetch), clientId: `client-${index}` })),
    );
    equal(
      issued.map(({ clientId }) => clientId),
      Array.from({ length: 300 }, (_, index) => `client-${index}`),
    );
    equal(fetch.calls, 3);
  });

  test('another fetch, another token and another app are never given what was kept', async () => {
    const [one, other] = [controlApi(), controlApi()];
    await issueJwt(source(one));
    await issueJwt(source(other));
    await issueJwt({ ...source(one), accessToken: 'another-access-token' });
    await issueJwt({ ...source(one), app: 'app1' });
    await issueJwt(source(one));
    equal([one.calls, other.calls], [9, 3]);
  });

  const ODD = {
    undefined: () => undefined,
    null: () => null,
    'an empty object': () => ({}),
    'a text': () => 'text',
    'a body that is text': () => ({ status: 200, headers: new Headers(), body: '[5]' }),
    'a getter that throws': () => ({
      get status() {
        throw new Error('mine');
      },
    }),
    'chunks that are text': () => ({
      status: 200,
      headers: new Headers(),
      body: new ReadableStream({
        start(stream) {
          stream.enqueue('[5]');
          stream.close();
        },
      }),
    }),
  };
  for (const [name, answer] of Object.entries(ODD))
    test(`a fetch that answers with ${name}, thousands of times, harms nobody`, async () => {
      const fetch = async () => answer();
      for (let i = 0; i < 2500; i++)
        await getTime({ endpoint: 'rest.example.com', fetch }).then(
          () => ok(false, 'it resolved'),
          () => undefined,
        );
      await rejects(AblyAuthError, getTime({ endpoint: 'rest.example.com', fetch }), { kind: 'network' });
      ok(issueJwtSync({ key: KEY }).token);
    });

  test('a Response that is used twice is an error, not an accident', async () => {
    const response = json([5]);
    const options = { endpoint: 'rest.example.com', fetch: async () => response };
    equal(await getTime(options), 5);
    await rejects(AblyAuthError, getTime(options), { kind: 'network' });
  });

  test('an onProgress that throws, or rejects, changes nothing', async () => {
    for (const onProgress of [
      () => {
        throw new Error('mine');
      },
      async () => {
        throw new Error('mine');
      },
    ]) {
      const report = await revokeTokens({ key: KEY, clientId: ['ada', 'bob'], fetch: revoking, onProgress });
      equal([report.successCount, report.failureCount], [2, 0]);
    }
  });

  test('an abort in onProgress sends nothing further', async () => {
    const ended = new AbortController();
    const clientId = Array.from({ length: 350 }, (_, index) => `client-${index}`);
    const call = revokeTokens({
      key: KEY,
      clientId,
      fetch: revoking,
      concurrency: 1,
      signal: ended.signal,
      onProgress: () => ended.abort(),
    });
    const { report } = await rejects(AblyAuthError, call, { kind: 'aborted' });
    equal([report.successCount, report.failureCount], [100, 250]);
    ok(report.results[100].error.message.startsWith('not sent'), report.results[100].error.message);
  });

  test('an unknown type of target, and too many of them, are refused before anything is sent', async () => {
    const fetch = () => ok(false, 'it was sent');
    await rejects(AblyAuthError, revokeTokens({ key: KEY, fetch, targets: [{ type: 'clientId:a', value: 'x' }] }), {
      kind: 'usage',
      path: 'targets[0].type',
    });
    await rejects(AblyAuthError, revokeTokens({ key: KEY, fetch, clientId: Array(100_001).fill('a') }), {
      kind: 'usage',
      path: 'targets',
    });
  });

  test('a key in the place of an app or an endpoint is refused, and not repeated', async () => {
    for (const options of [
      { ...source(controlApi()), app: KEY },
      { ...source(controlApi()), endpoint: KEY },
    ]) {
      const { message } = await rejects(AblyAuthError, issueJwt(options), { kind: 'usage' });
      ok(!message.includes(KEY.split(':')[1]), message);
    }
  });

  test('answers of the Control API that make no sense are errors of the service', async () => {
    const client = (answers) =>
      createControlClient({
        accessToken: 'made-up-access-token',
        fetch: async (url) => json(answers[url.slice(url.lastIndexOf('/'))]),
      });
    await rejects(AblyAuthError, client({ '/me': {} }).apps.list(), { kind: 'service' });
    await rejects(AblyAuthError, client({ '/keys': [null] }).keys.list('app1'), { kind: 'service' });
  });

  test('an answer of the Control API that names a key of another app is refused', async () => {
    const own = { appId: 'app1', id: 'one', key: 'app1.one:made-up' };
    const client = (answer) =>
      createControlClient({ accessToken: 'made-up-access-token', fetch: async () => json(answer) }).keys;
    equal(
      (await client([own]).list('app1')).map(({ keyName }) => keyName),
      ['app1.one'],
    );
    const wanted = {
      kind: 'service',
      message: 'the Control API returned a key that does not belong to the requested app; check controlEndpoint',
    };
    for (const other of [
      { ...own, appId: 'app2' },
      { ...own, key: 'app2.one:made-up' },
      { ...own, key: 'app1.two:made-up' },
      { id: 'one', key: 'app2.one:made-up' },
    ]) {
      await rejects(AblyAuthError, client([own, other]).list('app1'), wanted);
      await rejects(AblyAuthError, client([own, other]).get('app1', 'one'), wanted);
      await rejects(AblyAuthError, client(other).create('app1', { name: 'x', capability: { a: ['*'] } }), wanted);
      await rejects(AblyAuthError, client(other).update('app1', 'one', { name: 'x' }), wanted);
    }
  });
};
