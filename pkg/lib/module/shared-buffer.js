// The buffer shared with the module: texts go in and come out together, which costs a fraction of
// one crossing for each. See src/wasm/shared_buffer.rs for the other side, and src/wasm/abi.rs for what stands where.
import { AblyAuthError } from '../error.js';
import { ABSENT, ALL_SLOTS, FAILED, GONE, OUTPUT_AT, WITHOUT } from '../../generated/abi.js';
import * as glue from '../../generated/ably_edge_auth.js';
import { Decoder, Encoder } from './utf8.js';

const encoder = new Encoder();
const decoder = new Decoder('utf-8', { ignoreBOM: true });

// A lone half of a surrogate pair has no UTF-8: it would be changed in silence.
const LONE_SURROGATE = /\p{Surrogate}/u;
const LAST_ASCII = 0x7f;
// A loop over so many characters is faster than a call of encodeInto, in workerd by far.
const SHORT = 48;
// What any text needs at most, per UTF-16 unit.
const BYTES_PER_UNIT = 3;

let memory;
let capacity = 4096;
let at = 0;
/** Lengths first, and whatever else a function takes or gives. */
export let numbers = new Float64Array(0);
let bytes = new Uint8Array(0);
/** The first of them, as long as the answer before: most are as long as the one before. */
let answered = bytes;

/** Called once, with the exports of the module. */
export function started(exports) {
  memory = exports.memory;
  refresh();
}

/** The module's own functions. */
export function module() {
  if (memory === undefined)
    throw new AblyAuthError({
      kind: 'usage',
      message: 'the module has not started',
      remediation: "await init() of 'ably-edge-auth/wasm' first",
    });
  return glue;
}

/** To be called before the views are written to. */
function ready() {
  if (numbers.length > 0) return;
  module();
  refresh(); // the memory has grown, which leaves the old views empty
}

function refresh() {
  at = glue.reserve(capacity);
  numbers = new Float64Array(memory.buffer, glue.numbersAt(), ALL_SLOTS);
  bytes = new Uint8Array(memory.buffer, at, capacity);
  answered = bytes;
}

/** What stands in a text's slot. Null: without what a prepared issuer has. */
export function lengthOf(text) {
  return text === undefined ? ABSENT : text === null ? WITHOUT : text.length;
}

/** Writes texts, absent ones included, in the order the module reads them. `names` is for errors. */
export function write(texts, names) {
  ready();
  let joined = '';
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i];
    numbers[i] = lengthOf(text);
    if (text !== undefined && text !== null) joined += text;
  }
  if (!writeJoined(joined)) writeEach(texts, names);
}

/** Writes texts in one; the caller writes their lengths, behind this. False if they are not all ASCII. */
export function writeJoined(joined) {
  ready();
  if (joined.length * BYTES_PER_UNIT > capacity) {
    capacity = joined.length * BYTES_PER_UNIT;
    refresh();
  }
  const { length } = joined;
  if (length > SHORT) return encoder.encodeInto(joined, bytes).written === length;
  for (let i = 0; i < length; i++) {
    const unit = joined.charCodeAt(i);
    if (unit > LAST_ASCII) return false;
    bytes[i] = unit;
  }
  return true;
}

/** Not all ASCII: a length in bytes is known only when a text is encoded by itself. */
function writeEach(texts, names) {
  let end = 0;
  for (let i = 0; i < texts.length; i++) {
    if (texts[i] === undefined || texts[i] === null) continue;
    if (LONE_SURROGATE.test(texts[i])) bytes.fill(0); // a key may stand there
    refuseLoneSurrogate(texts[i], names[i]);
    numbers[i] = encoder.encodeInto(texts[i], bytes.subarray(end)).written;
    end += numbers[i];
  }
}

export function refuseLoneSurrogate(text, name) {
  if (LONE_SURROGATE.test(text))
    throw new AblyAuthError({
      kind: 'usage',
      message: `${name} has half of a surrogate pair, which no UTF-8 text can hold`,
      path: name,
    });
}

/** Calls a function of the module, and throws what it has to say if it fails. */
export function call(run, argument) {
  const outcome = run(argument);
  if (numbers.length === 0 || numbers[OUTPUT_AT] !== at) refresh();
  if (outcome === FAILED) throw glue.takeError();
  return outcome !== GONE;
}

/** Calls a function of the module that gives an object, or nothing when it fails. */
export function ask(run, argument) {
  const answer = run(argument);
  if (answer === undefined) throw glue.takeError();
  return answer;
}

/** The texts of the answer, behind those that are there: the numbers from slot `first` on are their lengths, each `step` behind the one before. */
export function read(count, first = 0, step = 1, texts = []) {
  let total = 0;
  for (let i = 0; i < count; i++) total += Math.max(0, numbers[first + i * step]);
  if (total > capacity) {
    capacity = total; // an answer may be longer than all that went in
    refresh();
  }
  if (answered.length !== total) answered = bytes.subarray(0, total);
  const whole = decoder.decode(answered);
  const ascii = whole.length === total;
  for (let i = 0, start = 0; i < count; i++) {
    const length = numbers[first + i * step];
    if (length < 0) {
      texts.push(undefined);
      continue;
    }
    const end = start + length;
    texts.push(ascii ? whole.slice(start, end) : decoder.decode(bytes.subarray(start, end)));
    start = end;
  }
  return texts;
}

/** The one text of an answer that is a text. */
export function readText() {
  const [text] = read(1);
  return text;
}
