// Puts functions that are alike next to each other: gzip looks back 32 KiB only, and what is near
// costs it less. The build calls it, with modules in binaryen's text form: node xtask/order.mjs FROM TO
import { readFileSync, writeFileSync } from 'node:fs';

const START = ' (func ';
const END = ' )';
/** Keeps tiny functions, which are like many others, from being taken first. */
const WEIGHT = 2;

const [from, to] = process.argv.slice(2);
const { head, functions, tail } = split(readFileSync(from, 'utf8').split('\n'));
writeFileSync(to, [...head, ...ordered(functions).flat(), ...tail].join('\n'));

/** The lines before the functions, those of each function, and those behind. */
function split(lines) {
  const head = lines.slice(0, lines.findIndex((line) => line.startsWith(START)));
  const functions = [];
  let at = head.length;
  while (lines[at]?.startsWith(START)) {
    const end = lines.indexOf(END, at) + 1;
    functions.push(lines.slice(at, end));
    at = end;
  }
  const tail = lines.slice(at);
  if (functions.length === 0 || tail.some((line) => line.startsWith(START))) {
    console.error('The text form of wasm-opt is not as it was: see what its functions look like now, and teach it to xtask/order.mjs.');
    process.exit(1);
  }
  return { head, functions, tail };
}

/** The longest one first; then always the one of which the largest part is in the one before. */
function ordered(functions) {
  const left = new Map(functions.map((lines) => [lines, parts(lines)]));
  let last = functions.reduce((a, b) => (b.length > a.length ? b : a));
  const order = [];
  for (;;) {
    order.push(last);
    const before = left.get(last);
    left.delete(last);
    let best = -1;
    for (const [lines, its] of left) {
      const alike = common(its, before) / (its.size + WEIGHT);
      if (alike > best) [best, last] = [alike, lines];
    }
    if (left.size === 0) return order;
  }
}

/** Every two lines that follow each other: alone, a line is in most of the others. */
function parts(lines) {
  const trimmed = lines.map((line) => line.trim()).filter((line) => line !== ')');
  return new Set(trimmed.slice(1).map((line, index) => `${trimmed[index]}\n${line}`));
}

function common(a, b) {
  if (a.size > b.size) return common(b, a);
  let count = 0;
  for (const part of a) if (b.has(part)) count++;
  return count;
}
