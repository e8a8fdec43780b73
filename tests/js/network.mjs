// Every call with every fault: the kind of its error, that nothing is sent twice, that nothing leaks.
import { equal, ok, rejects } from './assert.mjs';
import { CALLS, everyCall, holdsNoSecret } from './network-calls.mjs';
import { FAULTS } from './network-faults.mjs';
import { lacks, timed, world } from './network-world.mjs';

const IN_BROWSER = typeof document === 'object';

export default (context) => {
  if (lacks(context, 'getTime', 'requestToken', 'revokeTokens', 'createControlClient')) return;
  const { test, library, network } = context;
  for (const [what, fault] of Object.entries(FAULTS))
    if (isSlow(fault)) test(`every call: ${what}`, () => everyCall((call) => meets(call, fault)));
  for (const [name, call] of Object.entries(CALLS)) {
    test(`${name}: all is well`, async () => {
      const { endpoint, log } = await world(network);
      call.isGood(await call.run(library, { endpoint }));
      equal((await log()).filter(isFor(call)).length, 1);
    });
    for (const [what, fault] of Object.entries(FAULTS))
      if (!isSlow(fault)) test(`${name}: ${what}`, () => meets(call, fault));
    test(`${name}: JSON of another form`, async () => {
      for (const json of call.wrongForms)
        await meets(call, { fault: { status: 200, json }, wants: { kind: 'service' } }, JSON.stringify(json));
    });
    test(`${name}: no redirect is followed`, async () => {
      for (const redirect of ['here', 'elsewhere'])
        for (const status of [300, 301, 302, 303, 307, 308]) {
          const wants = IN_BROWSER ? { kind: 'service' } : { kind: 'service', statusCode: status };
          const log = await meets(call, { fault: { status, redirect }, wants }, `${status} to ${redirect}`);
          equal(
            log.filter(({ path }) => path.startsWith('/redirected/')),
            [],
          );
        }
    });
    if (call.credential)
      test(`${name}: a refusal that repeats the credential`, async () => {
        const { credential } = call;
        const message = `bad: ${credential}, ${btoa(credential)}, ${credential.split(':').at(-1)}`;
        await meets(call, {
          fault: { status: 401, error: { code: 40101, message } },
          wants: { kind: 'key', code: 40101, message: /bad: / },
        });
        await meets(call, {
          fault: { status: 401, body: message, headers: { 'Content-Type': 'text/plain' } },
          wants: { kind: 'key', message: /bad: / },
        });
      });
    test(`${name}: what breaks off before the headers is asked for once`, async () => {
      const { endpoint } = await world(network, { faults: [{ cut: 'headers' }], repeat: true, only: call.only });
      let asked = 0;
      const fetch = (url, init) => {
        if (`${init.method} ${url.slice(endpoint.length)}`.includes(call.only)) asked++;
        return globalThis.fetch(url, init);
      };
      await rejects(library.AblyAuthError, call.run(library, { endpoint, fetch }), { kind: 'network' });
      equal(asked, 1);
    });
    test(`${name}: nobody listens`, async () => {
      // The discard port, which browsers refuse of themselves.
      await rejects(library.AblyAuthError, call.run(library, { endpoint: 'http://127.0.0.1:9' }), {
        kind: 'network',
        path: undefined,
      });
    });
  }

  async function meets(call, { fault, wants, timeoutMs }, what = '') {
    const { endpoint, log } = await world(network, { faults: [fault], repeat: true, only: call.only });
    const { value, error, ms } = await timed(() => call.run(library, { endpoint, ...(timeoutMs && { timeoutMs }) }));
    try {
      if (!wants) {
        if (error) throw error;
        call.isGood(value);
      } else {
        if (!error) throw new Error(`it resolved with ${JSON.stringify(value)}`);
        await rejects(library.AblyAuthError, Promise.reject(error), {
          ...wants,
          kind: call.kindOf?.[wants.kind] ?? wants.kind,
        });
        holdsNoSecret(error);
        if (call.hasReport) isReportOfOne(error);
      }
    } catch (problem) {
      problem.message = [what, problem.message].filter(Boolean).join(': ');
      throw problem;
    }
    // That it gave up by its own time, and not by the library's ten seconds, is in the message: the clock would also count what else the machine does.
    if (timeoutMs)
      ok(ms > timeoutMs * 0.9 && error.message.includes(`within ${timeoutMs} ms`), `after ${ms} ms: ${error.message}`);
    const sent = await log();
    isSentOnce(sent.filter(isFor(call)), fault);
    return sent;
  }
};

/** These are tried on every call at once. */
const isSlow = ({ fault }) => fault.delay || fault.pause || fault.drip || fault.stop;
const isFor =
  ({ only }) =>
  ({ method, path }) =>
    `${method} ${path}`.includes(only);

/**
 * Once. But a platform may send again by itself what broke off on a connection that had been idle, browsers
 * for any reason: that is no business of the library's, of which a test above says how often it asked.
 */
function isSentOnce(requests, { cut }) {
  const counted = cut === 'headers' ? requests.filter(({ reused }) => !reused && !IN_BROWSER) : requests;
  ok(requests.length > 0 && counted.length <= 1, `sent ${requests.length} times`);
}

/** A revocation that failed as a whole tells of each target all the same. */
function isReportOfOne({ kind, report }) {
  equal([report.successCount, report.failureCount], [0, 1]);
  equal([report.results[0].target, report.results[0].error.kind], ['clientId:ada', kind]);
}
