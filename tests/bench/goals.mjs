// How fast ours is to be beside others. A goal is a ratio within one run, and no test: machines are noisy.
import { ratio } from './measure.mjs';

const TOKEN = 'ours: Issuer.token';
const SYNC = 'ours: issueJwtSync';
const VERIFY = 'ours: verifyJwt';
const NODES = ['node', 'newer-node'];
const ALL = [...NODES, 'deno', 'bun', 'chromium', 'firefox'];

/** Work, ours, theirs, by runtime: at most. */
const GOALS = [
  ['sign, usual', TOKEN, 'fast-jwt', { node: 0.33 }],
  ['sign, usual', TOKEN, 'node:crypto by hand', { node: 0.6, deno: 0.4, bun: 0.8 }],
  ['sign, usual', TOKEN, 'jose', { ...every(ALL, 0.1), workerd: 0.25 }],
  ['sign, usual', TOKEN, 'WebCrypto by hand', { workerd: 0.2 }],
  ['sign, usual', SYNC, 'fast-jwt', { node: 0.7 }],
  ['verify, usual', VERIFY, 'fast-jwt', { node: 0.6 }],
  ['verify, usual', VERIFY, 'jose', { ...every(ALL, 0.2), workerd: 0.35 }],
  ['allows, 100 resources', 'ours: parseCapability(c).allows', 'a loop by hand', every([...ALL, 'workerd'], 1)],
  ['sign, usual', 'ours: Issuer.tokens, each of 100', TOKEN, every([...ALL, 'workerd'], 0.8)],
  ['import and first token', 'ours', 'jose', { starts: 0.9 }],
  ['import and first token, Bun', 'ours', 'jose', { starts: 0.9 }],
];

function every(runtimes, most) {
  return Object.fromEntries(runtimes.map((name) => [name, most]));
}

export function goals({ runtimes }) {
  return GOALS.flatMap(([work, ours, theirs, limits]) =>
    Object.entries(limits).flatMap(([runtime, wanted]) => {
      const times = runtimes[runtime]?.works[work];
      if (!times?.[ours] || !times[theirs]) return [];
      return [{ work, ours, theirs, runtime, wanted, found: ratio(times[ours], times[theirs]) }];
    }),
  );
}
