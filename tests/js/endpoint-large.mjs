// createTokenEndpoint: tokens that do not fit a JWT, and what onIssue hears of each.
import { equal, ok, refuses, wholeMessage } from './assert.mjs';
import { errorOf, request } from './edge-request.mjs';
import { makerOf } from './endpoint-made.mjs';
import { randomFrom } from './random.mjs';
import { sandboxWorld } from './sandbox-world.mjs';
import { openWith } from './tokens.mjs';

/** The fewest of the rooms below that exceed a JWT, with `subscribe` only and with four operations. */
const LEAST = { one: 90, four: 58 };
const OPERATIONS = { one: ['subscribe'], four: ['subscribe', 'publish', 'presence', 'history'] };
const uuid = (index) => `${index.toString(16).padStart(8, '0')}-1111-4222-8333-444455556666`;

const room = (index) => `chat:room:${uuid(index)}`;

/** @param {string[]} operations */
export const rooms = (count, operations = OPERATIONS.one) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [room(index), operations]));

/** What each JWT-only option may be, and one with nothing in it, which is as good as absent. */
const JWT_ONLY = {
  revocationKey: ['group1', null],
  channelClaims: [{ a: 'b' }, {}],
  roomClaims: [{ a: 'b' }, {}],
  publishRateLimits: [{ a: 1 }, {}],
  clientType: ['server', undefined],
  jwtId: [true, false],
  claims: [{ team: 'red' }, {}],
};

