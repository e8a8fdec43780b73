// What a wasm file is made of: its sections, and its functions by their names.

const SECTIONS = [
  'custom',
  'types',
  'imports',
  'functions',
  'tables',
  'memories',
  'globals',
  'exports',
  'start',
  'elements',
  'code',
  'data',
  'data count',
  'tags',
];
const CUSTOM = 0;
const IMPORTS = 2;
const CODE = 10;
const FUNCTION_NAMES = 1;
/** How many functions are printed. */
const MOST = 40;
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

/** How many bytes each section has, and each function that the module defines. */
export function readModule(bytes) {
  const reader = new Reader(bytes);
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
  return {
    sections,
    functions: lengths.map((length, index) => ({
      name: shortened(names.get(imported + index) ?? 'unnamed (made by wasm-bindgen)'),
      length,
    })),
  };
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
    if (kind !== 0)
      throw new Error(
        `The module imports something of kind ${kind}, which is no function: teach it to xtask/functions.mjs.`,
      );
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

/** Without the hashes of crates and symbols. */
const shortened = (name) => name.replace(/\[[0-9a-f]{16}\]/g, '').replace(/::h[0-9a-f]{16}$/, '');

/**
 * The crate that a function is from, and of this one the module. What is generic counts as its first path
 * says: `<A as B>::f` is A's, and `B`'s if A has no path, as `<T as B>::f`.
 */
export function origin(name) {
  // What wasm-bindgen makes for each export.
  if (!name.includes('::')) return 'exports';
  const [path] = name.match(/(?<![>:\w])\w+(::\w+)+/) ?? ['core'];
  const [crate, module] = path.split('::');
  return crate === 'ably_edge_auth' ? `${crate}::${module}` : crate;
}

/** Prints what each part of a module weighs. `named` is the copy of it that keeps the names of functions. */
export function printFunctions(file, named) {
  const { sections, functions } = readModule(named);
  const total = 8 + sum(sections);
  const title = (words) => console.log(`\n${words}`);
  const row = (length, name) =>
    console.log(`${String(length).padStart(8)}${((100 * length) / total).toFixed(1).padStart(7)} %  ${name}`);

  title(`${file}: ${total} bytes`);
  for (const { length, name } of largest(sections)) row(length, name);
  title('code by crate and module');
  for (const { length, name, count } of largest(byOrigin(functions))) row(length, `${name} (${count})`);
  title(`the largest ${MOST} of ${functions.length} functions, each with what was inlined into it`);
  for (const { length, name } of largest(functions).slice(0, MOST)) row(length, name);
}

const sum = (list) => list.reduce((total, { length }) => total + length, 0);
const largest = (list) => [...list].sort((a, b) => b.length - a.length);

function byOrigin(functions) {
  const groups = new Map();
  for (const it of functions) groups.set(origin(it.name), [...(groups.get(origin(it.name)) ?? []), it]);
  return [...groups].map(([name, members]) => ({ name, length: sum(members), count: members.length }));
}
