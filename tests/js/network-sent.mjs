// What is sent, to the header; and by which fetch.
import { equal, ok, rejects } from './assert.mjs';
import { ACCESS_TOKEN, lacks, world } from './network-world.mjs';
import { CALLS, holdsNoSecret } from './network-calls.mjs';
import { KEY } from './tokens.mjs';

const BASIC = `Basic ${btoa(KEY)}`;
const BEARER = `Bearer ${ACCESS_TOKEN}`;
const AUTHORIZATION = { revokeTokens: BASIC, 'createControlClient, me': BEARER };

export default (context) => {
  if (lacks(context, 'getTime', 'requestToken', 'revokeTokens', 'createControlClient')) return;
  const { test, library, network } = context;

  for (const [name, call] of Object.entries(CALLS)) {
    const isOwn = ({ method, path }) => `${method} ${path}`.includes(call.only);
    test(`${name}: the headers`, async () => {
      const { endpoint, log } = await world(network);
      await call.run(library, { endpoint });
      const [{ headers, method }] = (await log()).filter(isOwn);
      const isControl = call.only.includes('/v1/');
      equal([headers.authorization, headers.accept], [AUTHORIZATION[name], 'application/json']);
      equal(headers['content-type'], method === 'POST' ? 'application/json' : undefined);
      ok(/^ably-edge-auth\/\d+\.\d+\.\d+/.test(headers['ably-agent']), headers['ably-agent']);
      ok(
        isControl ? !('x-ably-version' in headers) : Number(headers['x-ably-version']) >= 3,
        headers['x-ably-version'],
      );
    });
    test(`${name}: no cookies, and nothing from a cache`, async () => {
      const headers = { 'Set-Cookie': 'a=b; Path=/', 'Cache-Control': 'public, max-age=3600' };
      const { endpoint, log } = await world(network, { faults: [{ headers }], repeat: true });
      for (let i = 0; i < 3; i++) await call.run(library, { endpoint });
      const requests = (await log()).filter(isOwn);
      equal(
        requests.map(({ headers }) => headers.cookie),
        [undefined, undefined, undefined],
      );
    });
    test(`${name}: an endpoint that ends in a slash is the same one`, async () => {
      const { endpoint, log } = await world(network);
      await call.run(library, { endpoint: `${endpoint}/` });
      equal((await log()).filter(isOwn).length, 1);
    });
    test(`${name}: the option fetch takes the place of the global one`, async () => {
      const { endpoint, log } = await world(network);
      const seen = [];
      const fetch = function (url, init) {
        seen.push([this, url.startsWith(endpoint), init.redirect, init.method, init.signal instanceof AbortSignal]);
        return globalThis.fetch(url, init);
      };
      call.isGood(await call.run(library, { endpoint, fetch }));
      const requests = await log();
      equal(
        seen,
        requests.map(({ method }) => [undefined, true, 'manual', method, true]),
      );
    });
    test(`${name}: a fetch that throws, or gives what is no answer`, async () => {
      const { endpoint } = await world(network);
      const bad = {
        'throws at once': () => {
          throw new TypeError('no');
        },
        rejects: () => Promise.reject(new TypeError('no')),
        'tells what it was given': (_, { headers }) =>
          Promise.reject(new TypeError(`cannot send ${headers.get('authorization')}`)),
        'rejects with nothing': () => Promise.reject(),
        'rejects with a text': () => Promise.reject('no'),
      };
      for (const [what, fetch] of Object.entries(bad)) {
        const error = await call.run(library, { endpoint, fetch }).then(
          () => undefined,
          (reason) => reason,
        );
        ok(error instanceof library.AblyAuthError && error.kind === 'network', `${what}: ${error?.stack ?? error}`);
        holdsNoSecret(error);
      }
    });
    test(`${name}: options that are wrong are refused before anything is sent`, async () => {
      // Not a request leaves this machine, whatever comes of these.
      let sent = 0;
      const fetch = () => Promise.reject(new Error(String(sent++)));
      const wrong = [
        ...[0, -1, 1.5, 600_001, NaN, '5', null].map((timeoutMs) => ({ timeoutMs })),
        ...['', 'ftp://127.0.0.1', 5].map((endpoint) => ({ endpoint })),
        ...[5, 'fetch', {}].map((fetch) => ({ fetch })),
        ...[5, {}, 'signal'].map((signal) => ({ signal })),
      ];
      for (const options of wrong) {
        const error = await call.run(library, { endpoint: 'http://127.0.0.1:9', fetch, ...options }).then(
          () => undefined,
          (reason) => reason,
        );
        const text = JSON.stringify(options, (_, value) => (typeof value === 'number' ? String(value) : value));
        ok(error instanceof library.AblyAuthError && error.kind === 'usage', `${text}: ${error?.stack ?? error}`);
        equal(error.path, Object.keys(options)[0], text);
      }
      equal(sent, 0);
    });
    test(`${name}: plain HTTP goes nowhere but to loopback`, async () => {
      let sent = 0;
      const fetch = () => Promise.reject(new Error(String(sent++)));
      await rejects(
        library.AblyAuthError,
        call.run(library, { endpoint: 'http://192.0.2.1:80', controlEndpoint: 'http://192.0.2.1', fetch }),
        { code: 40103 },
      );
      equal(sent, 0);
    });
    test(`${name}: many at once are each answered`, async () => {
      const { endpoint, log } = await world(network, { faults: [{ delay: 20 }], repeat: true });
      const answers = await Promise.all(Array.from({ length: 12 }, () => call.run(library, { endpoint })));
      answers.forEach(call.isGood);
      equal((await log()).filter(isOwn).length, 12);
    });
  }

  test('requestToken does not send the key', async () => {
    const { endpoint, log } = await world(network);
    await library.requestToken({ key: KEY, endpoint });
    ok(!JSON.stringify(await log()).includes('made-up-secret'), 'it did');
  });
  test('queryTime: the time is asked for first, and is the time of the token', async () => {
    const { endpoint, log } = await world(network, { clock: -3_600_000 });
    const { issued } = await library.issueJwt({ key: KEY, queryTime: true, endpoint });
    ok(Math.abs(issued - Date.now() + 3_600_000) < 60_000, String(issued));
    equal(
      (await log()).map(({ path }) => path),
      ['/time'],
    );
    await rejects(library.AblyAuthError, library.requestToken({ key: KEY, endpoint }), { kind: 'key', code: 40104 });
    equal((await library.requestToken({ key: KEY, endpoint, queryTime: true })).keyName, 'xVLyHw.A-pwh7');
  });
  test('issueJwt with an access token: the key is looked up once for many calls', async () => {
    const { endpoint, log } = await world(network);
    const options = { accessToken: ACCESS_TOKEN, app: 'xVLyHw', endpoint };
    for (let i = 0; i < 3; i++) {
      const { token, keyName } = await library.issueJwt(options);
      equal([keyName, library.verifyJwt(token, { key: KEY }).keyName], ['xVLyHw.A-pwh7', 'xVLyHw.A-pwh7']);
    }
    const requests = await log();
    ok(requests.length >= 1 && requests.length <= 3, `${requests.length} requests`);
    ok(
      requests.every(({ path, headers }) => path.startsWith('/v1/') && headers.authorization === BEARER),
      JSON.stringify(requests),
    );
  });
};
