// Converts the flags of a Control API command to the fields of the request.
import { unfit } from './capability-report.js';
import { Failure, misuse } from './failure.js';
import { checkCapability } from './api.js';
import { typedTime } from './time.js';

/** Merges the fields from flags over those from --fields, over the defaults of the row. */
export async function readFields(
  { values: typed, positionals, input },
  { flags = {}, verb, defaults = {}, nameArgument },
) {
  const fields = {};
  const values = nameArgument === undefined ? typed : withName(typed, positionals[0]);
  const given = values.fields === undefined ? {} : await json('--fields', values.fields, input);
  for (const [flag, { field, read, otherwise }] of Object.entries(flags)) {
    const value = values[flag];
    if (value !== undefined) put(fields, field, await READ[read ?? 'as it is'](`--${flag}`, value, input));
    else if (otherwise !== undefined && at(given, field) === undefined) put(fields, field, otherwise);
  }
  const all = merged(merged(defaults, given), fields);
  for (const [flag, { field, required }] of Object.entries(flags))
    if (required && at(all, field) === undefined)
      throw nameArgument !== undefined && flag === 'name'
        ? misuse('Missing argument: NAME', `Give it as the argument or with --name, or set ${field} in --fields.`)
        : misuse(`Missing required flag ${flag}`, `Use --${flag}, or set ${field} in --fields.`);
  if (verb === 'update' && Object.keys(all).length === 0)
    throw misuse(
      'No updates specified',
      `Use at least one of ${Object.keys(flags)
        .map((flag) => `--${flag}`)
        .join(', ')}.`,
    );
  return all;
}

/** The name from the argument or from the flag. */
function withName(values, name) {
  if (name === undefined) return values;
  if (values.name !== undefined && values.name !== name)
    throw misuse('The name is given both as an argument and with --name', 'Use one of the two.');
  return { ...values, name };
}

/** Merges nested objects; any other value of `second` replaces that of `first`. A capability is replaced as a whole. */
export function merged(first, second) {
  const all = { ...first };
  for (const [name, value] of Object.entries(second)) {
    const old = Object.hasOwn(all, name) ? all[name] : undefined;
    all[name] = name !== 'capability' && isObject(old) && isObject(value) ? merged(old, value) : value;
  }
  return all;
}

const READ = {
  'as it is': (_, value) => value,
  json,
  capability,
  time: (flag, value) => typedTime(flag, value, 'ISO 8601, ms since 1970, or a duration ago such as 1h'),
};

async function json(flag, value, input) {
  const text = await input.text(flag, value);
  let read;
  try {
    read = JSON.parse(text);
  } catch {
    throw new Failure(`${flag} is not JSON`);
  }
  if (!isObject(read)) throw new Failure(`${flag} is not a JSON object`);
  return read;
}

/** Reads JSON or, as the Ably CLI also allows, a comma-separated list of operations. */
async function capability(flag, value, input) {
  const whole = await input.text(flag, value);
  const list = whole
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (list.length === 0) throw new Failure('Capabilities must contain at least one non-empty capability.');
  const text = whole.trim().startsWith('{') ? whole : JSON.stringify({ '*': list });
  const report = checkCapability(text);
  if (report.ok) return report.capability;
  throw unfit(text, report, { flag, given: value });
}

/** Sets a field by its path, such as `source.type`. */
function put(fields, path, value) {
  const names = path.split('.');
  const last = names.pop();
  let place = fields;
  for (const name of names) place = place[name] ??= {};
  place[last] = isObject(place[last]) && isObject(value) && last !== 'capability' ? merged(value, place[last]) : value;
}

function at(fields, path) {
  return path.split('.').reduce((value, name) => value?.[name], fields);
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
