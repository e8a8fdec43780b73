// Whose tokens to revoke: from the flags, and from a file with one a line.
import { Failure } from './failure.js';

const IS_TARGET = /^(clientId|revocationKey|channel):./s;
const KINDS = { 'client-id': 'clientId', 'revocation-key': 'revocationKey', channel: 'channel' };

/** As `clientId:ada`, in the order given. */
export async function readTargets({ values, input }) {
  const targets = Object.entries(KINDS).flatMap(([flag, kind]) => (values[flag] ?? []).map((value) => filled(flag, kind, value)));
  const path = values['targets-file'];
  if (path === undefined) return targets;
  const text = await input.file('--targets-file', path);
  const before = targets.length;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    if (!IS_TARGET.test(line))
      // Not repeated: whatever file was given may have secrets in it.
      throw new Failure(`${path === '-' ? 'stdin' : path}, line ${index + 1}, is no target`, {
        hint: 'Write clientId:ada, revocationKey:group1 or channel:chat:*, one a line.',
      });
    targets.push(line);
  }
  if (targets.length === before) throw new Failure(`${path === '-' ? 'stdin' : path} has no target in it`);
  return targets;
}

function filled(flag, kind, value) {
  if (value === '') throw new Failure(`--${flag} is empty, so it names nobody`);
  return `${kind}:${value}`;
}
