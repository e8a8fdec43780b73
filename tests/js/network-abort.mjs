// A call ends at once when its signal says so, whatever it is waiting for; and leaves nothing behind:
// no request that goes on, no listener at the signal, no timer.
import { equal, ok, rejects } from './assert.mjs';
import { CALLS } from './network-calls.mjs';
import { activeTimers, lacks, later, timersLeftBy, watchedSignal, world } from './network-world.mjs';
import { KEY } from './tokens.mjs';

/** At once, on a machine that has much else to do. Without the signal the wait would take twenty seconds, and each of the others minutes. */
const AT_ONCE_MS = 15_000;
const LONGEST_TIMEOUT_MS = 600_000;

/** Where a call stands still, and how the log shows that it has come to there. */
const MOMENTS = {
  'before the headers': { fault: { stop: 'headers' }, isThere: (entry) => entry },
  'in the body': { fault: { stop: 'body' }, isThere: (entry) => entry?.headersSent },
  'in a body that comes byte by byte': { fault: { drip: 1000 }, isThere: (entry) => entry?.headersSent },
  'in the body of an error': {
    fault: { status: 401, error: { code: 40101, message: 'no' }, stop: 'body' },
    isThere: (entry) => entry?.headersSent,
  },
  'in the wait after 429': { fault: { status: 429, retryAfter: 20 }, isThere: (entry) => entry?.sent, hasEnded: true },
};

export default (context) => {
  if (lacks(context, 'getTime', 'requestToken', 'revokeTokens', 'createControlClient')) return;
  const { test, library, network } = context;
  const ABORTED = { kind: 'aborted' };

  for (const [name, call] of Object.entries(CALLS)) {
    for (const [moment, { fault, isThere, hasEnded }] of Object.entries(MOMENTS))
      test(`${name}, ${moment}`, async () => {
        const { endpoint, until } = await world(network, { faults: [fault], repeat: true, only: call.only });
        const own = watchedSignal();
        const ending = call.run(library, { endpoint, timeoutMs: LONGEST_TIMEOUT_MS, signal: own.signal }).then(
          (value) => ({ value }),
          (error) => ({ error }),
        );
        const ofCall = (log) => log.find(({ method, path }) => `${method} ${path}`.includes(call.only));
        await until((log) => isThere(ofCall(log)), 'that moment');
        await later(50); // until the client has it too
        const start = performance.now();
        own.abort();
        const { value, error } = await ending;
        const ms = performance.now() - start;
        ok(error, `it resolved with ${JSON.stringify(value)}`);
        await rejects(library.AblyAuthError, Promise.reject(error), ABORTED);
        ok(ms < AT_ONCE_MS, `it took ${ms} ms`);
        equal(own.listening(), 0, 'listeners at the signal');
        if (!hasEnded) await until((log) => ofCall(log).gone, 'that the server sees the client leave');
        if (call.hasReport) equal([error.report.failureCount, error.report.results[0].error.kind], [1, 'aborted']);
      });
    test(`${name}, before anything is sent`, async () => {
      const { endpoint, log } = await world(network);
      const own = watchedSignal();
      own.abort();
      const error = await rejects(library.AblyAuthError, call.run(library, { endpoint, signal: own.signal }), ABORTED);
      equal([await log(), own.listening(), error.report], [[], 0, undefined]);
    });
    test(`${name}, with the platform's own AbortController and a reason`, async () => {
      const { endpoint, until } = await world(network, { faults: [{ stop: 'headers' }], repeat: true });
      const own = new AbortController();
      const ending = rejects(library.AblyAuthError, call.run(library, { endpoint, signal: own.signal }), ABORTED);
      await until((log) => log.length > 0, 'a request');
      own.abort(new Error('a reason'));
      await ending;
    });
    test(`${name}, after it is over`, async () => {
      const { endpoint } = await world(network);
      const own = watchedSignal();
      call.isGood(await call.run(library, { endpoint, signal: own.signal }));
      equal(own.listening(), 0, 'listeners at the signal');
      own.abort();
    });
    test(`${name} leaves no timer and no listener, however it ends`, async () => {
      const endings = [
        [null],
        [{ status: 500 }],
        [{ stop: 'headers' }, 300],
        [{ status: 429, retryAfter: 0 }],
        [{ cut: 'headers' }],
        [{ json: 5 }],
      ];
      for (const [fault, timeoutMs = 8000] of endings) {
        const { endpoint } = await world(network, { faults: [fault] });
        const own = watchedSignal();
        const before = activeTimers();
        const left = await timersLeftBy(() =>
          call.run(library, { endpoint, timeoutMs, signal: own.signal }).catch(() => undefined),
        );
        equal([left, own.listening()], [0, 0], JSON.stringify(fault));
        ok(
          activeTimers() <= before,
          `${JSON.stringify(fault)}: ${activeTimers()} timers keep the process, ${before} before`,
        );
      }
    });
  }

  test('many calls with one signal end together', async () => {
    const { endpoint, until } = await world(network, { faults: [{ stop: 'headers' }], repeat: true });
    const own = watchedSignal();
    const calls = Array.from({ length: 4 }, () =>
      rejects(library.AblyAuthError, library.getTime({ endpoint, signal: own.signal }), ABORTED),
    );
    await until((log) => log.length === 4, 'four requests');
    own.abort();
    await Promise.all(calls);
    equal(own.listening(), 0);
  });
  test('revokeTokens tells what was revoked, what was sent, and what never was', async () => {
    const targets = Array.from({ length: 250 }, (_, i) => `clientId:${i}`);
    const { endpoint, until } = await world(network, {
      faults: [null, { stop: 'headers' }],
      repeat: true,
      only: '/revokeTokens',
    });
    const own = watchedSignal();
    const ending = rejects(
      library.AblyAuthError,
      library.revokeTokens({ key: KEY, targets, endpoint, concurrency: 1, signal: own.signal }),
      ABORTED,
    );
    await until((log) => log.filter(({ path }) => path.endsWith('/revokeTokens')).length === 2, 'the second request');
    own.abort();
    const { report } = await ending;
    equal(
      report.results.map(({ target }) => target),
      targets,
    );
    equal([report.successCount, report.failureCount], [100, 150]);
    equal(
      report.results.map((it) => (it.error ? `${it.error.kind} ${it.sent}` : 'revoked')),
      [...Array(100).fill('revoked'), ...Array(100).fill('aborted undefined'), ...Array(50).fill('aborted false')],
    );
    ok(
      report.results.every(
        ({ sent, error }) => (sent === false) === (error?.message.startsWith('not sent: ') ?? false),
      ),
    );
  });
};
