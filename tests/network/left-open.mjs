// Runs in Node.js with --expose-gc: a call that has ended closes its connection, whatever was collected in
// the meantime. A Request that nobody holds is collected while its answer is awaited, and with it goes what
// tells the request of its signal: the connection stays open, and the process with it.
import { library } from '../.work/runtimes/staged.mjs';
import { print } from '../runtimes/report.mjs';
import { runSubjects } from '../js/harness.mjs';
import { CALLS } from '../js/network-calls.mjs';
import { lacks, later, watchedSignal, world } from '../js/network-world.mjs';

/** Less than elsewhere: these fail together or not at all, and have to be done in time then too. */
const PATIENCE_MS = 30_000;
/** Time enough for the request to arrive. */
const TIMEOUT_MS = 3_000;
const [runtime, origin] = process.argv.slice(2);

const leftOpen = (context) => {
  if (lacks(context, 'getTime', 'requestToken', 'revokeTokens', 'createControlClient')) return;
  const { test, network } = context;
  const collect = async () => {
    for (let i = 0; i < 5; i++) {
      globalThis.gc();
      await later(10);
    }
  };

  for (const [name, call] of Object.entries(CALLS))
    for (const stop of ['headers', 'body'])
      for (const how of ['aborted', 'timed out'])
        test(`${name}, stopped before the end of the ${stop}, ${how}`, async () => {
          const own = await world(network, { faults: [{ stop }], repeat: true, only: call.only });
          const { signal, abort } = watchedSignal();
          const ending = call
            .run(library, { endpoint: own.endpoint, signal, timeoutMs: how === 'aborted' ? 600_000 : TIMEOUT_MS })
            .catch(() => undefined);
          const ofCall = (log) => log.find(({ method, path }) => `${method} ${path}`.includes(call.only));
          await own.until((log) => (stop === 'body' ? ofCall(log)?.headersSent : ofCall(log)), 'a request');
          await later(50);
          await collect();
          if (how === 'aborted') abort();
          await ending;
          await own.until((log) => ofCall(log).gone, 'that the server sees the client leave', PATIENCE_MS);
        });
};

const report = await runSubjects({ 'left open': leftOpen }, { library, network: { origin } });
if (!print(`${runtime}, left open`, report)) process.exitCode = 1;
