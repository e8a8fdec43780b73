// 429: the only answer after which the same request is sent again, and not before it is time.
import { equal, ok, rejects } from './assert.mjs';
import { CALLS, everyCall } from './network-calls.mjs';
import { lacks, world } from './network-world.mjs';
import { KEY } from './tokens.mjs';

/** Clocks and timers of some platforms are coarse on purpose. */
const SLACK_MS = 60;
/** Less than the longest wait there is, 30 s; how long each is to the millisecond, tests/rust/network/waits.rs holds, by a clock of its own. */
const MOST_MS = 25_000;
const TOO_MANY = { code: 42910, message: 'Rate limit exceeded' };

const WAITS = {
  'as many seconds as it says': { fault: { status: 429, retryAfter: 1 }, least: 1000 },
  'no second': { fault: { status: 429, retryAfter: 0 }, least: 0 },
  // A date has whole seconds, and what is begun is dropped.
  'until the date it says': { fault: { status: 429, retryDate: 2 }, least: 1000 },
  'a date in the past': { fault: { status: 429, retryDate: -3600 }, least: 0 },
  'of itself when it says nothing': { fault: { status: 429, error: TOO_MANY }, least: 200 },
  'of itself when it says nothing that can be read': {
    fault: { status: 429, headers: { 'Retry-After': 'soon' } },
    least: 200,
  },
  'with the error in the headers only': {
    fault: { status: 429, error: { code: 42922, message: 'Too many' }, in: 'headers' },
    least: 200,
  },
  'with a page for a body': { fault: { status: 429, body: '<html>', headers: { 'Retry-After': '0' } }, least: 0 },
};

export default (context) => {
  if (lacks(context, 'getTime', 'requestToken', 'revokeTokens', 'createControlClient')) return;
  const { test, library, network } = context;

  const requests = async (log, { only }) =>
    (await log()).filter(({ method, path }) => `${method} ${path}`.includes(only));
  for (const [what, { fault, least }] of Object.entries(WAITS))
    test(`waits ${what}`, () =>
      everyCall(async (call) => {
        const { endpoint, log } = await world(network, { faults: [fault], only: call.only });
        call.isGood(await call.run(library, { endpoint }));
        const sent = await requests(log, call);
        equal(
          sent.map(({ fault }) => fault),
          [0, null],
        );
        const gap = sent[1].at - sent[0].at;
        ok(
          gap >= least - SLACK_MS && gap < MOST_MS,
          `the second came ${gap} ms after the first, not ${least} to ${MOST_MS}`,
        );
      }));

  for (const [name, call] of Object.entries(CALLS)) {
    test(`${name} gives up in the end`, async () => {
      const { endpoint, log } = await world(network, {
        faults: [{ status: 429, retryAfter: 0, error: TOO_MANY }],
        repeat: true,
        only: call.only,
      });
      await rejects(library.AblyAuthError, call.run(library, { endpoint }), {
        kind: 'rate-limited',
        code: 42910,
        statusCode: 429,
      });
      const { length } = await requests(log, call);
      ok(length >= 2 && length <= 10, `sent ${length} times`);
    });
    test(`${name} does not wait for an hour`, async () => {
      const { endpoint, log } = await world(network, {
        faults: [{ status: 429, retryAfter: 3600 }],
        repeat: true,
        only: call.only,
      });
      await rejects(library.AblyAuthError, call.run(library, { endpoint }), { kind: 'rate-limited', statusCode: 429 });
      equal((await requests(log, call)).length, 1);
    });
    test(`${name}: what comes after 429 is not tried again`, async () => {
      const { endpoint, log } = await world(network, {
        faults: [{ status: 429, retryAfter: 0 }, { status: 503 }],
        only: call.only,
      });
      await rejects(library.AblyAuthError, call.run(library, { endpoint }), { kind: 'service', statusCode: 503 });
      equal((await requests(log, call)).length, 2);
    });
  }

  test('requestToken signs anew each time: a nonce is used once', async () => {
    const { endpoint, log } = await world(network, {
      faults: [
        { status: 429, retryAfter: 0 },
        { status: 429, retryAfter: 0 },
      ],
    });
    await library.requestToken({ key: KEY, endpoint });
    const nonces = (await log()).map(({ body }) => JSON.parse(body).nonce);
    equal([nonces.length, new Set(nonces).size], [3, 3]);
    ok(
      nonces.every((nonce) => nonce.length >= 16),
      String(nonces),
    );
  });
  test('revokeTokens sends the same again, issuedBefore too', async () => {
    const { endpoint, log } = await world(network, { faults: [{ status: 429, retryAfter: 1 }], only: '/revokeTokens' });
    await library.revokeTokens({ key: KEY, clientId: ['a', 'b'], endpoint });
    const bodies = (await log()).filter(({ method }) => method === 'POST').map(({ body }) => body);
    equal(bodies.length, 2);
    equal(bodies[0], bodies[1]);
  });
  test('timeoutMs is for one exchange: the wait does not count', async () => {
    const { endpoint } = await world(network, { faults: [{ status: 429, retryAfter: 4 }] });
    ok(Number.isInteger(await library.getTime({ endpoint, timeoutMs: 3000 })));
  });
};
