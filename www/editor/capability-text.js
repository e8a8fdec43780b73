// Where everything stands in the text of a capability. All that is edited here is edited in that text,
// so that what somebody wrote keeps its order and its white space.

/**
 * @typedef {{ value: string | undefined, start: number, end: number }} Item an operation; no string has no value
 * @typedef {{ name: string, nameStart: number, nameEnd: number, valueStart: number, valueEnd: number, items: Item[] | undefined }} Entry
 */

/** Matches every token of a text that is known to be JSON. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/g;

/**
 * @returns {{ entries: Entry[], byName: Map<string, Entry[]>, open: number, close: number } | undefined} undefined: it is no JSON object
 */
export function readCapability(text) {
  try {
    const value = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  } catch {
    return undefined;
  }
  const entries = [];
  let open;
  let close;
  let depth = 0;
  let entry;
  for (const { 0: token, index: start } of text.matchAll(TOKEN)) {
    const end = start + token.length;
    if (token === '{' || token === '[') depth++;
    if (depth === 1 && token === '{') open ??= start;
    else if (depth === 1 && token[0] === '"' && entry === undefined)
      entry = { name: JSON.parse(token), nameStart: start, nameEnd: end, items: undefined };
    else if (entry && token !== ':' && !(depth === 1 && (token === ',' || token === '}'))) {
      if (entry.valueStart === undefined) {
        entry.valueStart = start;
        if (token === '[') entry.items = [];
      } else if (depth === 2 && entry.items && token !== ',' && token !== ']') {
        entry.items.push({ value: token[0] === '"' ? JSON.parse(token) : undefined, start, end });
      } else if (depth === 3 && entry.items && (token === '[' || token === '{')) {
        entry.items.push({ value: undefined, start, end });
      }
      if (depth === 1 || (depth === 2 && (token === ']' || token === '}'))) entry.valueEnd = end;
    }
    if (depth === 1 && (token === ',' || token === '}') && entry) {
      entries.push(entry);
      entry = undefined;
    }
    if (token === '}' || token === ']') depth--;
    if (depth === 0) close = start;
  }
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
