// Reads the targets of a revocation from flags and from a file with one target per line.
import { likelyTargets, oddTarget } from '../lib/input/target-slip.js';
import { Failure } from './failure.js';
import { redacted } from './redact.js';

const TARGET = /^(clientId|revocationKey|channel):(.+)$/s;
const KINDS = { 'client-id': 'clientId', 'revocation-key': 'revocationKey', channel: 'channel' };
const FLAGS = Object.fromEntries(Object.entries(KINDS).map(([flag, kind]) => [kind, flag]));
const FORM = 'Write clientId:ada, revocationKey:group1 or channel:chat:*, one per line.';
/** How many wrong lines are shown. */
const MAX_SHOWN = 20;

/** Returns targets such as `clientId:ada` in the order given. Rejects likely mistakes without --allow-odd-targets. */
export async function readTargets({ values, input }) {
  const allowsOdd = values['allow-odd-targets'] ?? false;
  const wrong = [];
  const targets = [];
  for (const [flag, type] of Object.entries(KINDS))
    for (const value of values[flag] ?? []) {
      if (value === '') throw new Failure(`--${flag} is empty`);
      const odd = allowsOdd ? undefined : oddTarget(type, value);
      if (odd !== undefined)
        wrong.push({ place: `--${flag}`, found: odd.found, likely: odd.likely.map(asFlag).join(' ') });
      targets.push(`${type}:${value}`);
    }
  const path = values['targets-file'];
  if (path !== undefined)
    targets.push(
      ...readLines(await input.file('--targets-file', path), path === '-' ? 'stdin' : path, allowsOdd, wrong),
    );
  if (wrong.length > 0) throw refusal(wrong);
  return targets;
}

function readLines(text, name, allowsOdd, wrong) {
  const targets = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const [, type, value] = TARGET.exec(line) ?? [];
    // An invalid line is not repeated: it may contain secrets.
    const odd =
      type === undefined
        ? { found: 'not a target', likely: likelyTargets(line), isNone: true }
        : allowsOdd
          ? undefined
          : oddTarget(type, value);
    if (odd !== undefined)
      wrong.push({
        ...odd,
        place: `${name}:${index + 1}`,
        likely: odd.likely.map(({ type, value }) => `${type}:${value}`).join(' and '),
      });
    targets.push(line);
  }
  if (targets.length === 0) throw new Failure(`${name} contains no targets`);
  return targets;
}

/** The flag as typed in a shell. */
function asFlag({ type, value }) {
  return `--${FLAGS[type]} ${/^[\w.@:*-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`}`;
}

function refusal(wrong) {
  const [first] = wrong;
  const ways = [];
  if (wrong.some(({ isNone, likely }) => isNone && likely === '')) ways.push(FORM);
  if (wrong.some(({ isNone }) => !isNone))
    ways.push(`If ${wrong.length === 1 ? 'it is' : 'they are'} intended, use --allow-odd-targets.`);
  if (wrong.length === 1) {
    if (first.likely !== '') ways.unshift(`Did you mean ${redacted(first.likely)}?`);
    return new Failure(sentence(first), { hint: ways.join(' ') });
  }
  const lines = wrong
    .slice(0, MAX_SHOWN)
    .map((one) => (one.likely === '' ? sentence(one) : `${sentence(one)}; did you mean ${redacted(one.likely)}?`));
  if (wrong.length > lines.length) lines.push(`and ${wrong.length - lines.length} more`);
  return new Failure(`${sentence(first)}, and ${wrong.length - 1} more of the targets look wrong`, {
    lines,
    hint: ways.join(' ') || 'Nothing was sent.',
  });
}

const sentence = ({ place, found }) => `${place}: ${found}`;
