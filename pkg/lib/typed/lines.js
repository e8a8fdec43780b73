// Reads a capability in lines, as YAML has it or as somebody lists it: `chat:*: publish, subscribe`, or a name with its
// operations below, each after a hyphen.
import { Reader } from './read.js';

/** @typedef {import('./read.js').Group} Group */

const QUOTED_NAME = /^(["'])(.+?)\1\s*[:=]\s*(.*)$/;
const ITEM = /^-\s+(.*)$/;

/**
 * @param {(word: string) => boolean} isOperation
 * @returns {Group | import('./read.js').List | undefined} undefined: it is unclear what is meant
 */
export function readLines(text, slips, isOperation) {
  const members = [];
  const loose = [];
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.replace(/(^|\s)#.*$/, '').trim();
    if (trimmed === '' || trimmed === '---' || trimmed === '...') continue;
    const [, item] = ITEM.exec(trimmed) ?? [];
    if (item !== undefined && !item.includes(': ') && !item.endsWith(':')) {
      const list = members.length === 0 ? loose : listOf(members.at(-1));
      if (list === undefined) return undefined;
      list.push(word(unquoted(item)));
      continue;
    }
    const member = readMember(item ?? trimmed, slips, isOperation);
    if (member !== undefined) members.push(member);
    else if (members.length === 0) loose.push(word(trimmed));
    else return undefined;
  }
  if (loose.length > 0 && members.length > 0) return undefined;
  return members.length > 0 ? { kind: 'object', members, at: 0 } : { kind: 'list', items: loose, at: 0 };
}

/** The list below a name, which begins with its first item. */
function listOf(member) {
  member.value ??= { kind: 'list', items: [], at: 0 };
  return member.value.kind === 'list' ? member.value.items : undefined;
}

function readMember(line, slips, isOperation) {
  const [, , quotedName, afterQuoted] = QUOTED_NAME.exec(line) ?? [];
  const [name, rest] = quotedName === undefined ? splitPlain(line, isOperation) : [quotedName, afterQuoted];
  if (name === undefined) return undefined;
  const value = rest === '' ? undefined : /^[[{"']/.test(rest) ? Reader.read(rest, slips) : word(rest);
  return { name, value, at: 0 };
}

/** Splits `chat:*: publish` after the name, which may contain colons itself. */
function splitPlain(line, isOperation) {
  if (line.endsWith(':')) return [line.slice(0, -1), ''];
  for (const separator of [/:\s/, /=>?/, /:(?=\[)/]) {
    const found = separator.exec(line);
    if (found !== null && found.index > 0)
      return [line.slice(0, found.index).trim(), line.slice(found.index + found[0].length).trim()];
  }
  // A star after a colon is a segment of the name, not all operations.
  const areOperations = (words) => words.split(/[\s,]+/).every((word) => word !== '*' && isOperation(word));
  const at = line.lastIndexOf(':');
  if (at > 0 && areOperations(line.slice(at + 1))) return [line.slice(0, at), line.slice(at + 1)];
  // `chat:* publish subscribe`
  const space = line.search(/\s/);
  const [first, words] = [line.slice(0, space), line.slice(space).trim()];
  if (space > 0 && !isOperation(first.replace(/,$/, '')) && areOperations(words)) return [first, words];
  return [undefined, undefined];
}

const unquoted = (text) => text.replace(/^(["'])(.*)\1,?$/, '$2');
const word = (text) => ({ kind: 'text', text, isQuoted: false, at: 0 });
