// Shows a place in a JSON text that somebody typed: the line it is in, and marks under it.

/** No terminal is this narrow, and no line needs to be longer to be recognised. */
const WIDEST = 100;
const INDENT = '  ';

/**
 * Two lines, the second with marks; nothing when the place is not found.
 * @param path as `capability["chat:*"][0]`, or `capability` alone
 * @param message for JSON that cannot be read, which names line and column
 */
export function mark(text, path, message = '') {
  const span = spanOf(text, path, message);
  if (span === undefined) return [];
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
  const lineEnd = (text.indexOf('\n', span.start) + text.length + 1) % (text.length + 1);
  // What is long is shown from shortly before the place on.
  const from = span.start - lineStart > WIDEST / 2 ? span.start - 20 : lineStart;
  const to = Math.min(lineEnd, from + WIDEST);
  const before = `${from > lineStart ? '…' : ''}${text.slice(from, span.start)}`;
  const marked = text.slice(span.start, Math.min(span.end, to));
  const after = `${text.slice(span.start + marked.length, to)}${to < lineEnd ? '…' : ''}`;
  const blank = before.replace(/[^\t]/gu, ' ');
  return [`${INDENT}${before}${marked}${after}`, `${INDENT}${blank}${'^'.repeat(Math.max(1, [...marked].length))}`];
}

function spanOf(text, path, message) {
  const [, line, column] = message.match(/\(line (\d+), column (\d+)\)/) ?? [];
  if (line !== undefined) return pointAt(text, Number(line), Number(column));
  const steps = stepsOf(path);
  if (steps === undefined) return undefined;
  try {
    return find(text, steps);
  } catch {
    return undefined; // not JSON as JSON.parse has it; the message says where
  }
}

function pointAt(text, line, column) {
  let start = 0;
  for (let n = 1; n < line; n++) {
    const next = text.indexOf('\n', start);
    if (next === -1) return undefined;
    start = next + 1;
  }
  // Columns count characters, of which some have two units.
  start += [...text.slice(start)].slice(0, column - 1).join('').length;
  return { start: Math.min(start, text.length), end: start + 1 };
}

/** `capability["a"][0]` to ['a', 0]. */
function stepsOf(path) {
  const steps = [];
  const at = path.indexOf('[');
  let rest = at === -1 ? '' : path.slice(at);
  while (rest !== '') {
    const [whole, step] = rest.match(/^\[(\d+|"(?:[^"\\]|\\.)*")\]/) ?? [];
    if (whole === undefined) return undefined;
    steps.push(JSON.parse(step));
    rest = rest.slice(whole.length);
  }
  return steps;
}

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+)/gy;

/** Where the value at these steps stands; for a member of the outermost object, where its name does. */
function find(text, steps) {
  TOKEN.lastIndex = 0;
  const next = () => {
    const match = TOKEN.exec(text);
    if (match === null) throw new SyntaxError('the text ends');
    return { text: match[1], start: TOKEN.lastIndex - match[1].length, end: TOKEN.lastIndex };
  };
  let found;
  const value = (token, path) => {
    const wanted = path.length === steps.length && path.every((step, i) => step === steps[i]);
    const start = token.start;
    let { end } = token;
    if (token.text === '{' || token.text === '[') end = members(token.text, path);
    if (wanted && (path.length !== 1 || typeof steps[0] !== 'string')) found = { start, end };
    return end;
  };
  const members = (open, path) => {
    for (let index = 0, token = next(); ; index++) {
      if (token.text === '}' || token.text === ']') return token.end;
      if (open === '{') {
        const name = JSON.parse(token.text);
        // The last one of that name: it is the second that is one too many.
        if (steps.length === 1 && path.length === 0 && name === steps[0]) found = { start: token.start, end: token.end };
        next();
        value(next(), [...path, name]);
      } else {
        value(token, [...path, index]);
      }
      token = next();
      if (token.text === ',') token = next();
    }
  };
  value(next(), []);
  return found;
}
