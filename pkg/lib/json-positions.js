// Where everything stands in the text of a JSON object of lists, as a capability is: for marks under what somebody
// typed, and for edits that leave the rest of it as it is.

/**
 * @typedef {{ value: string | undefined, start: number, end: number }} Item of a list; what is no string has no value
 * @typedef {{ name: string, nameStart: number, nameEnd: number, valueStart: number, valueEnd: number, items: Item[] | undefined }} Entry
 */

/** Matches every token of a text that is known to be JSON. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/g;

/**
 * @returns {{ start: number, end: number, entries: Entry[], open: number | undefined, close: number | undefined } | undefined}
 *   undefined: it is not JSON. What is no object has no entries, and neither `open` nor `close`.
 */
export function readPositions(text) {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const start = text.length - text.trimStart().length;
  const positions = { start, end: text.trimEnd().length, entries: [], open: undefined, close: undefined };
  if (text[start] !== '{') return positions;
  const { entries } = positions;
  let depth = 0;
  let entry;
  for (const { 0: token, index: start } of text.matchAll(TOKEN)) {
    const end = start + token.length;
    const closes = token === '}' || token === ']';
    if (token === '{' || token === '[') depth++;
    if (depth === 1 && token === '{' && positions.open === undefined) positions.open = start;
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
      } else if (depth === 3 && entry.items && closes) {
        entry.items.at(-1).end = end;
      }
      if (depth === 1 || (depth === 2 && closes)) entry.valueEnd = end;
    }
    if (depth === 1 && (token === ',' || token === '}') && entry) {
      entries.push(entry);
      entry = undefined;
    }
    if (closes) depth--;
    if (depth === 0) positions.close = start;
  }
  return positions;
}

/**
 * The place that the message about a text that is not JSON names.
 * @returns {{ start: number, end: number } | undefined}
 */
export function placeNamed(text, message) {
  const [, line, column] = /\(line (\d+), column (\d+)\)/.exec(message) ?? [];
  if (line === undefined) return undefined;
  let start = 0;
  for (let at = 1; at < Number(line); at++) {
    const next = text.indexOf('\n', start);
    if (next === -1) return undefined;
    start = next + 1;
  }
  // The module counts bytes of UTF-8.
  for (let left = Number(column) - 1; left > 0 && start < text.length; ) {
    const code = text.codePointAt(start);
    left -= code < 0x80 ? 1 : code < 0x800 ? 2 : code <= 0xffff ? 3 : 4;
    start += code <= 0xffff ? 1 : 2;
  }
  return { start, end: start + 1 };
}
