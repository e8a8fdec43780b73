// What is compared: each work with everybody who can do it. Nobody is timed for something else than was asked:
// what a contender made last is looked at after every batch.
import { contendersFor } from './contenders.mjs';
import { worksOfDifferentOnes } from './different.mjs';
import { INSIDE, insideTheModule } from './inside.mjs';
import { checkingRequests } from './requests.mjs';
import { CAPABILITIES, KEY, KEY_NAME, SECRET, SIZES, claimsOf } from './samples.mjs';
import { MANY_USERS } from './work-names.mjs';

/**
 * @param peers the libraries that this runtime has
 * @returns {Promise<{ name: string, contenders: import('./measure.mjs').Contender[] }[]>}
 */
export async function worksOf(peers) {
  const { ours } = peers;
  const all = Object.entries(await contendersFor(peers));
  const works = [];
  for (const size of SIZES) {
    const contenders = [];
    for (const [name, { sign, per, noKid }] of all) {
      if (!sign) continue;
      const contender = { name, run: sign(size), per, check: (token) => isAblyJwt(peers.jose, token, size, noKid) };
      await contender.check(await contender.run());
      contenders.push(contender);
    }
    works.push({ name: `sign, ${size}`, contenders });
  }
  for (const size of SIZES) {
    const issued = differentTokens(ours, CAPABILITIES[size]);
    const contenders = [];
    for (const [name, { verify }] of all) {
      if (!verify) continue;
      const verifyOne = verify();
      await refusesForged(name, verifyOne, issued[0].token);
      let turn = 0;
      const run = () => verifyOne(issued[(turn = (turn + 1) % issued.length)].token);
      contenders.push({ name, run, check: (clientId) => is('client id', clientId, issued[turn].clientId) });
    }
    works.push({ name: `verify, ${size}`, contenders });
  }
  works.push(...worksOfDifferentOnes(peers));
  works.push({ name: 'allows, 100 resources', contenders: allowing(ours) });
  works.push({ name: 'allows, 100 rooms', contenders: allowingRooms(ours) });
  if (peers.jose) works.push({ name: MANY_USERS, contenders: await checkingRequests(peers) });
  works.push({ name: INSIDE, contenders: await insideTheModule(peers) });
  return works;
}

function is(what, found, wanted) {
  if (found !== wanted) throw new Error(`the ${what} is ${found}, not ${wanted}`);
}

/** By a library that is not ours. */
async function isAblyJwt(jose, token, size, noKid) {
  const { protectedHeader, payload } = await jose.jwtVerify(token, new TextEncoder().encode(SECRET), {
    algorithms: ['HS256'],
  });
  const { iat, exp, ...wanted } = claimsOf(size);
  if (!noKid) is('kid', protectedHeader.kid, KEY_NAME);
  for (const [claim, value] of Object.entries(wanted)) is(claim, payload[claim], value);
  is('lifetime', payload.exp - payload.iat, exp - iat);
  if (iat - payload.iat > 1) throw new Error(`the token says that it is ${iat - payload.iat} s old`);
}

/** Of as many clients and seconds, as an API gets them: to verify one again would be easier. */
function differentTokens(ours, capability) {
  const now = Date.now();
  return Array.from({ length: 100 }, (_, i) =>
    ours.issueJwtSync({
      key: KEY,
      capability,
      clientId: `user-${31_415_926 + i * 977}`,
      ttlSeconds: 86_400,
      now: now - i * 31_000,
    }),
  );
}

async function refusesForged(name, verify, token) {
  const at = token.lastIndexOf('.') + 5;
  const forged = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
  try {
    await verify(forged);
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
    if (parsed.allows('publish', channel) !== byHand('publish', channel))
      throw new Error(`the two do not agree on ${channel}`);
  const check = (allowed) => is('answer', allowed, true);
  return [
    {
      name: 'ours: parseCapability(c).allows',
      run: () => parsed.allows('publish', asked[(turn = (turn + 1) % 8)]),
      check,
    },
    { name: 'a loop by hand', run: () => byHand('publish', asked[(turn = (turn + 1) % 8)]), check },
  ];
}

/** The channels that Chat opens for rooms, and plain channels of names as long. */
function allowingRooms(ours) {
  const names = Array.from({ length: 100 }, (_, i) => `room-${String(i).padStart(4, '0')}`);
  const plain = names.map((name) => `${name}::plain`);
  const parsed = ours.parseCapability(Object.fromEntries([...names, ...plain].map((name) => [name, ['publish']])));
  const check = (allowed) => is('answer', allowed, true);
  let turn = 0;
  const asking = (suffix) => () => parsed.allows('publish', names[(turn = (turn + 13) % 100)] + suffix);
  return [
    { name: 'ours: the channel of a room', run: asking('::$chat'), check },
    { name: 'ours: a plain channel', run: asking('::plain'), check },
  ];
}

/** The same rules, as far as these channels need them: segments, inner and final stars. */
function allowsByHand(capability) {
  const entries = Object.entries(capability).map(([resource, operations]) => [
    resource.split(':'),
    new Set(operations),
  ]);
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
