// What a wasm file is made of, from the copy that has kept its names. `npm run size -- --functions` prints it.
import { readFileSync } from 'node:fs';

const SECTIONS = ['custom', 'types', 'imports', 'functions', 'tables', 'memories', 'globals', 'exports', 'start', 'elements', 'code', 'data', 'data count', 'tags'];
const CUSTOM = 0;
const IMPORTS = 2;
const CODE = 10;
const FUNCTION_NAMES = 1;
const decoder = new TextDecoder();

/** Reads numbers in LEB128, and what they are the lengths of. */
class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get done() {
    return this.at >= this.bytes.length;
  }

  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  part() {
    const length = this.number();
    return this.bytes.subarray(this.at, (this.at += length));
  }

  text() {
    return decoder.decode(this.part());
  }
}

/** The bytes of each section, and of each function that the file defines: its name and its length. */
export function readModule(file) {
  const reader = new Reader(readFileSync(file));
  reader.at = 8; // the magic number and the version
  const sections = [];
  let imported = 0;
  let lengths = [];
  let names = new Map();
  while (!reader.done) {
    const start = reader.at;
    const kind = reader.number();
    const content = new Reader(reader.part());
    if (kind === IMPORTS) imported = countImports(content);
    if (kind === CODE) lengths = Array.from({ length: content.number() }, () => lengthOf(content));
    if (kind !== CUSTOM) sections.push({ name: SECTIONS[kind], length: reader.at - start });
    else if (content.text() === 'name') names = readNames(content);
  }
  if (names.size < lengths.length) throw new Error(`${file} has names for ${names.size} functions and code for ${lengths.length}.`);
  return { sections, functions: lengths.map((length, index) => ({ name: plain(names.get(imported + index)), length })) };
}

function lengthOf(content) {
  const start = content.at;
  content.part();
  return content.at - start;
}

/** All of them functions: the memory and the table are the module's own. */
function countImports(content) {
  const count = content.number();
  for (let i = 0; i < count; i++) {
    content.text();
    content.text();
    const kind = content.number();
    if (kind !== 0) throw new Error(`The module imports something of kind ${kind}, which is no function: teach it to xtask/functions.mjs.`);
    content.number();
  }
  return count;
}

function readNames(content) {
  const names = new Map();
  while (!content.done) {
    const kind = content.number();
    const part = new Reader(content.part());
    if (kind !== FUNCTION_NAMES) continue;
    for (let count = part.number(); count > 0; count--) names.set(part.number(), part.text());
  }
  return names;
}

/** Without the hash that every Rust symbol ends in. */
const plain = (name) => name.replace(/::h[0-9a-f]{16}$/, '');
