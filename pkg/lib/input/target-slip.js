// Finds revocation targets that are probably mistyped. Ably accepts any text as a value and reports success even if no
// token has it, so a mistake goes unnoticed unless it is found before the request.

/** The names of the types in errors and forms. */
export const TARGET_NAMES = { clientId: 'client ID', revocationKey: 'revocation key', channel: 'channel' };

const UNSEEN = '\\u00ad\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2064\\ufeff';
// Includes joiners, which are valid inside some words and emoji but not at the edge.
const EDGE = new RegExp(`[\\s\\u200b-\\u200d${UNSEEN}]`);
const PARTING = new RegExp(`[,;|]|${EDGE.source}`);
const AROUND = new RegExp(`["'\`]|${PARTING.source}`);
const INSIDE = new RegExp(`[\\x00-\\x1f\\x7f-\\x9f\\u200b${UNSEEN}]`, 'g');
const QUOTED = /^(["'`“”„‘’‚«»])(.*)(["'`“”„‘’‚«»])$/s;
/** The maximum number of nested quotation marks to remove. */
const MAX_LAYERS = 4;
const TYPE = /^(clientId|revocationKey|channel)\s*:/i;
const NEXT = /[\s,;|]["'`]?(?=(?:clientId|revocationKey|channel):)/i;
/** The beginning of a line that is probably meant to be a target. */
const NEARLY = /^(client[-_ ]?ids?|revocation[-_ ]?keys?|channels?)\s*[:=]/i;
const SECRET = /^(?:[\w-]{6}\.[\w-]{6}:[\w-]{16,}|eyJ[\w-]{8,}\.[\w-]{2,}\.[\w-]*)$/;

/**
 * @param {'clientId' | 'revocationKey' | 'channel'} type
 * @param {string} value
 * @returns {{ found: string, likely: { type: string, value: string }[] } | undefined} what is odd about the
 *   value, and the targets that were probably meant: several if the value contains several, none if unclear
 */
export function oddTarget(type, value) {
  const found = oddity(value);
  if (found === undefined) return undefined;
  return { found: `the ${TARGET_NAMES[type]} ${found}`, likely: SECRET.test(value) ? [] : meant(type, value) };
}

/** The targets that were probably meant by a line that is not a valid target. */
export function likelyTargets(line) {
  const text = stripped(line);
  const [whole, name] = NEARLY.exec(text) ?? [];
  return whole === undefined ? [] : meant(typeNamed(name), text.slice(whole.length));
}

function oddity(value) {
  if (NEXT.test(stripped(value))) return 'contains further targets';
  if (TYPE.test(stripped(value))) return 'begins with the name of a type';
  if (trimmed(value, EDGE, EDGE) !== value)
    return value.trim() === value ? 'begins or ends with an invisible character' : 'begins or ends with white space';
  if (QUOTED.test(value)) return 'is in quotation marks';
  if (/[,;]$/.test(value)) return `ends in a ${value.endsWith(',') ? 'comma' : 'semicolon'}`;
  if (value.includes('\ufffd')) return 'contains a character that could not be decoded';
  if (value.search(INSIDE) !== -1) return 'contains an invisible character';
  if (SECRET.test(value)) return value.startsWith('eyJ') ? 'is a token' : 'is an API key';
  return undefined;
}

function meant(type, text) {
  const parts = stripped(text).split(NEXT);
  // Splitting separates a quotation mark from its counterpart, so each part is trimmed of them.
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

/** Removes surrounding white space, quotation marks and separators. */
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
