// Whether memory stays flat: many tokens issued and verified in one process, then as many keys as most programs
// never see. Runs in Node.js with --expose-gc and prints what it saw as one line of JSON.
//
//   node --expose-gc tests/bench/memory.mjs [TOKENS] [KEYS]
import { pathToFileURL } from 'node:url';
import { CAPABILITIES } from './samples.mjs';

const TOKENS = 10_000_000;
const KEYS = 1_000_000;
/** The number of users: more than any cache holds. */
const USERS = 100_000;
const KEYS_IN_USE = 1_000;
/** The number of consecutive tokens that are signed with the same key. */
const TOKENS_OF_ONE_KEY = 8;
/** The first of so many parts warms up: caches are filled, buffers have grown, code is compiled. */
const PARTS = 10;
/** The heap, which is no exact measure, may be larger at the end by this: a byte kept of every ninth token is more. */
export const HEAP_BYTES = 1_000_000;

/** How many bytes more there are at the end than after the warm-up. @param {{ wasm: number, heap: number }[]} samples after each part */
export function grown(samples) {
  const [warm, last] = [samples[0], samples.at(-1)];
  return { wasm: last.wasm - warm.wasm, heap: last.heap - warm.heap };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [tokens = TOKENS, keys = KEYS] = process.argv.slice(2).map(Number);
  console.log(JSON.stringify(await watch(tokens, keys)));
}

async function watch(tokens, keys) {
  const memories = watchedMemories();
  const { createIssuer, issueJwtSync, verifyJwt } = await import('../../pkg/index.js');

  const sample = (done) => {
    // Twice: what a finalizer lets go of is collected the second time.
    globalThis.gc();
    globalThis.gc();
    const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
    const wasm = memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
    return { done, wasm, heap: heapUsed + arrayBuffers, resident: rss };
  };
  const run = (count, one) => {
    const samples = [];
    for (let i = 0; i < count; i++) {
      one(i);
      if ((i + 1) % (count / PARTS) === 0) samples.push(sample(i + 1));
    }
    return samples;
  };
  const proves = (token, key, clientId) => {
    const verified = verifyJwt(token, { key });
    if (verified.clientId !== clientId) throw new Error(`${verified.clientId} in place of ${clientId}`);
  };

  const clientIdOf = (user) => `${'zoë-'.repeat(user % 7)}${user}`;
  const shared = Array.from({ length: 40 }, (_, i) => ({
    [`room-${i}:*`]: ['publish', 'subscribe'],
    news: ['subscribe'],
  }));
  const usedKeys = Array.from(
    { length: KEYS_IN_USE },
    (_, i) => `app${i % 10}.id${i}:a-secret-of-usual-length-for-id-${i}`,
  );
  const keyOf = (i) => usedKeys[Math.floor(i / TOKENS_OF_ONE_KEY) % KEYS_IN_USE];
  // Half of them share a few, as the users of many servers do; the others have one each.
  const capabilityOf = (i, user) => {
    if (i % 5_000 === 1) return CAPABILITIES.large;
    return i % 4 === 1 ? { [`user:${user}`]: ['subscribe'], news: ['subscribe'] } : shared[i % shared.length];
  };
  const issuers = usedKeys.slice(0, 5).map((key, i) => ({ key, issuer: createIssuer({ key, capability: shared[i] }) }));
  const mixed = run(tokens, (i) => {
    const user = (i * 7_919) % USERS;
    const clientId = clientIdOf(user);
    if (i % 2 === 0) {
      const { key, issuer } = issuers[(i >> 1) % issuers.length];
      proves(issuer.token({ clientId }), key, clientId);
    } else {
      const key = keyOf(i);
      proves(issueJwtSync({ key, capability: capabilityOf(i, user), clientId }).token, key, clientId);
    }
  });

  const waysOfKey = [
    (key, clientId) => createIssuer({ key }).token({ clientId }),
    (key, clientId) => issueJwtSync({ key, clientId }).token,
  ];
  const distinct = run(keys, (i) => {
    const key = `app${i % 1000}.key${i}:a-secret-of-usual-length-for-key-${i}`;
    proves(waysOfKey[i % waysOfKey.length](key, 'ada'), key, 'ada');
  });
  return { 'tokens of 100,000 users and 1,000 keys': mixed, 'keys used once each': distinct };
}

/** The memories of all instances that are made from now on. */
function watchedMemories() {
  const memories = [];
  const { Instance } = WebAssembly;
  WebAssembly.Instance = class extends Instance {
    constructor(...args) {
      super(...args);
      memories.push(...Object.values(this.exports).filter((it) => it instanceof WebAssembly.Memory));
    }
  };
  return memories;
}
