// How fast ours is to be, how flat and how straight. Times are compared within one run; and this is no test:
// machines are noisy.
import { difference, exponent, median, ratio } from './arithmetic.mjs';
import { CONSTANT, OURS, SIGNS_ONLY, WITH_JOSE } from './endpoints.mjs';
import { INSIDE } from './inside.mjs';
import { HEAP_BYTES, grown } from './memory.mjs';
import { CPU_FRESH, FRESH, IN_PROCESS, KEYSTROKE, LATENCY, MANY_USERS, OVER_HTTP } from './work-names.mjs';

const TOKEN = 'ours: Issuer.token';
const SYNC = 'ours: issueJwtSync';
const VERIFY = 'ours: verifyJwt';
const NODES = ['node', 'newer-node'];
const ALL = [...NODES, 'deno', 'bun', 'chromium', 'firefox'];

const HTTP = ['http-node', 'http-deno', 'http-bun', 'http-workerd'];

/** Work, ours, theirs, by runtime: time of ours over time of theirs, at most. */
const RATIOS = [
  ['sign, usual', TOKEN, 'fast-jwt', { node: 0.2 }],
  ['sign, usual', TOKEN, 'node:crypto by hand', { node: 0.4, deno: 0.4, bun: 0.8 }],
  ['sign, usual', TOKEN, 'jose', { ...every(ALL, 0.1), workerd: 0.25 }],
  ['sign, usual', TOKEN, 'WebCrypto by hand', { workerd: 0.2 }],
  ['sign, usual', SYNC, 'fast-jwt', { node: 0.42 }],
  ['sign, 10000 capabilities', SYNC, 'fast-jwt', { node: 0.95 }],
  ['verify, usual', VERIFY, 'fast-jwt', { node: 0.5 }],
  ['verify, 10000 capabilities', VERIFY, 'fast-jwt', { node: 0.85 }],
  ['verify, 10000 capabilities', `${VERIFY}, a key for everything`, 'fast-jwt', { node: 1 }],
  ['verify, 10000 capabilities', `${VERIFY}, a narrower key`, 'fast-jwt', { node: 1 }],
  ['check 1,000 resources', 'ours: checkCapability', 'JSON.parse', { node: 12 }],
  ['verify, usual', VERIFY, 'jose', { ...every(ALL, 0.2), workerd: 0.35 }],
  [INSIDE, 'ours: a token', 'the SHA-256 it needs', every([...ALL, 'workerd'], 1.3)],
  ['allows, 100 resources', 'ours: parseCapability(c).allows', 'a loop by hand', every([...ALL, 'workerd'], 1)],
  ['sign, usual', 'ours: Issuer.tokens, each of 100', TOKEN, every([...ALL, 'workerd'], 0.8)],
  ['revoke 100,000 targets', 'ours: revokeTokens', 'the waiting alone', { servers: 1.15 }],
  ['sandbox: authenticated publish', 'ours: sandbox', 'a constant answer', { servers: 2.5 }],
  ['sandbox: one publisher, 1,000 subscribers', 'ours: sandbox', 'ws, broadcasting the same bytes', { servers: 2 }],
  [MANY_USERS, 'ours: verifyRequest', 'jose: jwtVerify alone', { node: 0.25 }],
  [IN_PROCESS, OURS, CONSTANT, { calls: 1.4 }],
  [IN_PROCESS, OURS, WITH_JOSE, { calls: 0.25 }],
  [LATENCY, OURS, CONSTANT, every(HTTP, 1.3)],
  [FRESH, OURS, WITH_JOSE, { fresh: 1 }],
  [CPU_FRESH, OURS, WITH_JOSE, { fresh: 1 }],
  ['import and first token', 'ours', 'jose', { starts: 0.9 }],
  ['import and first token, Bun', 'ours', 'jose', { starts: 0.9 }],
];

