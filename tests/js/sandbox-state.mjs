// What the sandbox hands to onChange, and what comes of it later.
import { equal, ok, refuses, rejects, thrownBy } from './assert.mjs';
import { sandboxWorld } from './sandbox-world.mjs';
import { NOW } from './tokens.mjs';

const SECRET = 'made-up-secret-of-the-store';

export default ({ test, library, sandbox }) => {
  const { AblyAuthError, createTokenRequest, issueJwtSync, requestToken, revokeTokens } = library;
  const world = (options) => sandboxWorld({ sandbox }, options);

  /** Some of everything, and whether it is still so in another sandbox. */
  async function live({ sandbox, network, publish, basic, bearer, pass, now, json, ask }) {
    const { root, revocable } = sandbox.keys;
    await publish(basic(root), 'chat:a', 'one');
    await publish(basic(root), 'chat:b', { two: ['\u{1f600}', 2] });
    const { token } = await requestToken({ ...network, key: root, clientId: 'ada', now: NOW });
    const request = createTokenRequest({ key: root, now: NOW });
    const path = `/keys/${request.keyName}/requestToken`;
    equal((await ask(path, json('', request))).status, 201);
    const revoked = issueJwtSync({ key: revocable, clientId: 'ada', revocable: true, now: NOW }).token;
    pass(2000);
    await revokeTokens({ ...network, key: revocable, clientId: 'ada', issuedBefore: now() });
    return async (successor) => {
      successor.pass(2000);
      equal(
        [await successor.history('chat:a'), await successor.history('chat:b')],
        [['one'], [JSON.stringify({ two: ['\u{1f600}', 2] })]],
      );
      equal(await successor.publish(bearer(token)), 201);
      equal((await successor.ask(path, json('', request))).code, 40105);
      equal(await successor.publish(bearer(revoked)), 40141);
    };
  }

  test('from its changes another one comes to the same', async () => {
    const state = [];
    const first = world({ onChange: (change) => void state.push(change) });
    const check = await live(first);
    ok(state.length >= 5 && state.every((change) => typeof change === 'string' && !/[\r\n]/.test(change)));
    const second = world({ state });
    equal(second.sandbox.snapshot(), first.sandbox.snapshot());
    await check(second);
  });
  test('from its snapshot, too', async () => {
    const first = world();
    const check = await live(first);
    const second = world({ state: new Set(first.sandbox.snapshot()) });
    equal(second.sandbox.snapshot(), first.sandbox.snapshot());
    await check(second);
  });
  test('its snapshot and what came after', async () => {
    let state = [];
    const first = world({
      onChange: (change, sandbox) => {
        if (state.length >= 2) state = [...sandbox.snapshot()];
        state.push(change);
      },
    });
    await (await live(first))(world({ state }));
  });
  test('what only reads changes nothing', async () => {
    const state = [];
    const { sandbox, ask } = world({ onChange: (change) => void state.push(change) });
    await ask('/time');
    await ask('/channels/a/messages', { headers: { Authorization: `Basic ${btoa(sandbox.keys.root)}` } });
    await ask('/channels/a/messages');
    equal(state, []);
  });
  test('keys made from a seed, and kept with the state', () => {
    const [one, same, other] = ['seed 1', 'seed 1', 'seed 2'].map((seed) => sandbox.createSandbox({ seed }));
    equal([one.keys, one.accessToken, one.adminToken], [same.keys, same.accessToken, same.adminToken]);
    for (const name of ['root', 'revocable', 'narrow']) ok(one.keys[name] !== other.keys[name], name);
    ok(one.accessToken !== other.accessToken && one.adminToken !== other.adminToken);
    const heir = sandbox.createSandbox({ state: one.snapshot() });
    equal([heir.keys, heir.accessToken], [one.keys, one.accessToken]);
    ok(
      Object.values(sandbox.createSandbox().keys).every((key) => key.includes(':not-a-secret-')),
      'the constant ones look like it',
    );
  });
  test('a state that cannot be read: which change, and none of its words', () => {
    const [first] = sandbox.createSandbox().snapshot();
    for (const [change, what] of [
      [`{"${SECRET}":1}`, /^state\[1\]: the change cannot be read/],
      [first.slice(0, -9), /^state\[1\]: the change cannot be read/],
      ['', /^state\[1\]/],
      [7, /^state\[1\] is a number/],
    ]) {
      const error = refuses(AblyAuthError, () => sandbox.createSandbox({ state: [first, change] }), {
        kind: 'usage',
        path: 'state[1]',
        message: what,
      });
      ok(!JSON.stringify(error).includes(SECRET) && !error.message.includes(SECRET));
    }
  });
  test('a state whose iterator throws', () => {
    const cause = new Error('the disk is gone');
    equal(
      thrownBy(() =>
        sandbox.createSandbox({
          state: {
            [Symbol.iterator]: () => ({
              next() {
                throw cause;
              },
            }),
          },
        }),
      ),
      cause,
    );
  });

  test('the answer waits for onChange, and so does the next request', async () => {
    const log = [];
    let release;
    const {
      publish,
      history,
      basic,
      sandbox: own,
    } = world({
      async onChange() {
        log.push('begun');
        await new Promise((resolve) => (release = resolve));
        log.push('kept');
      },
    });
    const root = basic(own.keys.root);
    const first = publish(root, 'chat:a', 'one').then((status) => log.push(`first ${status}`));
    while (!release) await new Promise((resolve) => setTimeout(resolve));
    const second = publish(root, 'chat:a', 'two').then((status) => log.push(`second ${status}`));
    const read = history().then((data) => log.push(data.join()));
    equal(log, ['begun']);
    for (let i = 0; i < 2; i++) {
      while (!release) await new Promise((resolve) => setTimeout(resolve));
      const go = release;
      release = undefined;
      go();
    }
    await Promise.all([first, second, read]);
    equal(
      log.filter((line) => line === 'begun' || line === 'kept'),
      ['begun', 'kept', 'begun', 'kept'],
    );
    ok(log.indexOf('first 201') > log.indexOf('kept'), log.join());
    // Whichever of the two had its turn first, it saw what was kept by then and nothing else.
    ok(log.includes('one') || log.includes('two,one'), log.join());
  });

  const FAILURES = {
    'it throws': () => {
      throw new Error(SECRET);
    },
    'it rejects': async () => {
      throw new Error(SECRET);
    },
    'it rejects with nothing': () => Promise.reject(),
    'it throws what is no error': () => {
      throw SECRET;
    },
  };
  for (const [name, fail] of Object.entries(FAILURES))
    test(`${name}: 500 with 50000, and everything is as before`, async () => {
      let failing = false;
      const state = [];
      const own = world({ onChange: (change) => (failing ? fail() : void state.push(change)) });
      const root = own.basic(own.sandbox.keys.root);
      equal(await own.publish(root, 'chat:a', 'one'), 201);
      const before = own.sandbox.snapshot();

      failing = true;
      const { status, json, text } = await own.ask('/channels/chat:a/messages', own.json(root, { data: 'two' }));
      equal([status, json.error.code, json.error.statusCode], [500, 50000, 500]);
      ok(!text.includes(SECRET), text);
      const control = await own.ask(
        '/v1/accounts/sandbox/apps',
        own.json(`Bearer ${own.sandbox.accessToken}`, { name: 'An app' }),
      );
      equal([control.status, control.json.code], [500, 50000]);
      equal(own.sandbox.snapshot(), before);
      equal(await own.history(), ['one']);

      failing = false;
      equal(await own.publish(root, 'chat:a', 'three'), 201);
      equal(
        [await own.history(), await world({ state }).history()],
        [
          ['three', 'one'],
          ['three', 'one'],
        ],
      );
    });
  test('the code of what failed is told', async () => {
    const {
      publish: _,
      ask,
      json,
      basic,
      sandbox: own,
    } = world({ onChange: () => Promise.reject(Object.assign(new Error(SECRET), { code: 'ENOSPC' })) });
    const { text } = await ask('/channels/a/messages', json(basic(own.keys.root), { data: 'one' }));
    ok(text.includes('(ENOSPC)') && !text.includes(SECRET), text);
  });
  test('a TokenRequest whose change was not kept can be sent again', async () => {
    let failing = true;
    const own = world({
      onChange: () => {
        if (failing) throw new Error();
      },
    });
    const request = createTokenRequest({ key: own.sandbox.keys.root, now: NOW });
    const send = () => own.ask(`/keys/${request.keyName}/requestToken`, own.json('', request));
    equal((await send()).status, 500);
    failing = false;
    equal([(await send()).status, (await send()).code], [201, 40105]);
  });
  test('a signal ends the wait for onChange', async () => {
    const { sandbox: own, json, basic } = world({ onChange: () => new Promise(() => {}) });
    const controller = new AbortController();
    const asked = own.fetch('/channels/a/messages', {
      ...json(basic(own.keys.root), { data: 'one' }),
      signal: controller.signal,
    });
    const cause = new Error('enough');
    controller.abort(cause);
    equal(
      await asked.then(
        () => undefined,
        (reason) => reason,
      ),
      cause,
    );
    await rejects(
      AblyAuthError,
      requestToken({ endpoint: own.endpoint, fetch: own.fetch, key: own.keys.root, now: NOW, timeoutMs: 50 }),
      { kind: 'timeout' },
    );
  });
};
