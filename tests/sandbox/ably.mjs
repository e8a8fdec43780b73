// Ably's own client against the sandbox over real HTTP, in both of its formats.
import Ably from 'ably';
import {
  createTokenEndpoint,
  createTokenRequest,
  getTime,
  issueJwtSync,
  requestToken,
  revokeTokens,
} from '../../pkg/index.js';
import { serve } from '../../pkg/node/serve.js';
import { equal, ok } from '../js/assert.mjs';

const running = await serve({ port: 0, revokeChannels: true });
const { url, sandbox } = running;
const { root, revocable, narrow } = sandbox.keys;
const nameOf = (key) => key.split(':')[0];

export const end = ({ test }) => test('the server ends', () => running.close());

/** What it is refused with: Ably's code and status. */
const refusal = (promise) =>
  promise.then(
    () => 'it was not refused',
    ({ code, statusCode }) => [code, statusCode],
  );

/** A client that is given these, one after the other; undefined: it is refused one. */
function renewing(rest, tokens) {
  let calls = 0;
  const authCallback = (_, callback) => {
    const token = tokens[calls++];
    if (token === undefined) callback('there is none');
    else callback(null, token);
  };
  return { client: rest({ authCallback }), calls: () => calls };
}

// ably-js 2.28 repeats a request with the header of the token that was refused, without end:
// https://github.com/ably/ably-js/issues/2193
function sendCurrentToken({ http, auth }) {
  const send = http.do.bind(http);
  http.do = async (method, path, headers, ...rest) =>
    send(method, path, { ...headers, ...(await auth.getAuthHeaders()) }, ...rest);
}

let channels = 0;
let rounds = 0;
const newName = () => `chat:${++channels}`;

