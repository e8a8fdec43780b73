// Reads text that is meant to be JSON and may not be: what people type, and what shells and editors make of it. Notes each
// slip with its place. Goes through the text once and never backwards by more than the token at hand.

/**
 * @typedef {{ kind: 'text', text: string, isQuoted: boolean, at: number }} Text
 * @typedef {{ kind: 'list', items: Node[], at: number }} List
 * @typedef {{ name: string, value: Node | undefined, at: number }} Member
 * @typedef {{ kind: 'object', members: Member[], at: number }} Group
 * @typedef {Text | List | Group} Node
 * @typedef {{ at: number, says: string }} Slip
 */

export const SAYS = {
  single: 'JSON has double quotes, not single ones',
  curly: 'JSON has straight quotes, not curly ones',
  unquoted: 'names and operations need double quotes',
  unclosed: 'a quotation mark is missing',
  trailing: 'a comma follows the last item',
  commas: 'it has a comma too many',
  comma: 'a comma is missing',
  colon: 'JSON has a colon after a name',
  brace: 'the closing brace } is missing',
  bracket: 'the closing bracket ] is missing',
  extra: 'it has a closing bracket or brace too many',
  noBraces: 'the braces { } around it are missing',
  square: 'names need braces { } around them, not square brackets',
  comment: 'JSON has no comments',
  space: 'it contains a space character that JSON does not have',
  code: 'it is program code around JSON',
};

