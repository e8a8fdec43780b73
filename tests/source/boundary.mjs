// The boundary between the module and its JavaScript: numbers and orders come from src/wasm/abi.rs, and stand
// nowhere else.
import * as generated from '../../pkg/generated/abi.js';
import { readFileSync } from 'node:fs';
import { ABI } from '../../scripts/build/modules.mjs';
import { printAbi } from '../../scripts/build/wasm.mjs';
import { equal, ok } from '../js/assert.mjs';
import { rustSources, scripts } from './files.mjs';

/** What only knows the buffer by number. */
const BY_NUMBER = [
  ['a slot of the buffer', /\bnumbers\[[^\]A-Z]*\d/],
  ['a text of a list', /\b(?:texts|answers?)\[\d/],
  ['how many texts an answer has', /\bread\(\d/],
  ['texts in an order of its own', /\bwrite\(\[/],
];
/** Rust likewise. */
const BY_NUMBER_IN_RUST = [
  ['a slot of the buffer', /\b(?:number|whole|milliseconds|set|next|overrides)\(\s*\d+\s*[,)]/],
  ['a constant of a slot or flag', /\bconst [A-Z_]+: (?:usize|u32|f64) = -?\d+(?:\.0)?;/],
];
/** Bounds of the module's own, which no JavaScript needs to know. */
const OWN_BOUNDS = /\bconst (?:MAX_[A-Z_]+): /;
const abi = { ...generated };
const isShared = (name) => /^[A-Z][A-Z_]*$/.test(name);

/** There an answer of one text is read. */
const BUFFER = 'pkg/lib/module/shared-buffer.js';

export default ({ test }) => {
  test('what is built is what src/wasm/abi.rs says', () => equal(readFileSync(ABI, 'utf8'), printAbi()));

  test('no slot is given by its number', () => {
    const files = scripts().map(([path, text]) => [path, path === BUFFER ? text.replace('= read(1);', '') : text]);
    ok(files.length > 80, `${files.length} scripts`);
    const found = files.flatMap(([path, text]) => linesIn(path, text, BY_NUMBER));
    equal(found, []);
  });
  test('nor in Rust', () => {
    const files = rustSources('src/wasm').filter(([path]) => path !== 'src/wasm/abi.rs');
    ok(files.length > 10, `${files.length} files`);
    const found = files.flatMap(([path, text]) => linesIn(path, text, BY_NUMBER_IN_RUST));
    equal(
      found.filter((line) => !OWN_BOUNDS.test(line)),
      [],
    );
  });
  test('no script has a number of its own for what the table names', () => {
    const names = Object.keys(abi).filter(isShared);
    ok(names.length > 50, `${names.length} names`);
    const own = new RegExp(`\\b(?:const|let|var) (?:${names.join('|')})\\b`);
    equal(
      scripts().flatMap(([path, text]) => linesIn(path, text, [['a second home', own]])),
      [],
    );
  });
  test('texts go in and come out in the order of their names', () => {
    const lists = Object.entries(abi).filter(([name]) => name.endsWith('_TEXTS'));
    ok(lists.length > 10, `${lists.length} lists`);
    for (const [list, names] of lists) {
      const inOrder = abi[camelCase(list)];
      equal(
        inOrder(Object.fromEntries(names.map((name) => [name, `the ${name}`]).reverse())),
        names.map((name) => `the ${name}`),
      );
    }
    for (const [list, count] of Object.entries(abi).filter(([name]) => name.endsWith('_ANSWERS'))) {
      const texts = Array.from({ length: count }, (_, index) => `text ${index}`);
      equal(Object.values(abi[camelCase(list)](texts)), texts, list);
    }
  });
};

const camelCase = (name) => name.toLowerCase().replace(/_(.)/g, (_, letter) => letter.toUpperCase());

function linesIn(path, text, patterns) {
  return text.split('\n').flatMap((line, index) => {
    const [what] = patterns.find(([, pattern]) => pattern.test(line)) ?? [];
    return what === undefined ? [] : [`${path}:${index + 1}: ${what}: ${line.trim()}`];
  });
}
