// Where a diagnostic of a capability stands in the text, and what a click on its suggestion would make of it.
import { placeNamed } from '../pkg/lib/json-positions.js';

/** @typedef {import('./capability-text.js').Entry} Entry */

/** Issues whose suggestion stands for one string, and those for which it stands for a whole list. */
const OF_A_STRING = new Set(['unknown-operation', 'literal-star', 'unknown-qualifier']);
const OF_A_LIST = new Set(['star-with-others', 'not-a-list']);
const PATH = /^capability\[("(?:[^"\\]|\\.)*")\](?:\[(\d+)\])?$/s;

/**
 * The part of the text that a diagnostic is about.
 * @param {{ entries: Entry[], byName: Map<string, Entry[]> } | undefined} parsed of that text
 * @param {import('../pkg/index.js').Diagnostic} diagnostic
 * @returns {{ start: number, end: number, entry?: Entry } | undefined}
 */
export function findPlace(text, parsed, diagnostic) {
  if (parsed === undefined) return ofSyntax(text, diagnostic.message);
  const path = PATH.exec(diagnostic.path);
  if (!path) return undefined;
  const name = JSON.parse(path[1]);
  // Of two with one name the second is the one too many.
  const found = parsed.byName.get(name);
  const entry = diagnostic.code === 'duplicate-resource' ? found?.at(-1) : found?.[0];
  if (entry === undefined) return undefined;
  if (path[2] !== undefined) {
    const item = entry.items?.[Number(path[2])];
    return item && { start: item.start, end: item.end, entry };
  }
  if (OF_A_LIST.has(diagnostic.code) || diagnostic.code === 'no-operations')
    return { start: entry.valueStart, end: entry.valueEnd, entry };
  return { start: entry.nameStart, end: entry.nameEnd, entry };
}

/** What no JSON is has a line and a column. */
function ofSyntax(text, message) {
  const place = placeNamed(text, message);
  if (place === undefined) return undefined;
  let { start } = place;
  // A place at the very end has no character, so the last one is marked.
  if (start >= text.length) start = Math.max(0, text.trimEnd().length - 1);
  return { start, end: Math.min(text.length, start + 1) };
}

/** @returns {import('./capability-text.js').Edit | undefined} */
export function findRepair(text, parsed, diagnostic) {
  const { code, suggestion } = diagnostic;
  if (suggestion === undefined) return undefined;
  if (code === 'not-a-capability') return { start: 0, end: text.length, text: suggestion };
  if (parsed === undefined) return undefined;
  if (!OF_A_STRING.has(code) && !OF_A_LIST.has(code)) return undefined;
  // Which of two is meant, nobody knows.
  if (parsed.byName.size < parsed.entries.length) return undefined;
  const place = findPlace(text, parsed, diagnostic);
  if (place === undefined) return undefined;
  const { start, end, entry } = place;
  if (OF_A_LIST.has(code)) return { start, end, text: suggestion };
  // Next to the right one, the wrong one is not to be renamed but to be thought about.
  const siblings = start === entry.nameStart ? [...parsed.byName.keys()] : entry.items.map(({ value }) => value);
  // Several operations in one string: they come as JSON.
  const meant = suggestion.startsWith('"') ? JSON.parse(`[${suggestion}]`) : [suggestion];
  if (siblings.some((sibling) => meant.includes(sibling))) return undefined;
  return { start, end, text: meant.map((one) => JSON.stringify(one)).join(',') };
}
