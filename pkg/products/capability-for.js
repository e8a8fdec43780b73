// capabilityFor: the capability that allows the named features, and no more.
import { checkCapability, parseCapability } from '../lib/capability.js';
import { kindOf, readOptions, refuse } from '../lib/input/options.js';
import { explainRow } from './explain-feature.js';
import { rowOf } from './features.js';

/** The products, and how explainFeature calls their places. */
const PLACES = { chat: 'chatRoom', spaces: 'space', aiTransport: 'aiConversation' };
const OPTIONS = new Set([...Object.keys(PLACES), 'channels']);
/** The channels of a space, by the places of the table. */
const CHANNELS_OF_A_SPACE = { space: '::$space', cursors: '::$cursors' };
const OWN = /\bpresence\b|-own\b/;

export function capabilityFor(grants) {
  const { channels, ...products } = readOptions(grants, OPTIONS, 'grants');
  const entries = new Map();
  const asked = [];
  for (const [product, place] of Object.entries(PLACES))
    for (const [name, features] of lists(product, products[product])) {
      const path = `${product}[${JSON.stringify(name)}]`;
      features.forEach((feature, index) => {
        const row = rowOf(product, feature, `${path}[${index}]`);
        asked.push({ place, name, feature, row, path });
        grantRow(entries, product, name, row);
      });
    }
  for (const [channel, operations] of lists('channels', channels)) add(entries, channel, operations);
  const listed = Object.fromEntries([...entries].map(([resource, operations]) => [resource, [...operations]]));
  const { canonical } = parseCapability(listed);
  const { diagnostics } = checkCapability(canonical);
  return { capability: JSON.parse(canonical), diagnostics: [...remarks(canonical, asked), ...diagnostics] };
}

/** The names of a member with their lists. */
function lists(member, given = {}) {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw refuse(member, kindOf(given), 'an object with a list for each name');
  return Object.entries(given).map(([name, list]) => {
    const path = `${member}[${JSON.stringify(name)}]`;
    if (name === '') throw refuse(path, 'an empty name', 'the name of a channel, room or space');
    if (!Array.isArray(list)) throw refuse(path, kindOf(list), 'a list');
    return [name, [...list]];
  });
}

function grantRow(entries, product, name, row) {
  for (const need of row.split(' ').filter((word) => word.includes(':'))) {
    const [place, alternatives] = need.split(':');
    const operations = alternatives.split('|', 1)[0].split('+');
    add(entries, name, operations);
    // No document says how the service gets from a space to its channels, so that each is written down. A pattern
    // covers them.
    const tag = CHANNELS_OF_A_SPACE[place];
    if (product === 'spaces' && name !== '*' && !name.endsWith(':*')) add(entries, name + tag, operations);
  }
}

function add(entries, resource, operations) {
  if (!entries.has(resource)) entries.set(resource, new Set());
  for (const operation of operations) entries.get(resource).add(operation);
}

/** What the features need besides operations. */
function remarks(capability, asked) {
  const found = new Map();
  const say = (path, code, message) => found.set(`${code} ${message}`, { severity: 'info', code, path, message });
  for (const { path, ...question } of asked) {
    const { row } = question;
    const { operations, diagnostics } = explainRow(capability, question);
    if (row.includes(' identity') || operations.some((operation) => OWN.test(operation)))
      say(path, 'unidentified', `${path} needs a token with a client id`);
    const [, rule] = / rule=(\w+)/.exec(row) ?? [];
    if (rule) say(path, 'rule-missing', `${path} needs the channel rule ${rule} on its namespace`);
    for (const { code, message } of diagnostics) say(path, code, message);
  }
  return [...found.values()];
}
