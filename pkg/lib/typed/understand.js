// What a text that is not a capability is meant to say: unwraps it from quotes, code and other texts, and reads it.
import { readLines } from './lines.js';
import { Reader, SAYS } from './read.js';

/** @typedef {import('./read.js').Slip} Slip */

const CODE =
  /^\s*(?:export\s+default\s|(?:export\s+)?(?:const|let|var)\s+[\w$]+\s*(?::\s*[\w.]+\s*)?=|module\.exports\s*=|return\s|\$?[\w.]+\s*=)(?=\s*["'`[{])/;
const FLAG = /^\s*--[\w-]*capabilit[\w-]*(?:=|\s+)/;
const WITH_NAME = /^\s*(?:x-ably-)?capability\s*:(?=\s*["'[{])/;
/** Text that people copy together with the capability. */
const BEFORE = [
  [CODE, SAYS.code],
  [FLAG, 'it begins with the name of a flag'],
  [WITH_NAME, 'it begins with a name'],
];
/** Quotes around all of a text, which are not part of it: cmd passes single ones on. */
const IN_QUOTES = /^\s*(["'`])(\s*\\?[{[][\s\S]*[}\]]\s*)\1\s*;?\s*$/;
const ESCAPED = /^\s*[{[]\s*\\["']/;
const COMMENTS = /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/;
const MAX_UNWRAPPED = 4;

/** @returns {import('./read.js').Node | undefined} undefined: it is unclear what is meant */
export function understand(text, slips, isOperation, depth = 0) {
  const inner = depth < MAX_UNWRAPPED ? unwrapped(text, slips) : undefined;
  if (inner !== undefined) {
    // Places in the inner text are not places in this one.
    const later = [];
    const node = understand(inner, later, isOperation, depth + 1);
    slips.push(...later.map(({ says, whole }) => ({ says, whole })));
    return node;
  }
  const start = text.replace(COMMENTS, '');
  if ('[{'.includes(start[0] ?? ' ') && !/^\[(?:\*|meta|queue)\]/.test(start)) return Reader.read(text, slips);
  const hasItems = /^\s*-\s/m.test(start);
  const isQuoted = /^["'`“”‘’]/.test(start);
  if (!hasItems && isQuoted) return Reader.read(text, slips);
  if (!hasItems && /[[{]/.test(start.replace(/^\[(?:\*|meta|queue)\]/, ''))) {
    const inBraces = [];
    const node = Reader.read(`{${text}}`, inBraces);
    slips.push({ at: 0, says: SAYS.noBraces }, ...inBraces.map(({ at, says }) => ({ at: Math.max(0, at - 1), says })));
    return node;
  }
  const node = readLines(text, slips, isOperation);
  if (node?.kind === 'object')
    slips.unshift({ at: 0, says: hasItems || /:\s/.test(start) ? 'it looks like YAML' : SAYS.noBraces });
  return node;
}

/** The text inside a wrapping, and a note of the wrapping; undefined if there is none. */
function unwrapped(text, slips) {
  for (const [pattern, says] of BEFORE) {
    const [words] = pattern.exec(text) ?? [];
    if (words === undefined) continue;
    slips.push({ at: 0, says });
    return text.slice(words.length);
  }
  if (/^\s*%7b/i.test(text)) {
    slips.push({ at: 0, says: 'it is URL-encoded' });
    try {
      return decodeURIComponent(text);
    } catch {
      return undefined;
    }
  }
  const [, quote, inside] = IN_QUOTES.exec(text) ?? [];
  if (inside !== undefined && !(quote === '"' && /^\s*"[^"]*"\s*[:,]/.test(text))) {
    const string = stringOf(text);
    slips.push(
      string === undefined
        ? { at: 0, says: 'the whole text is in quotes' }
        : { at: 0, whole: "is JSON inside a string, as a token's claim has it" },
    );
    return string ?? inside;
  }
  if (ESCAPED.test(text)) {
    slips.push({ at: text.indexOf('\\'), says: 'there are backslashes before the quotes' });
    return text.replace(/\\(["'\\])/g, '$1');
  }
  return undefined;
}

function stringOf(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
