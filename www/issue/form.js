// Reads the form as options of issueJwtSync, and as a state without secrets that may be stored and shared.
import { byId, say } from '../shared/dom.js';
import { chooseKey, chosenKey } from './key.js';
import { SANDBOX_KEYS } from '../shared/keys.js';
import { readPairs, writePairs } from './key-value-list.js';
import { written } from '../editor/presets.js';

/** An empty field omits its option. */
export function readInputs() {
  const ttl = byId('ttl').value.trim();
  const claims = readPairs('channel-claims');
  const limits = readPairs('rate-limits');
  return {
    key: byId('key').value.trim(),
    capability: byId('capability').value,
    clientId: clientOf(clientChoice(), byId('client-id').value),
    ttlSeconds: ttl === '' ? undefined : Number(ttl),
    revocationKey: byId('revocation-key').value || undefined,
    revocable: byId('revocable').checked,
    channelClaims: claims.length === 0 ? undefined : fromPairs(claims),
    publishRateLimits:
      limits.length === 0
        ? undefined
        : fromPairs(limits.map(([name, value]) => [name, value.trim() === '' ? NaN : Number(value)])),
  };
}

/** Works with any name, such as __proto__. */
function fromPairs(pairs) {
  const object = {};
  for (const [name, value] of pairs)
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true });
  return object;
}

const CLIENTS = ['none', 'any', 'given'];
const clientChoice = () => CLIENTS.find((name) => byId(`client-${name}`).checked);
const clientOf = (choice, text) => ({ none: null, any: '*', given: text })[choice];

/** The key's capability, if it is given. */
export function readKeyCapability() {
  return byId('key-capability').value.trim() || undefined;
}

export function chooseClient(clientId) {
  const choice = clientId === undefined ? 'none' : clientId === '*' ? 'any' : 'given';
  byId(`client-${choice}`).checked = true;
  if (choice === 'given') byId('client-id').value = clientId;
}

const ROWS = ['operations', 'chat', 'spaces', 'aiTransport'];
/** What the rows of the matrix are: operations, or the features of a product. */
export const rowChoice = () => ROWS.find((name) => byId(`rows-of-${name}`).checked);
function chooseRows(name) {
  byId(`rows-of-${name}`).checked = true;
}

export function usePreset({ capability, clientId, channels, rows = 'operations' }) {
  byId('capability').value = written(capability);
  byId('channels').value = channels;
  chooseRows(rows);
  chooseClient(clientId);
}

/** Shows the number of claims and limits, which may be folded away. */
export function showFurther() {
  const count = readPairs('channel-claims').length + readPairs('rate-limits').length;
  say(byId('further-count'), count === 0 ? '' : `${count}`);
}

const TEXTS = ['capability', 'ttl', 'client-id', 'revocation-key', 'channels'];

/** The state that may be stored and shared: without the key, an endpoint or the mode. */
export function readShared() {
  const shared = { client: clientChoice(), rows: rowChoice() };
  for (const id of TEXTS) shared[id] = byId(id).value;
  for (const id of ['channel-claims', 'rate-limits']) shared[id] = readPairs(id);
  if (chosenKey() in SANDBOX_KEYS) shared.sandboxKey = chosenKey();
  return shared;
}

/** Applies a state from a link, which anyone may have written. Ignores values of the wrong type. */
export function writeShared(shared, { withKey }) {
  for (const id of TEXTS) if (typeof shared[id] === 'string') byId(id).value = shared[id];
  for (const id of ['channel-claims', 'rate-limits'])
    if (Array.isArray(shared[id])) writePairs(id, shared[id].filter(isPair).slice(0, 50));
  if (ROWS.includes(shared.rows)) chooseRows(shared.rows);
  if (CLIENTS.includes(shared.client)) byId(`client-${shared.client}`).checked = true;
  if (withKey && Object.hasOwn(SANDBOX_KEYS, shared.sandboxKey)) chooseKey(shared.sandboxKey);
  byId('further').open = readPairs('channel-claims').length + readPairs('rate-limits').length > 0;
}

const isPair = (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((it) => typeof it === 'string');
