// What is compared: each work with everybody who can do it.
import { contendersFor } from './contenders.mjs';
import { CAPABILITIES, CLIENT_ID, KEY, SIZES, capabilityOf, claimsOf } from './samples.mjs';

/**
 * @param peers the libraries that this runtime has
 * @returns {Promise<{ name: string, contenders: { name: string, run(): unknown, per?: number }[] }[]>}
 */
export async function worksOf(peers) {
  const { ours } = peers;
  const all = Object.entries(await contendersFor(peers));
  const works = [];
  for (const size of SIZES) {
    const contenders = [];
    for (const [name, { sign, per, noKid }] of all) {
      if (!sign) continue;
      const run = sign(size);
      await isAblyJwt(ours, name, size, await run(), noKid);
      contenders.push({ name, run, per });
    }
    works.push({ name: `sign, ${size}`, contenders });
  }
  for (const size of SIZES) {
    const token = ours.issueJwtSync({ key: KEY, capability: CAPABILITIES[size], clientId: CLIENT_ID, ttlSeconds: 86_400 }).token;
    const contenders = [];
    for (const [name, { verify }] of all) {
      if (!verify) continue;
      const run = verify(token);
      if ((await run()) !== CLIENT_ID) throw new Error(`${name} does not verify`);
      await refusesForged(name, verify, token);
      contenders.push({ name, run });
    }
    works.push({ name: `verify, ${size}`, contenders });
  }
  works.push({ name: 'allows, 100 resources', contenders: allowing(ours) });
  for (const count of [1, 10, 100, 1000]) works.push({ name: `check, ${count} resources`, contenders: checking(ours, count) });
  return works;
}

/** Nobody is timed for something else than was asked. */
async function isAblyJwt(ours, name, size, token, noKid) {
  const wanted = claimsOf(size);
  const claims = noKid ? JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))) : ours.verifyJwt(token, { key: KEY }).claims;
  for (const claim of ['x-ably-clientId', 'x-ably-capability'])
    if (claims[claim] !== wanted[claim]) throw new Error(`${name}, ${size}: ${claim} is ${claims[claim]}, not ${wanted[claim]}`);
  if (claims.exp - claims.iat !== 3600) throw new Error(`${name}: lives ${claims.exp - claims.iat} s`);
}

async function refusesForged(name, verify, token) {
  const at = token.lastIndexOf('.') + 5;
  const forged = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
  try {
    await verify(forged)();
  } catch {
    return;
  }
  throw new Error(`${name} takes a forged token`);
}

function allowing(ours) {
  const capability = CAPABILITIES.large;
  const asked = Array.from({ length: 8 }, (_, i) => `room-${String(i * 13).padStart(4, '0')}:chat:x`);
  const parsed = ours.parseCapability(capability);
  const byHand = allowsByHand(capability);
  let turn = 0;
  for (const channel of [...asked, 'room-9999:chat:x', 'room-0001'])
    if (parsed.allows('publish', channel) !== byHand('publish', channel)) throw new Error(`the two do not agree on ${channel}`);
  return [
    { name: 'ours: parseCapability(c).allows', run: () => parsed.allows('publish', asked[(turn = (turn + 1) % 8)]) },
    { name: 'a loop by hand', run: () => byHand('publish', asked[(turn = (turn + 1) % 8)]) },
  ];
}

/** The same rules, as far as these channels need them: segments, inner and final stars. */
function allowsByHand(capability) {
  const entries = Object.entries(capability).map(([resource, operations]) => [resource.split(':'), new Set(operations)]);
  return (operation, channel) => {
    const segments = channel.split(':');
    return entries.some(([pattern, operations]) => {
      if (!operations.has(operation) && !operations.has('*')) return false;
      const open = pattern.at(-1) === '*';
      if (open ? segments.length < pattern.length - 1 : segments.length !== pattern.length) return false;
      return pattern.every((part, i) => part === '*' || part === segments[i]);
    });
  };
}

function checking(ours, count) {
  const capability = capabilityOf(count);
  return [
    { name: 'ours: checkCapability', run: () => ours.checkCapability(capability) },
    { name: 'ours: createIssuer', run: () => ours.createIssuer({ key: KEY, capability, now: 1 }) },
  ];
}