/** The same, as rates: how many times as many of ours a second, at least. */
const RATES = [
  [OVER_HTTP, OURS, SIGNS_ONLY, every(HTTP, 0.85)],
  [OVER_HTTP, OURS, WITH_JOSE, { 'http-node': 1.9, 'http-deno': 1.9, 'http-bun': 1.45, 'http-workerd': 1.3 }],
];

/** The same, by how many ms ours may take longer. */
const DIFFERENCES = [
  ['command line', 'ours: issue-jwt-token --token-only', 'node -e 0', { starts: 40 }],
  ['command line, newer Node.js', 'ours: issue-jwt-token --token-only', 'node -e 0', { starts: 40 }],
];

/** How many ms it takes, at most: what a person feels is no ratio. */
const TIMES = [[KEYSTROKE, 'ours: page', { page: 50 }]];

/** Straight would be 1; what a call costs by itself makes it less, sorting a little more. */
const MOST_EXPONENT = 1.2;
/** Below it what a call costs by itself still shows. */
const GROWS_FROM = 100;

function every(runtimes, most) {
  return Object.fromEntries(runtimes.map((name) => [name, most]));
}

/** @returns {{ what: string, where: string, found: number, wanted: number, unit: string, met: boolean }[]} */
export function goals({ runtimes, growth, memory, connections }) {
  const among = (table, compare, unit, judge = goal) =>
    table.flatMap(([work, ours, theirs, limits]) =>
      Object.entries(limits).flatMap(([where, wanted]) => {
        const times = runtimes[where]?.works[work];
        if (!times?.[ours] || !times[theirs]) return [];
        return [judge(`${work}: ${ours} / ${theirs}`, where, compare(times[ours], times[theirs]), wanted, unit)];
      }),
    );
  return [
    ...among(RATIOS, (ours, theirs) => ratio(ours, theirs).median, 'x'),
    ...among(RATES, (ours, theirs) => ratio(theirs, ours).median, 'x rate', atLeast),
    ...among(DIFFERENCES, (ours, theirs) => difference(ours, theirs).median / 1e6, 'ms more'),
    ...TIMES.flatMap(([work, ours, limits]) =>
      Object.entries(limits).flatMap(([where, wanted]) => {
        const times = runtimes[where]?.works[work];
        return times ? [goal(work, where, median(times[ours]) / 1e6, wanted, 'ms')] : [];
      }),
    ),
    ...Object.entries(growth?.works ?? {}).map(([work, sizes]) =>
      goal(`${work}: power of the number`, 'growth', growthOf(sizes).median, MOST_EXPONENT, ''),
    ),
    ...Object.entries(memory?.works ?? {}).flatMap(([work, samples]) => {
      const [what, { wasm, heap }] = [`${samples.at(-1).done.toLocaleString('en')} ${work}`, grown(samples)];
      return [
        goal(`${what}: wasm memory`, 'memory', wasm / 1e6, 0, 'MB more'),
        goal(`${what}: heap`, 'memory', heap / 1e6, HEAP_BYTES / 1e6, 'MB more'),
      ];
    }),
    ...(connections ? [idleConnection(connections.works)] : []),
  ];
}

function idleConnection({ connections, bytes }) {
  const what = `each of ${connections.toLocaleString('en')} idle connections of the sandbox`;
  return goal(what, 'connections', bytes / 1024, 20, 'KB');
}

function goal(what, where, found, wanted, unit) {
  return { what, where, found, wanted, unit, met: found <= wanted };
}

function atLeast(what, where, found, wanted, unit) {
  return { ...goal(what, where, found, wanted, unit), isLeast: true, met: found >= wanted };
}

/** @param sizes number of resources: ns for one, of every round */
export function growthOf(sizes) {
  const largest = Math.max(...Object.keys(sizes).map(Number));
  const at = (size) => ({ size, times: sizes[size] });
  return exponent(at(GROWS_FROM), at(largest));
}