function clientTests(useBinaryProtocol) {
  // Nothing but where the sandbox is, and what the case is about.
  const rest = (options) =>
    new Ably.Rest({
      endpoint: '127.0.0.1',
      port: Number(new URL(url).port),
      tls: false,
      logLevel: 0,
      ...(useBinaryProtocol === undefined ? {} : { useBinaryProtocol }),
      ...options,
    });

  // What was revoked stays so: each round has its own.
  const group = `revoked-${++rounds}`;

  return ({ test }) => {
    test('time', async () =>
      ok(Math.abs((await rest({ key: root }).time()) - (await getTime({ endpoint: url }))) < 60_000));

    test('a key: publish, history, status, list', async () => {
      const client = rest({ key: root });
      const name = newName();
      const channel = client.channels.get(name);
      await channel.publish('one', 'text');
      await channel.publish([
        { name: 'two', data: { deep: ['ä', 1, null] } },
        { name: 'three', data: Buffer.from([0, 1, 255]) },
        { name: 'four', data: 'x', clientId: 'ada' },
      ]);
      const { items } = await channel.history({ direction: 'forwards' });
      equal(
        items.map((message) => message.name),
        ['one', 'two', 'three', 'four'],
      );
      equal(
        [items[0].data, items[1].data, [...items[2].data], items[3].clientId],
        ['text', { deep: ['ä', 1, null] }, [0, 1, 255], 'ada'],
      );
      ok(items.every(({ id, timestamp }) => id && Math.abs(timestamp - Date.now()) < 60_000));
      const latest = await channel.history({ limit: 1 });
      equal([latest.items[0].name, latest.hasNext()], ['four', true]);
      equal((await latest.next()).items[0].name, 'three');
      const { channelId, status } = await channel.status();
      equal(
        [channelId, typeof status.isActive, typeof status.occupancy.metrics.publishers],
        [name, 'boolean', 'number'],
      );
      equal((await channel.presence.get()).items, []);
      const listed = await client.request('GET', '/channels', 3, { by: 'id', limit: 1000 }, null, null);
      ok(
        listed.success && listed.items.some((item) => (item.channelId ?? item) === name),
        JSON.stringify(listed.items),
      );
      ok(Array.isArray((await client.stats()).items));
    });

    test('encrypted messages come back as they were', async () => {
      const channel = rest({ key: root }).channels.get(newName(), {
        cipher: { key: await Ably.Rest.Crypto.generateRandomKey() },
      });
      await channel.publish('secret', { a: 1 });
      equal((await channel.history()).items[0].data, { a: 1 });
    });

    test('an authCallback that gives our token', async () => {
      let calls = 0;
      const client = rest({
        authCallback: (_params, callback) => {
          calls++;
          callback(
            null,
            issueJwtSync({ key: revocable, clientId: 'ada', capability: { 'chat:*': ['publish', 'history'] } }),
          );
        },
      });
      const channel = client.channels.get(newName());
      await channel.publish('greeting', 'hello');
      const { items } = await channel.history();
      equal([items[0].data, items[0].clientId, calls], ['hello', 'ada', 1]);
      equal(await refusal(client.channels.get('elsewhere').publish('x', 'y')), [40160, 401]);
      equal(await refusal(channel.status()), [40160, 401]);
      equal(calls, 1);
    });

    test('our token as it is, as text and as details', async () => {
      for (const options of [
        { token: issueJwtSync({ key: root }).token },
        { tokenDetails: issueJwtSync({ key: root }) },
        { token: issueJwtSync({ key: root }) },
      ])
        await rest(options).channels.get(newName()).publish('x', 'y');
    });

    test('its own tokens: requestToken and authorize', async () => {
      const client = rest({ key: root });
      const details = await client.auth.requestToken({
        clientId: 'ada',
        ttl: 60_000,
        capability: { 'chat:*': ['publish'] },
      });
      equal(
        [details.clientId, details.capability, details.expires - details.issued, details.keyName ?? nameOf(root)],
        ['ada', '{"chat:*":["publish"]}', 60_000, nameOf(root)],
      );
      const bearer = rest({ token: details.token });
      await bearer.channels.get(newName()).publish('x', 'y');
      equal(await refusal(bearer.channels.get('news').publish('x', 'y')), [40160, 401]);
      const authorized = rest({ key: root });
      const { token, clientId } = await authorized.auth.authorize({ clientId: 'bob' });
      equal([token === details.token, clientId], [false, 'bob']);
      await authorized.channels.get(newName()).publish('x', 'y');
      equal(
        await refusal(rest({ key: narrow }).auth.requestToken({ capability: { elsewhere: ['publish'] } })),
        [40160, 401],
      );
    });

    test('a TokenRequest of theirs is accepted, once, also through our function', async () => {
      const client = rest({ key: root });
      const request = await client.auth.createTokenRequest({ clientId: 'ada' });
      equal(
        (await rest({ authCallback: (_, callback) => callback(null, request) }).auth.requestToken()).clientId,
        'ada',
      );
      equal(
        await refusal(rest({ authCallback: (_, callback) => callback(null, request) }).auth.requestToken()),
        [40105, 401],
      );
      const altered = { ...(await client.auth.createTokenRequest({ clientId: 'ada' })), clientId: 'eve' };
      equal(
        (await refusal(rest({ authCallback: (_, callback) => callback(null, altered) }).auth.requestToken()))[1],
        401,
      );
    });

    test('a TokenRequest of ours goes through their client', async () => {
      const client = rest({
        authCallback: (_, callback) =>
          callback(null, createTokenRequest({ key: root, clientId: 'ada', capability: { 'chat:*': ['publish'] } })),
      });
      const details = await client.auth.requestToken();
      equal([details.clientId, details.capability], ['ada', '{"chat:*":["publish"]}']);
      await client.channels.get(newName()).publish('x', 'y');
      const ours = await requestToken({ key: root, clientId: 'bob', endpoint: url });
      await rest({ token: ours.token }).channels.get(newName()).publish('x', 'y');
    });

    for (const [by, issue, target] of [
      ['client id', { clientId: group }, { type: 'clientId', value: group }],
      ['revocation key', { revocationKey: group }, { type: 'revocationKey', value: group }],
      ['channel', { capability: { 'chat:*': ['*'], [group]: ['*'] } }, { type: 'channel', value: group }],
    ])
      test(`revoked by ${by}: 40141, and it renews by itself`, async () => {
        // The cut-off lies between the two: nobody has to wait for the next second.
        const now = Date.now();
        const cutOff = now - 5_000;
        const [old, fresh] = [now - 10_000, now].map((at) => issueJwtSync({ key: revocable, ...issue, now: at }).token);
        const { client, calls } = renewing(rest, [old, fresh, undefined, fresh]);
        const fixed = renewing(rest, [old, fresh]);
        sendCurrentToken(fixed.client);
        const channel = client.channels.get(newName());
        await channel.publish('before', 'x');
        await fixed.client.channels.get(channel.name).publish('before', 'y');
        const other = rest({ token: issueJwtSync({ key: revocable, clientId: 'other', now: now - 10_000 }).token });

        const result = await rest({ key: revocable }).auth.revokeTokens(
          [target, { type: 'clientId', value: 'nobody' }],
          { issuedBefore: cutOff },
        );
        equal(
          [result.successCount, result.failureCount, result.results[0].target, result.results[0].issuedBefore],
          [2, 0, `${target.type}:${target.value}`, cutOff],
        );
        const answer = await fetch(`${url}/channels/x/messages`, { headers: { authorization: `Bearer ${old}` } });
        equal([answer.status, (await answer.json()).error.code], [401, 40141]);

        // As it is, it asks for a new token, and repeats its request with the old one until it is refused one.
        ok((await refusal(channel.publish('lost', 'x')))[1] === 401);
        equal(calls(), 3);
        await channel.publish('after', 'x');
        // As its maintainers mean it.
        await fixed.client.channels.get(channel.name).publish('after', 'y');
        equal([calls(), fixed.calls()], [4, 2]);
        const { items } = await channel.history({ direction: 'forwards' });
        equal(
          items.map(({ name, data }) => name + data),
          ['beforex', 'beforey', 'afterx', 'aftery'],
        );
        await other.channels.get(newName()).publish('x', 'y');
      });

    // docs/troubleshooting.md says both of 2.28.0: what it does, and what ends or avoids it.
    test('a revoked token is sent again for ever, until limit ends it', async () => {
      const now = Date.now();
      const member = `${group}-limit`;
      let granted = 0;
      const endpoint = createTokenEndpoint({
        source: { key: revocable },
        authenticate: () => ({
          clientId: member,
          capability: { 'chat:*': ['publish'] },
          now: granted === 0 ? now - 10_000 : now,
        }),
        limit: () => (granted < 8 ? ++granted > 0 : 10),
      });
      const headers = [];
      const authCallback = async (_, callback) => {
        const response = await endpoint(new Request('https://edge.example/auth'));
        if (response.ok) callback(null, JSON.parse(await response.text()));
        else callback({ ...JSON.parse(await response.text()).error });
      };
      const client = rest({ authCallback });
      const send = client.http.do.bind(client.http);
      client.http.do = (...call) => {
        headers.push(call[2].authorization);
        return send(...call);
      };
      const channel = client.channels.get(newName());
      await channel.publish('before', 'x');
      await revokeTokens({ key: revocable, endpoint: url, clientId: member, issuedBefore: now - 5_000 });
      equal(await refusal(channel.publish('after', 'x')), [42910, 429]);
      equal([granted, headers.length, new Set(headers).size, typeof headers[0]], [8, 9, 1, 'string']);
    });
    test('time() and a TokenDetails: an expired token is not sent', async () => {
      const expired = issueJwtSync({ key: root, ttlSeconds: 1, now: Date.now() - 5_000 });
      const fresh = issueJwtSync({ key: root });
      for (const [asksTime, token, status] of [
        [false, expired, 401],
        [true, expired.token, 401],
        [true, expired, 200],
      ]) {
        const given = [fresh];
        const authCallback = (_, callback) =>
          given.length > 0 ? callback(null, given.pop()) : callback('there is none');
        const client = rest({ authCallback, ...(typeof token === 'string' ? { token } : { tokenDetails: token }) });
        if (asksTime) await client.time();
        const outcome = await client.channels
          .get(newName())
          .publish('x', 'y')
          .then(
            () => 200,
            ({ statusCode }) => statusCode,
          );
        equal([outcome, given.length], [status, 0]);
      }
    });

    test('what cannot be revoked', async () => {
      const target = [{ type: 'clientId', value: 'nobody' }];
      equal((await refusal(rest({ key: root }).auth.revokeTokens(target)))[0], 40164);
      const mixed = await rest({ key: revocable }).auth.revokeTokens([...target, { type: 'wrong', value: 'x' }]);
      equal([mixed.successCount, mixed.failureCount, mixed.results[1].error.statusCode], [1, 1, 400]);
      equal((await revokeTokens({ key: revocable, clientId: 'nobody', endpoint: url })).successCount, 1);
    });

    test('an expired token is renewed by itself', async () => {
      const expired = issueJwtSync({ key: root, ttlSeconds: 1, now: Date.now() - 5_000 });
      const fresh = issueJwtSync({ key: root });
      // As text the service finds it out, with its times the client itself.
      for (const tokens of [
        [expired.token, fresh.token],
        [expired, fresh],
      ]) {
        const { client, calls } = renewing(rest, tokens);
        sendCurrentToken(client);
        await client.channels.get(newName()).publish('x', 'y');
        equal(calls(), 2);
      }
    });

    test('wrong keys', async () => {
      const channel = (key) => rest({ key }).channels.get(newName());
      equal((await refusal(channel(`${nameOf(root)}:wrong`).publish('x', 'y')))[1], 401);
      equal(await refusal(channel('nobody.root01:wrong').publish('x', 'y')), [40400, 404]);
      equal(await refusal(rest({ key: narrow }).channels.get('news').publish('x', 'y')), [40160, 401]);
    });
  };
}

export const defaults = clientTests(undefined);
export const msgpack = clientTests(true);
export const json = clientTests(false);
