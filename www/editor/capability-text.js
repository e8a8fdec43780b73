// All that is edited of a capability is edited in its text, so that what somebody wrote keeps its order and its white
// space.
import { readPositions } from '../pkg/lib/json-positions.js';

/** @typedef {import('../pkg/lib/json-positions.js').Entry} Entry */

/**
 * @returns {{ entries: Entry[], byName: Map<string, Entry[]>, open: number, close: number } | undefined} undefined: it is no JSON object
 */
export function readCapability(text) {
  const positions = readPositions(text);
  if (positions?.open === undefined) return undefined;
  const { entries, open, close } = positions;
  const byName = new Map();
  for (const entry of entries) {
    const same = byName.get(entry.name);
    if (same) same.push(entry);
    else byName.set(entry.name, [entry]);
  }
  return { entries, byName, open, close };
}

/** The names of the operations, those that are strings. */
export function operationsOf(entry) {
  return (entry.items ?? []).map(({ value }) => value).filter((value) => value !== undefined);
}

/** @typedef {{ start: number, end: number, text: string }} Edit */

/** @returns {Edit} */
export function rename(entry, name) {
  return { start: entry.nameStart, end: entry.nameEnd, text: JSON.stringify(name) };
}

/** @returns {Edit} */
export function setOperations(text, entry, operations) {
  const separator = /,(?=\s)/.test(text) || !text.includes(',') ? ', ' : ',';
  return {
    start: entry.valueStart,
    end: entry.valueEnd,
    text: `[${operations.map((it) => JSON.stringify(it)).join(separator)}]`,
  };
}

/** @returns {Edit} */
export function removeEntry({ entries, open, close }, index) {
  if (entries.length === 1) return { start: open + 1, end: close, text: '' };
  if (index === 0) return { start: entries[0].nameStart, end: entries[1].nameStart, text: '' };
  return { start: entries[index - 1].valueEnd, end: entries[index].valueEnd, text: '' };
}

/** @returns {Edit} */
export function addEntry(text, { entries, open, close }, name, operations) {
  const written = `${JSON.stringify(name)}: [${operations.map((it) => JSON.stringify(it)).join(', ')}]`;
  const last = entries.at(-1);
  if (!last) return { start: open + 1, end: close, text: `\n  ${written}\n` };
  const [before] = /\s*$/.exec(
    text.slice(entries.length > 1 ? entries.at(-2).valueEnd : open + 1, last.nameStart).replace(',', ''),
  );
  const compact = before === '' && !/,\s/.test(text);
  return {
    start: last.valueEnd,
    end: last.valueEnd,
    text: `,${before || (compact ? '' : ' ')}${compact ? written.replace(': [', ':[').replaceAll('", "', '","') : written}`,
  };
}

/** A name that no entry has. */
export function freshName(entries) {
  const names = new Set(entries.map(({ name }) => name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'channel' : `channel-${number}`;
    if (!names.has(name)) return name;
  }
}
