// The buffer shared with the module: texts go in and come out together, which costs a fraction of
// one crossing for each. See src/wasm/frame.rs for the other side.
import { AblyAuthError } from './error.js';
import * as glue from './generated/ably_edge_auth.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

// A lone half of a surrogate pair has no UTF-8: it would be changed in silence.
const LONE_SURROGATE = /\p{Surrogate}/u;
// What any text needs at most, per UTF-16 unit.
const BYTES_PER_UNIT = 3;
const OUTPUT_AT = 15;
// What a prepared thing answers with once the module has let it go.
const GONE = 2;

let memory;
let capacity = 4096;
let at = 0;
/** Sixteen numbers: lengths first, and whatever else a function takes or gives. */
export let numbers = new Float64Array(0);
let bytes = new Uint8Array(0);

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
      message: "the module has not started; await init() of 'ably-edge-auth/wasm' first",
      hint: "await init() of 'ably-edge-auth/wasm' first",
    });
  return glue;
}

function refresh() {
  at = glue.reserve(capacity);
  numbers = new Float64Array(memory.buffer, glue.numbersAt(), 16);
  bytes = new Uint8Array(memory.buffer, at, capacity);
}

/** Writes texts, absent ones included, in the order the module reads them. `names` is for errors. */
export function write(texts, names) {
  if (numbers.length === 0) {
    module();
    refresh(); // the memory has grown, which leaves the old views empty
  }
  let joined = '';
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i];
    if (text === undefined) {
      numbers[i] = -1;
    } else {
      numbers[i] = text.length;
      joined += text;
    }
  }
  if (joined.length * BYTES_PER_UNIT > capacity) {
    capacity = joined.length * BYTES_PER_UNIT;
    refresh();
    return write(texts, names);
  }
  if (encoder.encodeInto(joined, bytes).written !== joined.length) writeEach(texts, names);
}

/** Not all ASCII: a length in bytes is known only when a text is encoded by itself. */
function writeEach(texts, names) {
  let end = 0;
  for (let i = 0; i < texts.length; i++) {
    if (texts[i] === undefined) continue;
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
  if (outcome === 1) throw glue.takeError();
  return outcome !== GONE;
}

/** Calls a function of the module that gives an object, or nothing when it fails. */
export function ask(run, argument) {
  const answer = run(argument);
  if (answer === undefined) throw glue.takeError();
  return answer;
}

/** The texts of the answer: the first `count` numbers are their lengths. */
export function read(count) {
  let total = 0;
  for (let i = 0; i < count; i++) if (numbers[i] > 0) total += numbers[i];
  if (total > capacity) {
    capacity = total; // an answer may be longer than all that went in
    refresh();
  }
  const whole = decoder.decode(bytes.subarray(0, total));
  const ascii = whole.length === total;
  const texts = [];
  for (let i = 0, start = 0; i < count; i++) {
    const length = numbers[i];
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
