// Runs in Node.js: 10,000 targets through revokeTokens, while one request in twenty goes wrong. What is
// looked at is the server's log against the report. The times are printed, and prove nothing.
import { library } from '../.work/runtimes/staged.mjs';
import { print } from '../runtimes/report.mjs';
import { equal, ok } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import { lacks, world } from '../js/network-world.mjs';
import { KEY } from '../js/tokens.mjs';

const COUNT = 10_000;
/** The whole of a report is some 3 MB. */
const MOST_MEMORY = 200_000_000;
/** Time enough for every answer that does come. */
const TIMEOUT_MS = 5000;
const FAULTS = [
  { status: 429, retryAfter: 0 },
  { status: 429, error: { code: 42910, message: 'Rate limit exceeded' } },
  { status: 503, error: { code: 50300, message: 'no' } },
  { status: 502, body: '<html>' },
  { status: 200, body: '' },
  { cut: 'headers' },
  { cut: 'body' },
  { half: true },
  { stop: 'headers' },
  { stop: 'body' },
  { delay: 200 },
];
const IS_RETRIED = FAULTS.map(({ status }) => status === 429);
const targets = Array.from({ length: COUNT }, (_, i) =>
  i % 3 ? `clientId:user-${i}` : { type: 'revocationKey', value: `group:${i}` },
);
const texts = targets.map((target) => (typeof target === 'string' ? target : `${target.type}:${target.value}`));
const [runtime, origin] = process.argv.slice(2);

const manyTargets = (context) => {
  if (lacks(context, 'revokeTokens')) return;
  const { test, network } = context;
  const times = {};

  for (const [concurrency, seeds] of [
    [4, [1, 2, 3]],
    [32, [4]],
    [1, [1]],
  ])
    for (const seed of seeds)
      test(`${concurrency} at once, faults by seed ${seed}`, async () => {
        const own = await world(network, { faults: FAULTS, chance: 0.05, seed, only: '/revokeTokens' });
        const memory = process.memoryUsage.rss();
        let most = memory;
        const onProgress = () => (most = Math.max(most, process.memoryUsage.rss()));
        const start = performance.now();
        const report = await library.revokeTokens({
          key: KEY,
          endpoint: own.endpoint,
          targets,
          concurrency,
          onProgress,
          timeoutMs: TIMEOUT_MS,
        });
        (times[concurrency] ??= []).push(Math.round(performance.now() - start));
        ok(most - memory < MOST_MEMORY, `it took ${most - memory} bytes of memory`);
        compare(
          report,
          (await own.log()).filter(({ path }) => path.endsWith('/revokeTokens')),
        );
      });
  test('without a fault every one is revoked', async () => {
    const own = await world(network, { only: '/revokeTokens' });
    const start = performance.now();
    equal(
      (await library.revokeTokens({ key: KEY, endpoint: own.endpoint, targets, concurrency: 4 })).successCount,
      COUNT,
    );
    const without = Math.round(performance.now() - start);
    const withFaults = `${times[4]} ms with 4 requests at once, ${times[32]} with 32, ${times[1]} one after the other`;
    console.log(`${COUNT} targets, 5 % faults: ${withFaults}; without faults ${without} ms with 4`);
  });
};

function compare({ results, successCount, failureCount }, log) {
  equal(
    results.map(({ target }) => target),
    texts,
  );
  const revoked = new Set(results.filter(({ error }) => !error).map(({ target }) => target));
  equal([successCount, failureCount], [revoked.size, COUNT - revoked.size]);
  const isOutcome = ({ error, issuedBefore, appliesAt }) =>
    error ? issuedBefore === undefined : issuedBefore > 0 && appliesAt >= issuedBefore;
  ok(results.every(isOutcome), 'an outcome is neither');

  const bodies = log.map(({ body }) => JSON.parse(body));
  equal(new Set(bodies.map(({ issuedBefore }) => issuedBefore)).size, 1, 'issuedBefore');
  ok(
    bodies.every((body) => body.targets.length <= 100),
    'over 100 targets in a request',
  );
  ok(log.filter(({ well }) => !well).length >= 2, 'there were next to no faults');

  const sent = new Map();
  for (const [index, body] of bodies.entries())
    for (const target of body.targets) sent.set(target, [...(sent.get(target) ?? []), log[index]]);
  equal([...sent.keys()].sort(), [...texts].sort(), 'what was sent');
  for (const [target, requests] of sent) {
    const last = requests.at(-1);
    // Sent again after 429 and after nothing else, least of all after a success.
    ok(
      requests.slice(0, -1).every(({ fault }) => IS_RETRIED[fault]),
      `${target} was sent ${requests.length} times`,
    );
    equal(revoked.has(target), last.well && last.sent, target);
  }
}

const report = await runSubjects({ 'many targets': manyTargets }, { library, network: { origin } });
if (!print(`${runtime}, many targets`, report)) process.exitCode = 1;
