// Parses a command line by the flags and arguments that a command declares.
import { parseArgs } from 'node:util';
import { misuse } from './failure.js';
import { echoed } from './redact.js';

/** Flags of every command. */
export const COMMON = {
  json: { text: 'Print the result as compact JSON, one record per line' },
  'pretty-json': { text: 'Print the result as formatted JSON' },
  verbose: { short: 'v', text: 'Print to stderr where the key comes from and where requests go' },
  help: { short: 'h', text: 'Show this help' },
};

const EXCLUSIVE = [['json', 'pretty-json']];

/** An argument may start with a hyphen (a key id in Ably's samples does), so a longer text is not a bundle of short flags. */
const MIN_HYPHENATED_ARGUMENT_LENGTH = 4;

/**
 * @param command its `flags` (name to { text, value?, short?, multiple?, number?, duration?, choices?, negatable? }),
 *   `args` (a list of { name, required?, multiple? }; the last may be multiple) and `exclusive` (lists of flags that exclude
 *   each other)
 * @returns {Promise<{ values: Record<string, any>, positionals: string[] }>}
 */
export async function readFlags(args, { flags = {}, args: wanted = [], exclusive = [] }) {
  const known = withNegations({ ...flags, ...COMMON });
  const options = Object.fromEntries(Object.entries(known).map(([name, flag]) => [name, option(flag)]));
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  const shorts = new Map(Object.entries(known).map(([name, { short }]) => [short, name]));
  const values = {};
  const positionals = [];
  for (const [place, token] of tokens.entries()) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const text = args[token.index];
    if (isArgument(text, shorts, wanted)) {
      // parseArgs splits it into one token per letter: add the argument once.
      if (tokens[place - 1]?.index !== token.index || tokens[place - 1].kind !== 'option') positionals.push(text);
      continue;
    }
    await put(values, token, known, shorts);
  }
  for (const group of [...EXCLUSIVE, ...exclusive]) {
    const [first, second] = group.filter((name) => values[name] !== undefined);
    if (second !== undefined)
      throw misuse(`--${second} cannot also be provided when using --${first}`, `Use one of the two.`);
  }
  checkArguments(positionals, wanted, values);
  return { values, positionals };
}

const option = ({ value, short }) => ({
  type: value === undefined ? 'boolean' : 'string',
  multiple: true,
  ...(short && { short }),
});

function withNegations(flags) {
  const all = { ...flags };
  for (const [name, flag] of Object.entries(flags)) if (flag.negatable) all[`no-${name}`] = { negates: name };
  return all;
}

function isArgument(text, shorts, wanted) {
  if (wanted.length === 0 || text.startsWith('--') || text.length < MIN_HYPHENATED_ARGUMENT_LENGTH) return false;
  return [...text.slice(1)].some((letter) => !shorts.has(letter));
}

async function put(values, { name, rawName, value, inlineValue }, known, shorts) {
  const flag = Object.hasOwn(known, name) ? known[name] : undefined;
  if (flag === undefined) {
    const { nearest } = await import('./nearest.js');
    const meant = rawName.startsWith('--') ? nearest(name, Object.keys(known)) : undefined;
    throw misuse(
      `Nonexistent flag: ${echoed(rawName)}`,
      meant === undefined ? 'See --help for the flags of this command.' : `Did you mean --${meant}?`,
    );
  }
  if (flag.value === undefined) {
    if (inlineValue) throw misuse(`Flag ${rawName} takes no value`);
    values[flag.negates ?? name] = flag.negates === undefined;
    return;
  }
  if (value === undefined) throw misuse(`Flag ${rawName} expects a value`);
  if (!inlineValue && isFlag(value, known, shorts))
    throw misuse(
      `Flag ${rawName} expects a value`,
      `To use ${echoed(value)} as the value, write ${rawName}=${echoed(value)}.`,
    );
  const read = readValue(rawName, flag, value);
  if (flag.multiple) (values[name] ??= []).push(read);
  else if (values[name] !== undefined) throw misuse(`Flag ${rawName} can only be specified once`);
  else values[name] = read;
}

function isFlag(text, known, shorts) {
  if (text.startsWith('--')) return Object.hasOwn(known, text.slice(2).split('=')[0]);
  return text.length === 2 && text.startsWith('-') && shorts.has(text[1]);
}

function readValue(rawName, { number, duration, choices }, value) {
  if (choices !== undefined && !choices.includes(value))
    throw misuse(`Expected ${rawName}=${echoed(value)} to be one of: ${choices.join(', ')}`);
  if (duration) return readSeconds(rawName, value);
  if (!number) return value;
  if (!/^-?\d{1,15}$/.test(value)) throw misuse(`Expected ${rawName} to be an integer but received: ${echoed(value)}`);
  return Number(value);
}

const UNITS = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** The seconds of a duration such as `90s`, `60m`, `1h` or `2d`; undefined for any other text. */
export function secondsOf(text) {
  const [, count, unit] = /^(\d{1,15})([smhd])$/.exec(text) ?? [];
  return unit === undefined ? undefined : Number(count) * UNITS[unit];
}

/** Seconds, as a number alone or with a unit. */
function readSeconds(rawName, value) {
  const seconds = secondsOf(value) ?? (/^-?\d{1,15}$/.test(value) ? Number(value) : undefined);
  if (seconds !== undefined) return seconds;
  throw misuse(
    `Expected ${rawName} to be an integer but received: ${echoed(value)}`,
    'Give seconds such as 3600, or a duration such as 90s, 60m, 1h.',
  );
}

/** Whether a value begins an object and does not end it, which a shell does to JSON with spaces. */
const isCut = (value) => typeof value === 'string' && /^'?\{/.test(value) && !/\}'?\s*$/.test(value);

function checkArguments(positionals, wanted, values) {
  const isSplit = [...positionals, ...Object.values(values)].some(isCut);
  if (positionals.length > wanted.length && !wanted.at(-1)?.multiple) {
    const { length } = positionals.slice(wanted.length);
    if (isSplit)
      throw misuse(
        'The shell split the JSON into several arguments',
        'Put it in single quotes, or save it as capability.json and use "@capability.json": PowerShell and cmd remove double quotes.',
      );
    throw misuse(
      `${length} unexpected argument${length === 1 ? '' : 's'}`,
      wanted.length === 0
        ? 'Use flags only: this command has no arguments.'
        : `Give ${wanted.map(({ name }) => name).join(' and ')} only, and quote a value that contains spaces.`,
    );
  }
  const missing = wanted.slice(positionals.length).find(({ required }) => required);
  if (missing !== undefined) throw misuse(`Missing argument: ${missing.name}`, missing.text);
}
