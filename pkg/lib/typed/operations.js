// Which operations somebody means by a word: its name in another spelling, several in one string, or a word for them.

/** Words that other systems have for these operations. */
const WORDS = {
  read: ['subscribe'],
  receive: ['subscribe'],
  listen: ['subscribe'],
  sub: ['subscribe'],
  write: ['publish'],
  send: ['publish'],
  pub: ['publish'],
  readwrite: ['subscribe', 'publish'],
  rw: ['subscribe', 'publish'],
  all: ['*'],
  any: ['*'],
};
/** Each look-up of an unknown word compares it with every name. */
const MAX_LOOKUPS = 64;

/** @typedef {(capability: string) => import('../../index.js').CapabilityReport} Check */

export class OperationNames {
  #check;
  #known = new Map();

  /** @param {Check} check the module's answer about a capability text */
  constructor(check) {
    this.#check = check;
  }

  /** Whether this is the exact name of an operation. */
  has(word) {
    return this.#lookUp(word)?.isName === true;
  }

  /** @returns {string[] | undefined} the operations that a string means; undefined: unclear */
  meantBy(text) {
    const word = text.trim();
    if (this.has(word)) return [word];
    const parts = word.split(/[\s,;|+&/]+/).filter(Boolean);
    if (parts.length > 1 && parts.every((part) => this.has(part))) return [...new Set(parts)];
    const spelt = word
      .replace(/([a-z])([A-Z])/g, '$1-$2')
      .replace(/[\s_]+/g, '-')
      .toLowerCase();
    if (this.has(spelt)) return [spelt];
    if (parts.length < 2) return this.#one(word);
    const all = parts.map((part) => (this.has(part) ? [part] : this.#one(part)));
    return all.includes(undefined) ? this.#one(word) : [...new Set(all.flat())];
  }

  /** Whether this is a word for operations, and not a spelling of one. */
  isOtherWord(word) {
    return Object.hasOwn(WORDS, word.trim().toLowerCase());
  }

  #one(word) {
    if (this.isOtherWord(word)) return WORDS[word.toLowerCase()];
    const { suggestion } = this.#lookUp(word) ?? {};
    return suggestion === undefined ? undefined : [suggestion];
  }

  #lookUp(word) {
    if (!this.#known.has(word)) {
      if (this.#known.size >= MAX_LOOKUPS) return undefined;
      const { diagnostics } = this.#check(JSON.stringify({ channel: [word] }));
      const unknown = diagnostics.find(({ code }) => code === 'unknown-operation');
      this.#known.set(word, { isName: unknown === undefined, suggestion: unknown?.suggestion });
    }
    return this.#known.get(word);
  }
}
