// Makes resources with operations of what was read.
import { Reader } from './read.js';

/** @typedef {import('./read.js').Node} Node */
/** @typedef {import('./operations.js').OperationNames} OperationNames */

/** As Ably's documentation names one. Nobody but the author knows which channel is meant. */
const PLACEHOLDER = 'my-channel';
const WRAPPERS = ['capability', 'x-ably-capability', 'capabilities'];
const FLAGS = { true: true, false: false };

/**
 * @param {Node} node
 * @param {OperationNames} names
 * @returns {[string, string[]][] | undefined} undefined: it is unclear what is meant
 */
export function interpret(node, names, slips) {
  if (node.kind !== 'object') return withoutResource(node, names, slips);
  const inner = node.members.map(wrapped).find((found) => found !== undefined);
  if (inner !== undefined) return interpret(inner, names, slips);
  const { members } = node;
  if (members.length > 0 && members.every(({ value }) => value === undefined))
    return withoutResource({ kind: 'list', items: members.map(({ name }) => textNode(name)) }, names, slips);
  const swapped = turned(members, names);
  if (swapped !== undefined) return swapped;
  const entries = new Map();
  let last;
  for (const { name, value } of members) {
    // `chat: publish, subscribe`: the second is an operation of the first.
    const isMore = value === undefined && last !== undefined && names.has(name);
    if (name.trim() === '' || (value === undefined && !isMore)) return undefined;
    const operations = isMore ? [name] : operationsIn(value, names);
    if (operations === undefined) return undefined;
    if (!isMore) last = name.trim();
    entries.set(last, [...(entries.get(last) ?? []), ...operations]);
  }
  const granted = [...entries].filter(([, operations]) => operations.length > 0);
  return granted.length === 0 ? undefined : granted.map(([name, operations]) => [name, once(operations)]);
}

/** The capability in a member of that name, as an object or, as in a token's claims, as text. */
function wrapped({ name, value }) {
  if (!WRAPPERS.includes(name)) return undefined;
  if (value?.kind === 'object') return value;
  return value?.kind === 'text' && value.text.trimStart().startsWith('{') ? Reader.read(value.text, []) : undefined;
}

function withoutResource(node, names, slips) {
  const operations = operationsIn(node, names);
  if (operations === undefined || operations.length === 0) return undefined;
  slips.unshift({ whole: 'is a list of operations without a channel' });
  return [[PLACEHOLDER, once(operations)]];
}

/** @returns {string[] | undefined} */
function operationsIn(node, names) {
  if (node.kind === 'text') {
    const isText = node.isQuoted || !/^(?:true|false|null|-?\d+(?:\.\d+)?)$/.test(node.text);
    return isText ? names.meantBy(node.text) : undefined;
  }
  if (node.kind === 'list') {
    const lists = node.items.map((item) => operationsIn(item, names));
    return lists.includes(undefined) ? undefined : lists.flat();
  }
  // {"publish":true,"subscribe":false}
  const granted = [];
  for (const { name, value } of node.members) {
    const isGranted = value === undefined ? true : FLAGS[value.kind === 'text' ? value.text : ''];
    const operations = names.meantBy(name);
    if (isGranted === undefined || operations === undefined) return undefined;
    if (isGranted) granted.push(...operations);
  }
  return granted;
}

/** {"publish":["chat:*"]}: the operation and the channel have changed places. */
function turned(members, names) {
  if (members.length === 0) return undefined;
  const entries = new Map();
  for (const { name, value } of members) {
    if (name === '*' || !names.has(name) || value === undefined || value.kind === 'object') return undefined;
    const channels = value.kind === 'list' ? value.items : [value];
    for (const channel of channels) {
      if (channel.kind !== 'text' || channel.text === '' || names.meantBy(channel.text) !== undefined) return undefined;
      entries.set(channel.text, [...(entries.get(channel.text) ?? []), name]);
    }
  }
  return entries.size === 0 ? undefined : [...entries].map(([channel, operations]) => [channel, once(operations)]);
}

/** Each operation once; `*` means all of them and stands alone. */
const once = (operations) => (operations.includes('*') ? ['*'] : [...new Set(operations)]);
const textNode = (text) => ({ kind: 'text', text, isQuoted: true, at: 0 });
