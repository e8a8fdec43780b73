// Where the members and items of a JSON text are, so that a failure can name a line.

/** Matches every token of a text that is known to be JSON. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/g;

/**
 * @param {string} text valid JSON
 * @returns {{ placeOf(path: (string | number)[]): { line: number, column: number }, twice?: (string | number)[] }} the
 *   place of a member is that of its name; `twice` is the path of a member that is there twice
 */
export function readPlaces(text) {
  const tokens = [...text.matchAll(TOKEN)];
  const starts = new Map();
  let twice;
  let next = 0;
  const put = (path, start) => {
    const id = JSON.stringify(path);
    if (starts.has(id)) twice ??= path;
    starts.set(id, start);
  };
  const value = (path) => {
    const { 0: token } = tokens[next++];
    if (token !== '{' && token !== '[') return;
    for (let index = 0; !isClosing(tokens[next][0]); index++) {
      if (tokens[next][0] === ',') next++;
      const { 0: first, index: start } = tokens[next];
      const inner = [...path, token === '{' ? JSON.parse(first) : index];
      put(inner, start);
      if (token === '{') next += 2; // its name and the colon
      value(inner);
    }
    next++;
  };
  value([]);
  const placeOf = (path) => {
    for (let length = path.length; length >= 0; length--) {
      const start = starts.get(JSON.stringify(path.slice(0, length)));
      if (start !== undefined) return lineAndColumn(text, start);
    }
    return { line: 1, column: 1 };
  };
  return { placeOf, twice };
}

const isClosing = (token) => token === '}' || token === ']';

function lineAndColumn(text, offset) {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
