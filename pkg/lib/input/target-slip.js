// Targets of a revocation that look like a slip. Ably takes any text as a value, and answers that it has revoked also
// when no token was ever issued with it: so nobody learns of a slip unless it is told before.

/** As errors and forms say it. */
export const TARGET_NAMES = { clientId: 'client ID', revocationKey: 'revocation key', channel: 'channel' };

const UNSEEN = '\\u00ad\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2064\\ufeff';
// Joiners belong inside of some words, and of emoji.
const EDGE = new RegExp(`[\\s\\u200b-\\u200d${UNSEEN}]`);
const PARTING = new RegExp(`[,;|]|${EDGE.source}`);
const AROUND = new RegExp(`["'\`]|${PARTING.source}`);
const INSIDE = new RegExp(`[\\x00-\\x1f\\x7f-\\x9f\\u200b${UNSEEN}]`, 'g');
const QUOTED = /^(["'`“”„‘’‚«»])(.*)(["'`“”„‘’‚«»])$/s;
/** As many layers of quotation marks as anybody writes. */
const MAX_LAYERS = 4;
const TYPE = /^(clientId|revocationKey|channel)\s*:/i;
const NEXT = /[\s,;|]["'`]?(?=(?:clientId|revocationKey|channel):)/i;
/** As a line begins that means to be a target. */
const NEARLY = /^(client[-_ ]?ids?|revocation[-_ ]?keys?|channels?)\s*[:=]/i;
const SECRET = /^(?:[\w-]{6}\.[\w-]{6}:[\w-]{16,}|eyJ[\w-]{8,}\.[\w-]{2,}\.[\w-]*)$/;

/**
 * @param {'clientId' | 'revocationKey' | 'channel'} type
 * @param {string} value
 * @returns {{ found: string, likely: { type: string, value: string }[] } | undefined} what is odd about it, and what it
 *   was probably meant to be: several if several stand in it, none if that cannot be told
 */
export function oddTarget(type, value) {
  const found = oddity(value);
  if (found === undefined) return undefined;
  return { found: `the ${TARGET_NAMES[type]} ${found}`, likely: SECRET.test(value) ? [] : meant(type, value) };
}

/** The targets that a line was probably meant to be, which is none as it stands. */
export function likelyTargets(line) {
  const text = stripped(line);
  const [whole, name] = NEARLY.exec(text) ?? [];
  return whole === undefined ? [] : meant(typeNamed(name), text.slice(whole.length));
}

function oddity(value) {
  if (NEXT.test(stripped(value))) return 'has further targets in it';
  if (TYPE.test(stripped(value))) return 'begins with the name of a type';
  if (trimmed(value, EDGE, EDGE) !== value)
    return value.trim() === value
      ? 'begins or ends with a character that cannot be seen'
      : 'begins or ends with white space';
  if (QUOTED.test(value)) return 'is in quotation marks';
  if (/[,;]$/.test(value)) return `ends in a ${value.endsWith(',') ? 'comma' : 'semicolon'}`;
  if (value.includes('\ufffd')) return 'has a character in it that could not be read';
  if (value.search(INSIDE) !== -1) return 'has a character in it that cannot be seen';
  if (SECRET.test(value)) return value.startsWith('eyJ') ? 'is a token' : 'is an API key';
  return undefined;
}

function meant(type, text) {
  const parts = stripped(text).split(NEXT);
  // A quotation mark at the end of one belongs to the beginning of the same one, which is not in sight here.
  const targets = parts.map((part) => one(type, parts.length === 1 ? part : trimmed(part, AROUND, AROUND)));
  return targets.every(({ value }) => value !== '' && oddity(value) === undefined) ? targets : [];
}

function one(type, text) {
  let [of, value] = [type, stripped(text)];
  for (let named = TYPE.exec(value); named !== null; named = TYPE.exec(value)) {
    of = typeNamed(named[1]);
    value = stripped(value.slice(named[0].length));
  }
  return { type: of, value: value.replace(INSIDE, '') };
}

function typeNamed(text) {
  return Object.keys(TARGET_NAMES).find((type) => type[1] === text[1].toLowerCase());
}

/** Without what stands around it: white space, quotation marks, what parts it from the next one. */
function stripped(text) {
  let rest = trimmed(text, EDGE, PARTING);
  for (let layer = 0; layer < MAX_LAYERS && QUOTED.test(rest); layer++)
    rest = trimmed(rest.slice(1, -1), EDGE, PARTING);
  return rest;
}

function trimmed(text, before, after) {
  let [start, end] = [0, text.length];
  while (start < end && before.test(text[start])) start++;
  while (start < end && after.test(text[end - 1])) end--;
  return text.slice(start, end);
}
