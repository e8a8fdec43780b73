// The issued tokens and the revocations. Those of the sandbox's keys survive a reload; those of any other key stay in
// memory.
import { read, write } from './database.js';
import { isSandboxKey, SANDBOX_KEYS } from './keys.js';
import { mode, onSwitch } from './environment.js';
import { decodeJwt } from '../pkg/lib/verify.js';

/** The maximum number of tokens in the list. */
const MAX_TOKENS = 40;

/** @typedef {{ id: number, token: string, keyName: string, keyCapability?: string, clientId?: string, revocationKey?: string, capability: string, issued: number, expires: number }} Held */

let held = [];
let revocations = [];
/** Whole keys by name, for keys other than the sandbox's. */
const keys = new Map();
let reading;
let last = 0;
const listeners = new Set();

onSwitch(() => {
  held = [];
  revocations = [];
  keys.clear();
  reading = mode === 'sandbox' ? undefined : Promise.resolve();
  changed();
});

export const onTokensChange = (listener) => listeners.add(listener);

function changed() {
  for (const listener of listeners) listener();
}

/** Resolves when the tokens of earlier visits are loaded. */
export function ready() {
  reading ??= read('wallet').then(
    (kept) => {
      if (!Array.isArray(kept?.held) || mode !== 'sandbox') return;
      const known = new Set(held.map(({ token }) => token));
      held = [...kept.held.filter(({ token }) => !known.has(token)), ...held];
      revocations = [...kept.revocations, ...revocations];
      last = Math.max(last, ...held.map(({ id }) => id));
      changed();
    },
    () => {},
  ); // Private windows have no store, so a reload loses the tokens.
  return reading;
}

export const heldTokens = () => held;
export const heldRevocations = () => revocations;

const sandboxKeyOf = ({ keyName }) => Object.values(SANDBOX_KEYS).find(({ key }) => key.startsWith(`${keyName}:`));

export const keyOf = ({ keyName }) => keys.get(keyName) ?? sandboxKeyOf({ keyName })?.key;

/** The capability of a token's key, if it is known. */
export const keyCapabilityOf = ({ keyName, keyCapability }) => sandboxKeyOf({ keyName })?.capability ?? keyCapability;

/** @param {{ issued: import('../pkg/index.js').IssuedJwt, inputs: { key: string }, keyCapability?: string }} made */
export async function addToken({ issued, inputs, keyCapability }) {
  const { token, keyName, clientId, capability } = issued;
  const there = held.find((it) => it.token === token);
  if (there) return there;
  const { revocationKey } = decodeJwt(token);
  if (!isSandboxKey(inputs.key)) keys.set(keyName, inputs.key);
  await ready();
  const added = {
    id: ++last,
    token,
    keyName,
    keyCapability,
    clientId,
    revocationKey,
    capability,
    issued: issued.issued,
    expires: issued.expires,
  };
  held = [...held, added].slice(-MAX_TOKENS);
  keep();
  return added;
}

export function addRevocations(results) {
  revocations = [
    ...revocations,
    ...results.map(({ keyName, target, issuedBefore, appliesAt }) => ({ keyName, target, issuedBefore, appliesAt })),
  ].slice(-MAX_TOKENS);
  keep();
}

export function forgetTokens() {
  held = [];
  revocations = [];
  return keep();
}

async function keep() {
  changed();
  if (mode !== 'sandbox') return;
  const kept = held.filter((it) => !keys.has(it.keyName));
  try {
    await write('wallet', { held: kept, revocations: revocations.filter((it) => !keys.has(it.keyName)) });
  } catch {
    // There is no store, as in ready().
  }
}
