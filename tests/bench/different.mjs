// A capability for each user, the commonest design there is: nothing that was read for one token helps with the next.
import { CLIENT_ID, KEY, KEY_NAME, SECRET } from './samples.mjs';

/** So many that no cache holds them. */
const USERS = 10_000;
const KEY_CAPABILITIES = {
  'a key for everything': { '*': ['*'] },
  'a narrower key': {
    'user:*': ['subscribe'],
    'rooms:*': ['history', 'publish', 'subscribe'],
    'admin:log': ['*'],
  },
};

const capabilityOf = (user) => ({
  [`user:${31_415_926 + user * 977}`]: ['subscribe'],
  [`rooms:${user}:*`]: ['history', 'publish', 'subscribe'],
});

/** Issuing, verifying and checking capabilities of which each differs from the ones before. */
export function worksOfDifferentOnes({ ours, fastJwt }) {
  const capabilities = Array.from({ length: USERS }, (_, user) => capabilityOf(user));
  return [
    { name: `sign, ${USERS} capabilities`, contenders: signing(ours, fastJwt, capabilities) },
    { name: `verify, ${USERS} capabilities`, contenders: verifying(ours, fastJwt, capabilities) },
    { name: 'check 1,000 resources', contenders: checking(ours) },
  ];
}

/** Runs `work` with the next item each time. The check is given the item too. */
function inTurn(items, work, check) {
  let turn = 0;
  return {
    run: () => work(items[(turn = (turn + 1) % items.length)]),
    check: (result) => check(result, items[turn]),
  };
}

function signing(ours, fastJwt, capabilities) {
  const isOf = (token, capability) => {
    const verified = ours.verifyJwt(token, { key: KEY });
    if (!ours.parseCapability(capability).allows('history', Object.keys(capability)[1].replace('*', 'x')))
      throw new Error(`the sample is wrong: ${JSON.stringify(capability)}`);
    const wanted = ours.checkCapability(capability).canonical;
    if (ours.checkCapability(verified.capability).canonical !== wanted)
      throw new Error(`the token has ${verified.capability}, not ${wanted}`);
  };
  const contenders = [
    {
      name: 'ours: issueJwtSync',
      ...inTurn(
        capabilities,
        (capability) => ours.issueJwtSync({ key: KEY, capability, clientId: CLIENT_ID }).token,
        isOf,
      ),
    },
  ];
  if (fastJwt) {
    const sign = fastJwt.createSigner({ key: SECRET, algorithm: 'HS256', kid: KEY_NAME });
    const signed = (capability) => {
      const iat = Math.floor(Date.now() / 1000);
      const claim = JSON.stringify(capability);
      return sign({ iat, exp: iat + 3600, 'x-ably-capability': claim, 'x-ably-clientId': CLIENT_ID });
    };
    contenders.push({ name: 'fast-jwt', ...inTurn(capabilities, signed, isOf) });
  }
  return contenders;
}

function verifying(ours, fastJwt, capabilities) {
  const issued = capabilities.map((capability, user) =>
    ours.issueJwtSync({ key: KEY, capability, clientId: `user-${user}`, ttlSeconds: 86_400 }),
  );
  const isOf = (clientId, wanted) => {
    if (clientId !== wanted.clientId) throw new Error(`the client id is ${clientId}, not ${wanted.clientId}`);
  };
  const contenders = [
    {
      name: 'ours: verifyJwt',
      ...inTurn(issued, ({ token }) => ours.verifyJwt(token, { key: KEY }).clientId, isOf),
    },
    ...Object.entries(KEY_CAPABILITIES).map(([name, keyCapability]) => ({
      name: `ours: verifyJwt, ${name}`,
      ...inTurn(issued, ({ token }) => ours.verifyJwt(token, { key: KEY, keyCapability }).clientId, isOf),
    })),
  ];
  if (fastJwt) {
    const verify = fastJwt.createVerifier({ key: SECRET, algorithms: ['HS256'], cache: false });
    contenders.push({
      name: 'fast-jwt',
      ...inTurn(issued, ({ token }) => verify(token)['x-ably-clientId'], isOf),
    });
  }
  return contenders;
}

function checking(ours) {
  const capability = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, i) => [`room-${String(i).padStart(4, '0')}:*`, ['publish', 'subscribe']]),
  );
  const text = JSON.stringify(capability);
  const isWhole = (found) => {
    if (found !== 1_000) throw new Error(`${found} resources, not 1000`);
  };
  const count = (capability) => Object.keys(capability).length;
  return [
    {
      name: 'ours: checkCapability',
      run: () => ours.checkCapability(text),
      check: ({ canonical }) => isWhole(count(JSON.parse(canonical))),
    },
    { name: 'JSON.parse', run: () => JSON.parse(text), check: (parsed) => isWhole(count(parsed)) },
  ];
}
