// How near the signing inside the wasm file comes to what bounds it: the SHA-256 blocks that a token needs. This
// is the one file here that knows how the module is called, see src/wasm/abi.rs; what it relies on it checks.
import { ABSENT, HANDLE, NOW, TTL } from '../../pkg/generated/abi.js';
import { CAPABILITIES, CLIENT_ID, KEY } from './samples.mjs';

/** The name of the work. */
export const INSIDE = 'sign, in the wasm file';

const BLOCK = 64;
const MANY = 256;
const NAMES = {
  token: 'token',
  short: 'HMAC of no block',
  long: `HMAC of ${MANY} blocks`,
  shortWipe: 'wiping one byte',
  longWipe: `wiping ${MANY} blocks`,
};

/**
 * The module's own functions, called again and again with nothing encoded or decoded between. What it is given
 * as a secret it wipes, bytes to be hashed included, so the time of that is measured as well, to be taken off.
 */
export async function insideTheModule({ ours, frame }) {
  let bytes;
  /** Once the frame is large enough it stays where it is. */
  const begin = () => {
    if (bytes?.length) return;
    frame.write(['-'.repeat(MANY * BLOCK)], ['room']);
    bytes = new Uint8Array(frame.numbers.buffer, frame.module().reserve(0), MANY * BLOCK);
  };

  const issuer = ours.createIssuer({ key: KEY, capability: CAPABILITIES.usual });
  const number = frame.numbers[HANDLE];
  const clientId = new TextEncoder().encode(CLIENT_ID);
  const now = Date.now();
  const { token: sign, hs256, issue } = frame.module();
  const token = () => {
    begin();
    const { numbers } = frame;
    for (let i = 0; i < clientId.length; i++) bytes[i] = clientId[i];
    numbers[0] = clientId.length;
    numbers[1] = numbers[2] = ABSENT;
    numbers[TTL] = NaN;
    numbers[NOW] = now;
    return sign(number);
  };
  const hmac = (length) => () => {
    begin();
    frame.numbers[0] = 0;
    frame.numbers[1] = length;
    return hs256();
  };
  // No key begins with this byte, so it is refused before it is looked at further; and wiped.
  const wipe = (length) => () => {
    begin();
    bytes[0] = 0xff;
    frame.numbers[0] = length;
    return issue();
  };

  const wanted = issuer.token({ clientId: CLIENT_ID, now });
  const went = (outcome) => same(outcome, 0);
  const isToken = (outcome) => {
    went(outcome);
    same(frame.read(1)[0], wanted);
  };
  const isWiped = (outcome) => {
    same(outcome, 1);
    same(bytes[0], 0);
  };
  isToken(token());
  await isHmac(hmac(MANY * BLOCK), () => bytes);
  return [
    { name: NAMES.token, run: token, check: isToken },
    { name: NAMES.short, run: hmac(0), check: went },
    { name: NAMES.long, run: hmac(MANY * BLOCK), check: went },
    { name: NAMES.shortWipe, run: wipe(1), check: isWiped },
    { name: NAMES.longWipe, run: wipe(MANY * BLOCK), check: isWiped },
  ];
}

function same(found, wanted) {
  if (found !== wanted) throw new Error(`the module gives ${found}, not ${wanted}`);
}

async function isHmac(hmac, bytes) {
  hmac(); // makes room
  bytes().fill(7);
  same(hmac(), 0);
  // A key of no length is one of zeros, and an empty one cannot be imported everywhere.
  const key = await crypto.subtle.importKey('raw', new Uint8Array(1), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  const wanted = await crypto.subtle.sign('HMAC', key, new Uint8Array(MANY * BLOCK).fill(7));
  same(String(bytes().subarray(0, 32)), String(new Uint8Array(wanted)));
}

/** The blocks that every token of an issuer needs hashed for itself, of those issued in one second. */
export function blocksOfToken(ours) {
  const issuer = ours.createIssuer({ key: KEY, capability: CAPABILITIES.usual });
  const now = Date.now();
  const token = issuer.token({ clientId: CLIENT_ID, now });
  // What they all share is hashed once.
  const others = [issuer.token({ clientId: null, now }), issuer.token({ clientId: '~', now })];
  let shared = 0;
  while (others.every((other) => other[shared] === token[shared])) shared++;
  const signed = token.lastIndexOf('.');
  // SHA-256 ends with a 1 bit and the length in eight bytes; HMAC hashes the result once more.
  const inner = Math.ceil((signed + 1 + 8) / BLOCK) - Math.floor(shared / BLOCK);
  return inner + 1;
}

/** What comes of the times of {@link insideTheModule}: ns for a token, and for the hashing that it needs. */
export function boundOf(times, blocks) {
  const block = times[NAMES.long].map(
    (long, round) =>
      (long - times[NAMES.short][round] - (times[NAMES.longWipe][round] - times[NAMES.shortWipe][round])) / MANY,
  );
  return {
    'ours: a token': times[NAMES.token],
    'the SHA-256 it needs': block.map((ns) => ns * blocks),
    'one block of SHA-256': block,
  };
}
