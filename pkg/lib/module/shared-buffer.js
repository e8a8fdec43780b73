// The buffer shared with the module: texts go in and come out together, which costs a fraction of
// one crossing for each. See src/wasm/shared_buffer.rs for the other side, and src/wasm/abi.rs for what stands where.
import { AblyAuthError } from '../error.js';
import { ABSENT, ALL_SLOTS, FAILED, GONE, OUTPUT_AT, WITHOUT } from '../../generated/abi.js';
import * as glue from '../../generated/ably_edge_auth.js';
import { hasWebAssembly, noWebAssembly } from './no-webassembly.js';
import { Decoder, Encoder } from './utf8.js';

const encoder = new Encoder();
const decoder = new Decoder('utf-8', { ignoreBOM: true });

// UTF-8 has no form for an unpaired surrogate, so TextEncoder would replace it silently.
const LONE_SURROGATE = /\p{Surrogate}/u;
const LAST_ASCII = 0x7f;
// Up to this length a loop is faster than a call of encodeInto, in workerd by far.
const SHORT = 48;
// The most UTF-8 bytes that one UTF-16 code unit needs.
const BYTES_PER_UNIT = 3;

let memory;
let capacity = 4096;
let at = 0;
/** Lengths first, and whatever else a function takes or gives. */
export let numbers = new Float64Array(0);
let bytes = new Uint8Array(0);
/** A view of the last answer's bytes. It is kept because most answers have the length of the one before. */
let answered = bytes;

/** Called once with the exports of the module. */
export function started(exports) {
  memory = exports.memory;
  refresh();
}

/** The functions of the module. */
export function module() {
  if (memory === undefined && !hasWebAssembly()) throw noWebAssembly();
  if (memory === undefined)
    throw new AblyAuthError({
      kind: 'usage',
      message: 'the module has not started',
      remediation: "await init() of 'ably-edge-auth/wasm' first",
    });
  return glue;
}

/** Must be called before writing to the views. */
function ready() {
  if (numbers.length > 0) return;
  module();
  refresh(); // the old views are empty after the memory has grown
}

function refresh() {
  at = glue.reserve(capacity);
  numbers = new Float64Array(memory.buffer, glue.numbersAt(), ALL_SLOTS);
  bytes = new Uint8Array(memory.buffer, at, capacity);
  answered = bytes;
}

/** The length to store for a text. `null`: absent, although a prepared issuer has one. */
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

/** Writes joined texts; the caller writes their lengths afterwards. Returns false if they are not all ASCII. */
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

/** For texts that are not all ASCII: each is encoded separately to find its length in bytes. */
function writeEach(texts, names) {
  let end = 0;
  for (let i = 0; i < texts.length; i++) {
    if (texts[i] === undefined || texts[i] === null) continue;
    if (LONE_SURROGATE.test(texts[i])) bytes.fill(0); // it may hold part of a key
    refuseLoneSurrogate(texts[i], names[i]);
    numbers[i] = encoder.encodeInto(texts[i], bytes.subarray(end)).written;
    end += numbers[i];
  }
}

export function refuseLoneSurrogate(text, name) {
  if (LONE_SURROGATE.test(text))
    throw new AblyAuthError({
      kind: 'usage',
      message: `${name} has half of a surrogate pair, which UTF-8 cannot represent`,
      path: name,
    });
}

/** Calls a function of the module and throws its error if it fails. */
export function call(run, argument) {
  const outcome = run(argument);
  if (numbers.length === 0 || numbers[OUTPUT_AT] !== at) refresh();
  if (outcome === FAILED) throw glue.takeError();
  return outcome !== GONE;
}

/** Appends the texts of the answer to `texts`. Their lengths are in every `step`-th slot from `first` on. */
export function read(count, first = 0, step = 1, texts = []) {
  let total = 0;
  for (let i = 0; i < count; i++) total += Math.max(0, numbers[first + i * step]);
  if (total > capacity) {
    capacity = total; // an answer may be longer than the input
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

/** Calls a function of the module that answers with one text of JSON, and returns its value. */
export function ask(run, argument) {
  call(run, argument);
  return JSON.parse(readText());
}
