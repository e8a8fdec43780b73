// Generates the Control API commands from their table.
import { ACCESS_TOKEN_FLAGS, KEY_FLAGS } from './credentials.js';
import { CONTROL_TABLE } from './control-table.js';

export const CONTROL_NAMES = CONTROL_TABLE.map(({ command }) => command);

const ENDS = ['delete', 'revoke'];
/** Operations on the account, which need no app. */
const OF_ACCOUNT = ['apps.list', 'apps.create', 'stats.account'];

const FORCE = { short: 'f', text: 'Skip the confirmation. Required with --json and --pretty-json' };
const FIELDS = {
  value: 'JSON',
  text: "Further fields of Ably's Control API: JSON, @file, or -. Flags override them",
};
const SHOW_SECRETS = { text: 'Show keys and other secrets in full' };

export function controlCommand(name) {
  const row = CONTROL_TABLE.find(({ command }) => command === name);
  const verb = row.verb ?? row.operation.split('.')[1];
  const writes = verb === 'create' || verb === 'update';
  const isKey = name.startsWith('keys ');
  return {
    summary: row.summary,
    record: isKey ? `auth ${name}` : name,
    args: row.argument === undefined ? [] : [row.argument],
    flags: {
      ...(!OF_ACCOUNT.includes(row.operation) && { app: KEY_FLAGS.app }),
      ...row.flags,
      ...(writes && { fields: FIELDS }),
      ...(ENDS.includes(verb) ? { force: FORCE } : row.of.one !== 'stats' && { 'show-secrets': SHOW_SECRETS }),
      ...ACCESS_TOKEN_FLAGS,
    },
    examples: (row.examples ?? [isKey ? `auth ${name}` : name]).map((line) => [undefined, line]),
    operation: row.operation,
    async run(context) {
      const { runControl } = await import('./control-run.js');
      return runControl(context, { ...row, verb });
    },
  };
}
