// Reads a command line as a command describes it: flags, each with its value if it has one.
import { parseArgs } from 'node:util';

/** Of every command. */
export const COMMON = { json: { text: 'Print the result as JSON' }, help: { short: 'h', text: 'Show this help' } };

export async function readFlags(args, flags) {
  const known = { ...flags, ...COMMON };
  const options = Object.fromEntries(Object.entries(known).map(([name, { value, short }]) => [name, { type: value ? 'string' : 'boolean', ...(short && { short }) }]));
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true });
  const values = {};
  for (const token of tokens) {
    if (token.kind === 'positional') throw misuse(`${token.value} is too much: this command takes flags only`);
    if (token.kind !== 'option') continue;
    const { name, rawName } = token;
    if (!Object.hasOwn(known, name)) throw misuse((await unknown(rawName, Object.keys(known).map((it) => `--${it}`))).message);
    const { multiple } = known[name];
    if (values[name] !== undefined && !multiple) throw misuse(`${rawName} is given twice`);
    const value = readValue(token, known[name]);
    if (multiple) (values[name] ??= []).push(value);
    else values[name] = value;
  }
  return values;
}

function readValue({ rawName, value, inlineValue }, { value: wanted, number }) {
  if (wanted === undefined) {
    if (inlineValue) throw misuse(`${rawName} takes no value`);
    return true;
  }
  if (value === undefined || (!inlineValue && value.startsWith('-'))) throw misuse(`${rawName} needs a value; give ${rawName}=${wanted}`);
  if (!number) return value;
  if (!/^\d{1,15}$/.test(value)) throw misuse(`${rawName} is ${JSON.stringify(value)}; give a whole number`);
  return Number(value);
}

/** An error that names the likely one, as for an unknown option of a function. */
export async function unknown(name, known) {
  await import('../index.js');
  const { checkOptions } = await import('../options.js');
  try {
    return checkOptions({ [name]: true }, new Set(known));
  } catch (error) {
    return error;
  }
}

export function misuse(message) {
  return Object.assign(new Error(message), { exitCode: 2 });
}
