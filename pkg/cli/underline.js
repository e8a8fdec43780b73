// Shows a place in a JSON text that somebody typed: the line it is in, and marks under it.
import { placeNamed, readPositions } from '../lib/json-positions.js';

/** No terminal is this narrow, and no line needs to be longer to be recognised. */
const MAX_WIDTH = 100;
const INDENT = '  ';

/**
 * Marks places of one text, which is gone through once, however many places there are.
 *
 * Two lines for a place, the second with marks; nothing when the place is not found.
 * Its path is as `capability["chat:*"][0]`, or `capability` alone; the message of JSON that cannot be read
 * names line and column.
 * @returns {(path: string, message?: string) => string[]}
 */
export function marker(text) {
  let spans;
  return (path, message = '') => {
    const named = path.includes('[') ? undefined : placeNamed(text, message);
    const span = named ?? (spans ??= spansOf(text)).get(keyOf(path));
    return span === undefined ? [] : linesOf(text, span);
  };
}

function linesOf(text, span) {
  // No further than is shown: the whole text may be one line.
  const near = Math.max(0, span.start - MAX_WIDTH / 2 - 1);
  const lineStart = near + text.slice(near, span.start).lastIndexOf('\n') + 1;
  // What is long is shown from shortly before the place on.
  const isLong = span.start - lineStart > MAX_WIDTH / 2;
  const from = isLong ? span.start - 20 : lineStart;
  const shown = text.slice(span.start, from + MAX_WIDTH + 1);
  const lineEnd = shown.includes('\n') ? span.start + shown.indexOf('\n') : span.start + shown.length;
  const to = Math.min(lineEnd, from + MAX_WIDTH);
  const before = `${isLong ? '…' : ''}${text.slice(from, span.start)}`;
  const marked = text.slice(span.start, Math.min(span.end, to));
  const after = `${text.slice(span.start + marked.length, to)}${to < lineEnd ? '…' : ''}`;
  const blank = before.replace(/[^\t]/gu, ' ');
  return [`${INDENT}${before}${marked}${after}`, `${INDENT}${blank}${'^'.repeat(Math.max(1, [...marked].length))}`];
}

/** What stands behind `capability` in a path. */
function keyOf(path) {
  const at = path.indexOf('[');
  return at === -1 ? '' : path.slice(at);
}

/**
 * Where the values of a JSON text stand, by their paths: the whole, members of the outermost object by where
 * their name does, and the items of those that are lists.
 * @returns {Map<string, { start: number, end: number }>} empty: not JSON as JSON.parse has it; the message says where
 */
function spansOf(text) {
  const spans = new Map();
  const positions = readPositions(text);
  if (positions === undefined) return spans;
  spans.set('', positions);
  // Of two of one name the last: it is the second that is one too many.
  for (const { name, nameStart, nameEnd, items = [] } of positions.entries) {
    const member = `[${JSON.stringify(name)}]`;
    spans.set(member, { start: nameStart, end: nameEnd });
    for (const [index, item] of items.entries()) spans.set(`${member}[${index}]`, item);
  }
  return spans;
}
