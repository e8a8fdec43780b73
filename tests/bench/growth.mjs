// How the time grows with the size of what is worked on, mostly the number of resources in a capability: in Node.js, prints
// what it measured as one line of JSON.
import { createHmac } from 'node:crypto';
import {
  checkCapability,
  createIssuer,
  createTokenEndpoint,
  intersectCapabilities,
  issueJwtSync,
  verifyJwt,
} from '../../pkg/index.js';
import { COUNTS } from './growth-counts.mjs';
import { measure } from './measure.mjs';
import { CLIENT_ID, KEY, KEY_NAME, SECRET } from './samples.mjs';

const SIZES = [1, 10, 100, 1000];
/** About what fits the 8,000 characters that a token may have. */
const MOST_ISSUED = 350;

/** Lists of operations that differ from call to call: what was read lately would be known by its text. */
const OPERATIONS = [
  'history',
  'object-publish',
  'object-subscribe',
  'presence',
  'publish',
  'push-admin',
  'push-subscribe',
  'subscribe',
];
const LISTS = Array.from({ length: 255 }, (_, i) => OPERATIONS.filter((_, bit) => ((i + 1) >> bit) & 1));

/** Short names, not in the order in which the canonical text has them. */
const resources = (size) => Array.from({ length: size }, (_, i) => `r${((i * 617) % size).toString(36)}`);

/** A capability of so many resources, another one each time. */
function changing(size) {
  const capability = Object.fromEntries(resources(size).map((name) => [name, ['*']]));
  const [first] = Object.keys(capability);
  let turn = 0;
  return () => {
    capability[first] = LISTS[(turn = (turn + 1) % LISTS.length)];
    return capability;
  };
}

/** Signed by hand: verified are tokens of others too, which may be longer than those issued here. */
function tokenOf(capability) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    iat,
    exp: iat + 86_400,
    'x-ably-capability': JSON.stringify(capability),
    'x-ably-clientId': CLIENT_ID,
  };
  const signed = `${part({ typ: 'JWT', alg: 'HS256', kid: KEY_NAME })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}

/** Each: what is done with a capability of that size, and how many resources came of it. */
const WORKS = {
  checkCapability: given(
    (capability) => checkCapability(capability),
    ({ canonical }) => canonical,
  ),
  'checkCapability, keyCapability': given(
    (capability, keyCapability) => checkCapability(capability, { keyCapability }),
    ({ canonical }) => canonical,
  ),
  createIssuer: given(
    (capability) => createIssuer({ key: KEY, capability, clientId: CLIENT_ID }),
    ({ capability }) => capability,
  ),
  'createIssuer, keyCapability': given(
    (capability, keyCapability) => createIssuer({ key: KEY, capability, keyCapability, clientId: CLIENT_ID }),
    ({ capability }) => capability,
  ),
  issueJwtSync: given(
    (capability) => issueJwtSync({ key: KEY, capability, clientId: CLIENT_ID }),
    ({ capability }) => capability,
  ),
  intersectCapabilities: given(
    (capability, keyCapability) => intersectCapabilities(keyCapability, capability),
    (json) => json,
  ),
  createTokenEndpoint(size) {
    const capability = changing(size);
    const endpoint = createTokenEndpoint({
      source: { key: KEY },
      large: 'refuse',
      authenticate: () => ({ capability: capability(), clientId: CLIENT_ID }),
    });
    const headers = { Accept: 'application/json' };
    return {
      run: async () => (await endpoint(new Request('https://app.example.com/auth', { headers }))).json(),
      json: ({ capability }) => capability,
    };
  },
  verifyJwt(size) {
    const capability = changing(size);
    const tokens = LISTS.map(() => tokenOf(capability()));
    let turn = 0;
    return {
      run: () => verifyJwt(tokens[(turn = (turn + 1) % tokens.length)], { key: KEY }),
      json: ({ capability }) => capability,
    };
  },
};
const MOST = { issueJwtSync: MOST_ISSUED, createTokenEndpoint: MOST_ISSUED };

/** A key that may do the same is given along. */
function given(work, json) {
  return (size) => {
    const [capability, keyCapability] = [changing(size), changing(size)];
    return { run: () => work(capability(), keyCapability()), json };
  };
}

/** Work, size: ns for one, of every round. */
const results = {};
const rounds = Number(process.argv[2]);
for (const [name, work] of Object.entries(WORKS)) {
  const contenders = SIZES.map((size) => Math.min(size, MOST[name] ?? size)).map((size) => {
    const { run, json } = work(size);
    const check = (result) => {
      const found = Object.keys(JSON.parse(json(result))).length;
      if (found !== size) throw new Error(`${name}: ${found} resources, not ${size}`);
    };
    return { name: String(size), run, check };
  });
  results[name] = await measure(contenders, { rounds });
}
for (const [name, [make, sizes]] of Object.entries(COUNTS)) {
  const contenders = [];
  for (const size of sizes) contenders.push({ name: String(size), ...(await make(size)) });
  results[name] = await measure(contenders, { rounds });
}
console.log(JSON.stringify(results));
