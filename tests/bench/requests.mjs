// verifyRequest for many users, with revocations in memory, beside what another library takes for the signature and the
// claims of the same tokens alone.
import { memoryStore } from '../../pkg/stores.js';
import { CAPABILITIES, KEY, KEY_NAME, SECRET } from './samples.mjs';

const USERS = 10_000;
const REVOKED = 1_000;
const KEY_CAPABILITY = '{"[*]*":["*"]}';

/** @returns {Promise<import('./measure.mjs').Contender[]>} */
export async function checkingRequests({ ours, jose }) {
  const issuer = ours.createIssuer({ key: KEY, capability: CAPABILITIES.usual, ttlSeconds: 3600 });
  const names = Array.from({ length: USERS }, (_, i) => `user-${i}`);
  const tokens = names.map((clientId) => issuer.token({ clientId }));
  const requests = tokens.map((token) => ({ headers: new Headers({ Authorization: `Bearer ${token}` }) }));
  const revocations = ours.createRevocations(memoryStore());
  const at = Date.now();
  const targets = Array.from({ length: REVOKED }, (_, i) => `clientId:other-${i}`);
  await revocations.record({
    results: targets.map((target) => ({ keyName: KEY_NAME, target, issuedBefore: at, appliesAt: at })),
  });
  const options = {
    key: KEY,
    keyCapability: KEY_CAPABILITY,
    operation: 'publish',
    resource: 'chat:lobby',
    revocations,
  };
  const secret = new TextEncoder().encode(SECRET);
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);

  const inTurn = (work) => {
    let turn = 0;
    return {
      run: () => work((turn = (turn + 1) % USERS)),
      check(clientId) {
        if (clientId !== names[turn]) throw new Error(`the client is ${clientId}, not ${names[turn]}`);
      },
    };
  };
  return [
    {
      name: 'ours: verifyRequest',
      ...inTurn(async (i) => (await ours.verifyRequest(requests[i], options)).verified.clientId),
    },
    {
      name: 'jose: jwtVerify alone',
      ...inTurn(async (i) => (await jose.jwtVerify(tokens[i], key)).payload['x-ably-clientId']),
    },
  ];
}