/** Deeper text is not a capability, and the reader recurses. */
const MAX_DEPTH = 16;
const SINGLE = "'`´";
const CURLY = '“”„‟‘’‚‛«»＂';
const SPACE = /[\s\ufeff\u200b-\u200d\u2060]/;
const LITERAL = /^(?:true|false|null|-?\d+(?:\.\d+)?)$/;
/** A name that has run on because its closing quote is missing: `"chat:[` before `"publish"`. */
const RUN_ON_NAME = /['’`]?\s*:\s*\[\s*$/;
/** The pattern above takes the square of the length. */
const MAX_RUN_ON_LENGTH = 500;
const ENDS_VALUE = /[,\]}\n\r;"[{]/;
const ENDS_NAME = /[,}\n\r;[{"'“‘=]/;
/** The most white space before a comment. */
const MAX_GAP = 40;
const QUALIFIER = /\[(?:\*|meta|queue)\]/y;

/** Thrown where nothing is known about what was meant. */
class Unclear extends Error {}

export class Reader {
  /** @param {Slip[]} slips is added to */
  constructor(text, slips, depth = 0) {
    this.text = text;
    this.at = 0;
    this.slips = slips;
    this.depth = depth;
  }

  /** @returns {Node | undefined} undefined: it is unclear what is meant */
  static read(text, slips) {
    const reader = new Reader(text, slips);
    try {
      return reader.whole();
    } catch (error) {
      if (error instanceof Unclear) return undefined;
      throw error;
    }
  }

  note(kind, at = this.at) {
    if (!this.slips.some(({ says }) => says === SAYS[kind])) this.slips.push({ at, says: SAYS[kind] });
  }

  get next() {
    return this.text[this.at];
  }

  startsWith(words) {
    return this.text.startsWith(words, this.at);
  }

  whole() {
    this.skip();
    const start = this.at;
    let node = this.value();
    this.skip();
    const isName = node.kind === 'text' && this.separator(false);
    if (isName) {
      this.note('noBraces', start);
      this.at = start;
      node = { kind: 'object', members: this.members(), at: start };
    }
    for (;;) {
      this.skip();
      if (this.next === '}' || this.next === ']') this.note('extra');
      else if (this.next === ';') this.note('code');
      else break;
      this.at++;
    }
    if (this.at < this.text.length) throw new Unclear();
    return node;
  }

  /** Skips white space and comments. */
  skip() {
    for (; this.at < this.text.length; this.at++) {
      if (this.startsWith('//') || this.next === '#') {
        this.note('comment');
        const end = this.text.indexOf('\n', this.at);
        this.at = end === -1 ? this.text.length : end;
      } else if (this.startsWith('/*')) {
        this.note('comment');
        const end = this.text.indexOf('*/', this.at + 2);
        this.at = end === -1 ? this.text.length : end + 1;
      } else if (!SPACE.test(this.next)) return;
      else if (!' \t\r\n'.includes(this.next)) this.note('space');
    }
  }

  value() {
    if (++this.depth > MAX_DEPTH) throw new Unclear();
    const at = this.at;
    let node;
    if (this.next === '{') {
      this.at++;
      node = { kind: 'object', members: this.members('}'), at };
    } else if (this.next === '[') {
      this.at++;
      node = this.list(at);
    } else if (this.isQuote(this.next)) node = { kind: 'text', text: this.quoted(), isQuoted: true, at };
    else node = { kind: 'text', text: this.word(ENDS_VALUE), isQuoted: false, at };
    this.depth--;
    return node;
  }

  /** The members of an object. `end` is its brace, or undefined to read to the end of the text. */
  members(end) {
    const members = [];
    for (;;) {
      const comma = this.commas(members.length > 0);
      if (this.next === undefined || this.next === '}' || (this.next === ']' && end === ']')) {
        if (comma !== undefined && end !== undefined) this.note('trailing', comma);
        if (this.next === undefined && end !== undefined) this.note(end === '}' ? 'brace' : 'bracket');
        if (this.next !== undefined && end !== undefined) this.at++;
        return members;
      }
      if (this.next === ']') {
        this.note('extra');
        this.at++;
        continue;
      }
      if (members.length > 0 && comma === undefined) this.note('comma');
      members.push(this.member());
    }
  }

  member() {
    const at = this.at;
    let name;
    if (this.isQuote(this.next)) name = this.quoted(true);
    else name = this.name();
    this.skip();
    if (!this.separator(true)) {
      if (this.next !== '[' && this.next !== '{') return { name, value: undefined, at };
      this.note('colon');
    }
    this.skip();
    return { name, value: this.next === undefined ? undefined : this.value(), at };
  }

  list(at) {
    const items = [];
    for (;;) {
      const comma = this.commas(items.length > 0);
      if (this.next === undefined || this.next === ']' || this.next === '}') {
        if (this.next !== ']') this.note('bracket');
        else {
          if (comma !== undefined) this.note('trailing', comma);
          this.at++;
        }
        return { kind: 'list', items, at };
      }
      if (items.length > 0 && comma === undefined) this.note('comma');
      const start = this.at;
      const item = this.value();
      this.skip();
      if (items.length === 0 && item.kind === 'text' && this.separator(false)) {
        this.note('square', at);
        this.at = start;
        return { kind: 'object', members: this.members(']'), at };
      }
      if (items.push(item) > this.text.length) throw new Unclear();
    }
  }

  /** Skips commas; the place of the last, if there was one. */
  commas(isBetween) {
    let last;
    for (this.skip(); this.next === ',' || this.next === ';'; this.skip()) {
      if (last !== undefined || !isBetween) this.note('commas');
      if (this.next === ';') this.note('comma');
      last = this.at++;
    }
    return last;
  }

  /** Whether a name ends here, as `:`, `=` or `=>` says. */
  separator(isTaken) {
    const length = this.next === ':' ? 1 : this.startsWith('=>') ? 2 : this.next === '=' ? 1 : 0;
    if (length === 0) return false;
    if (this.next === '=' && isTaken) this.note('colon');
    if (isTaken) this.at += length;
    return true;
  }

  isQuote(letter) {
    return letter !== undefined && (letter === '"' || SINGLE.includes(letter) || CURLY.includes(letter));
  }

  quoted(isName = false) {
    const start = this.at++;
    const open = this.text[start];
    if (SINGLE.includes(open)) this.note('single', start);
    if (CURLY.includes(open)) this.note('curly', start);
    const closes = (letter) => letter === open || (CURLY.includes(open) && (letter === '"' || CURLY.includes(letter)));
    let text = '';
    for (; this.at < this.text.length; this.at++) {
      const letter = this.next;
      if (letter === '\n' || letter === '\r') break;
      if (letter === '\\') text += this.escape();
      else if (closes(letter)) {
        this.at++;
        return isName && this.isRunOn(text) ? this.rewound(start, text) : text;
      } else text += letter;
    }
    this.note('unclosed', start);
    // What closes the list and the object is not part of the string.
    let length = text.length;
    while (length > 0 && ' \t,]}:[{'.includes(text[length - 1])) length--;
    this.at = start + 1 + length;
    return text.slice(0, length);
  }

  isRunOn(text) {
    return text.length <= MAX_RUN_ON_LENGTH && RUN_ON_NAME.test(text) && /[\w*-]/.test(this.next ?? '');
  }

  rewound(start, text) {
    this.note('unclosed', start);
    const name = text.replace(RUN_ON_NAME, '');
    this.at = start + 1 + name.length + (/^['’`]/.test(text.slice(name.length)) ? 1 : 0);
    return name;
  }

  /** Leaves `at` on the last letter of the escape. */
  escape() {
    const letter = this.text[++this.at] ?? '';
    const code = letter === 'u' ? /^[\da-f]{4}/i.exec(this.text.slice(this.at + 1, this.at + 5))?.[0] : undefined;
    if (code !== undefined) {
      this.at += 4;
      return String.fromCharCode(Number.parseInt(code, 16));
    }
    return { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }[letter] ?? letter;
  }

  /** A name without quotes, which may contain colons: it ends before the list, or else at the last colon. */
  name() {
    const start = this.at;
    QUALIFIER.lastIndex = start;
    this.at += QUALIFIER.exec(this.text)?.[0].length ?? 0;
    this.word(ENDS_NAME);
    const word = this.text.slice(start, this.at).replace(/"$/, '').trimEnd();
    if (!word.includes(':') || this.text[this.at - 1] === '"' || this.next === '=') return word;
    // A colon with white space after it ends a name as in YAML.
    const spaced = word.search(/:\s/);
    const split = spaced === -1 ? word.lastIndexOf(':') : spaced;
    this.at = start + split;
    return word.slice(0, split).trimEnd();
  }

  /** Text without quotes, up to a letter that ends it. */
  word(ends) {
    const start = this.at;
    while (this.at < this.text.length && !ends.test(this.next)) {
      if (SPACE.test(this.next) && /^\s*(?:\/\/|\/\*|#)/.test(this.text.slice(this.at, this.at + MAX_GAP))) break;
      this.at++;
    }
    const word = this.text.slice(start, this.at).trimEnd();
    if (word === '') throw new Unclear();
    // `publish"]`: only the closing quote is there.
    if (this.next === '"' && !SPACE.test(this.text[this.at - 1])) this.at++;
    if (!LITERAL.test(word)) this.note('unquoted', start);
    return word;
  }
}