export default ({ test, library, ...context }) => {
  const { AblyAuthError, capabilityAllows, checkCapability, createTokenRequest } = library;
  const make = makerOf(library);

  /** An endpoint on a sandbox, and what its hooks hear. */
  function world(grant, options = {}) {
    const sandbox = sandboxWorld(context, { now: () => Date.now() });
    const issues = [];
    const made = make({
      source: { key: sandbox.sandbox.keys.root, ...sandbox.network },
      authenticate: () => grant,
      onIssue: (issue, ...args) => void issues.push({ ...issue, args }),
      ...options,
    });
    return { ...made, ...sandbox, issues };
  }
  const exchange = async ({ ask, json }, body) =>
    (await ask(`/keys/${body.keyName}/requestToken`, json('', body))).json;

  for (const [operations, least] of Object.entries(LEAST))
    for (const count of [20, least - 4, least, 500])
      test(`${count} rooms with ${operations} of their operations`, async () => {
        const capability = rooms(count, OPERATIONS[operations]);
        const made = world({ capability, clientId: 'ada', ttlSeconds: 600 });
        const response = await made.endpoint(request());
        equal([response.status, made.seen.errors], [200, []]);
        const body = JSON.parse(await response.text());
        const form = count < least ? 'jwt' : 'token-request';
        const [{ expires, request: asked, ...issue }] = made.issues;
        const { canonical } = checkCapability(capability);
        const { keyName } = body;
        equal(issue, { clientId: 'ada', keyName, capability: canonical, form, args: [] });
        equal([made.issues.length, typeof asked.url], [1, 'string']);
        ok(!JSON.stringify(made.issues).includes(body.token ?? body.mac), 'the hook holds no token');
        if (form === 'jwt') {
          equal([body.capability, expires], [canonical, body.expires]);
          return;
        }
        equal(
          [expires, Object.keys(body).sort()],
          [undefined, ['capability', 'clientId', 'keyName', 'mac', 'nonce', 'timestamp', 'ttl']],
        );
        equal([body.capability, body.clientId, body.ttl], [canonical, 'ada', 600_000]);
        const details = await exchange(made, body);
        equal([details.capability, details.clientId, details.expires - details.issued], [canonical, 'ada', 600_000]);
        equal(await made.publish(made.bearer(details.token), room(0)), operations === 'four' ? 201 : 40160);
        equal(await made.publish(made.bearer(details.token), room(count)), 40160);
      });

  test('random grants: the token allows what was granted, and nothing else', async () => {
    const { below, pick } = randomFrom(17);
    const parts = ['a', 'b', 'chat', 'room', 'a rather long part of a name', 'é'];
    const name = () => Array.from({ length: 1 + below(3) }, () => pick(parts)).join(':');
    const forms = new Set();
    for (let round = 0; round < 60; round++) {
      const capability = {};
      for (let left = pick([1, 5, 40, 120, 300]); left > 0; left--)
        capability[`${name()}:${pick([String(left), '*', 'x'])}`] = [pick(['publish', 'subscribe', '*', 'history'])];
      const made = world({ capability, clientId: 'ada' }, { large: pick(['token-request', 'ably-token']) });
      const body = JSON.parse(await (await made.endpoint(request())).text());
      const { token } = body.mac === undefined ? body : await exchange(made, body);
      forms.add(made.issues[0].form);
      for (const resource of Object.keys(capability).slice(0, 5)) {
        const channel = pick([resource.replaceAll('*', 'y'), name()]);
        const expected = capabilityAllows(capability, 'publish', channel) ? 201 : 40160;
        equal(await made.publish(made.bearer(token), channel), expected, `${round}: ${channel}`);
      }
    }
    equal([...forms].sort(), ['ably-token', 'jwt', 'token-request']);
  });

  for (const [accept, large] of [
    ['text/plain', 'token-request'],
    ['application/jwt', 'token-request'],
    ['text/plain', 'ably-token'],
    ['application/json', 'ably-token'],
  ])
    test(`Accept: ${accept}, and large: ${large}`, async () => {
      const made = world({ capability: rooms(90, ['publish']), clientId: 'ada' }, { large });
      const response = await made.endpoint(request({ headers: { Accept: accept } }));
      const isText = accept !== 'application/json';
      equal([response.status, response.headers.get('Content-Type')], [200, isText ? 'text/plain' : accept]);
      const text = await response.text();
      const token = isText ? text : JSON.parse(text).token;
      ok(token.split('.').length === 2, 'an Ably token');
      equal(await made.publish(made.bearer(token), room(3)), 201);
      const [{ form, expires }] = made.issues;
      equal([form, Math.abs(expires - Date.now() - 3_600_000) < 60_000], ['ably-token', true]);
    });
  test('an access token finds the key, so it gives an Ably token', async () => {
    const { sandbox, network, now } = sandboxWorld(context);
    const { accessToken, app } = sandbox;
    const source = { accessToken, app: app.id, ...network };
    const issues = [];
    const { endpoint, seen } = make({
      source,
      authenticate: () => ({ capability: rooms(90), now: now() }),
      onIssue: ({ form }) => issues.push(form),
    });
    const response = await endpoint(request());
    equal([response.status, seen.errors.map(wholeMessage), issues], [200, [], ['ably-token']]);
    ok(JSON.parse(await response.text()).token.split('.').length === 2);
  });
  test('Ably cannot be reached', async () => {
    const down = async () => {
      throw new TypeError('down');
    };
    const made = world({ capability: rooms(90) }, { large: 'ably-token' });
    const { endpoint, seen } = make({
      source: { key: made.sandbox.keys.root, endpoint: made.network.endpoint, fetch: down },
      authenticate: () => ({ capability: rooms(90) }),
      large: 'ably-token',
    });
    const response = await endpoint(request());
    equal([response.status, seen.errors.map(({ kind }) => kind)], [503, ['network']]);
  });

  const refusedWith = async (grant, options, message, path) => {
    const { endpoint, seen, issues } = world(grant, options);
    const response = await endpoint(request());
    const { code, message: told } = await errorOf(response);
    equal([response.status, code, told, issues], [403, 40300, 'the token would be too large', []]);
    equal(seen.errors.length, 1);
    refuses(
      AblyAuthError,
      () => {
        throw seen.errors[0];
      },
      { kind: 'token', path, message },
    );
  };
  test('large: refuse', () =>
    refusedWith(
      { capability: rooms(90) },
      { large: 'refuse' },
      /^the token would be 8\d\d\d characters long.*; grant patterns such as "chat:\*"/,
      'token',
    ));
  for (const [name, [given, nothing]] of Object.entries(JWT_ONLY)) {
    test(`${name} is not dropped`, () =>
      refusedWith(
        { capability: rooms(90), [name]: given },
        {},
        new RegExp(`only a JWT has ${name}, which is in the grant; .*; or leave out ${name} for this client$`),
        name,
      ));
    test(`${name} with nothing in it`, async () => {
      const { endpoint } = world({ capability: rooms(90), [name]: nothing });
      equal((await endpoint(request())).status, 200);
    });
  }
  test('several that only a JWT has', () =>
    refusedWith(
      { capability: rooms(90), revocationKey: 'g', claims: { a: 1 } },
      { large: 'ably-token' },
      /only a JWT has revocationKey, claims, which are in the grant; .*; or leave out revocationKey, claims for this client$/,
      'revocationKey',
    ));
  test('more than the SDKs accept', async () => {
    const message = /^the token has 1\d{5} bytes as JSON, and Ably's SDKs accept at most 131072; grant patterns/;
    await refusedWith({ capability: rooms(2000) }, {}, message, 'token');
  });
  test('more than any capability may have', () =>
    refusedWith(
      { capability: rooms(2400) },
      {},
      /^the capability is over the bound of 131072 bytes; grant patterns/,
      'capability',
    ));
  test('more resources than any capability may have', () => {
    const capability = Object.fromEntries(Array.from({ length: 5001 }, (_, index) => [`r${index}`, ['*']]));
    return refusedWith({ capability }, {}, /^the capability has over 5000 resources; grant patterns/, 'capability');
  });
  test('other errors of a large grant stay what they are', async () => {
    for (const [change, path] of [
      [{ ttlSeconds: 90_000 }, 'ttlSeconds'],
      [{ revocable: true, ttlSeconds: 3601 }, 'ttlSeconds'],
      [{ clientId: '' }, 'clientId'],
      [{ keyCapability: { other: ['*'] } }, 'capability'],
    ]) {
      const { endpoint, seen } = world({ capability: rooms(90), ...change });
      equal([(await endpoint(request())).status, seen.errors[0].path], [500, path]);
    }
  });

  test('onIssue hears of a small token, with the arguments', async () => {
    const { endpoint, issues } = world({ capability: { a: ['publish'] } });
    const response = await endpoint(request(), 'env', 7);
    const { keyName, expires } = JSON.parse(await response.text());
    const [{ request: asked, ...issue }] = issues;
    equal(issue, {
      clientId: undefined,
      keyName,
      capability: '{"a":["publish"]}',
      expires,
      form: 'jwt',
      args: ['env', 7],
    });
    ok(asked.method === 'GET');
  });
  test('what onIssue throws goes to onError, and the client has its token', async () => {
    const mine = new Error('the log is full');
    for (const onIssue of [
      () => {
        throw mine;
      },
      () => Promise.reject(mine),
    ]) {
      const { endpoint, seen } = world({ capability: { a: ['publish'] } }, { onIssue });
      equal([(await endpoint(request())).status, seen.errors], [200, [mine]]);
    }
  });
  test('onIssue is awaited, and hears nothing of a refusal', async () => {
    let done = false;
    const later = async () => {
      await Promise.resolve();
      done = true;
    };
    await world({ capability: { a: ['publish'] } }, { onIssue: later }).endpoint(request());
    equal(done, true);
    const { endpoint, issues } = world(null);
    equal([(await endpoint(request())).status, issues], [401, []]);
  });

  for (const [name, options, path] of [
    ['large', { large: 'jwt' }, 'large'],
    ['large that is no text', { large: true }, 'large'],
    ['onIssue', { onIssue: 1 }, 'onIssue'],
    ['keys and a key', { source: { key: 'a.b:c', keys: ['a.b:c'] } }, 'source.keys'],
    ['no keys', { source: { keys: [] } }, 'source.keys'],
    ['a second key that is none', { source: { keys: ['a.b:c', 'none'] } }, 'key'],
  ])
    test(`an odd option: ${name}`, () => refuses(AblyAuthError, () => make(options), { path }));
  test('of several keys the first signs, in each form', async () => {
    const keys = ['app.one:first-secret', 'app.two:second-secret'];
    for (const count of [1, 90]) {
      const { endpoint } = make({ source: { keys }, authenticate: () => ({ capability: rooms(count) }) });
      const body = JSON.parse(await (await endpoint(request())).text());
      equal(body.keyName, 'app.one');
      if (count === 1) await openWith(body.token, keys[0]);
      else
        equal(
          createTokenRequest({ key: keys[0], capability: body.capability, now: body.timestamp, nonce: body.nonce }).mac,
          body.mac,
        );
    }
  });
};
