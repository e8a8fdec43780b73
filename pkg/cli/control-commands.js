// Generates the Control API commands from their table.
import { ACCESS_TOKEN_FLAGS, KEY_FLAGS } from './credentials.js';
import { CONTROL_TABLE } from './control-table.js';

export const CONTROL_NAMES = CONTROL_TABLE.map(({ command }) => command);
/** Version 1 of the Ably CLI has only `apps rules`, its documentation only `apps channel-rules`. */
const ALIASES = { 'apps rules ': 'apps channel-rules ' };

/** All names by which the commands are found, with the aliases. */
export const KNOWN_NAMES = CONTROL_NAMES.flatMap((name) => [
  name,
  ...Object.entries(ALIASES)
    .filter(([, of]) => name.startsWith(of))
    .map(([alias, of]) => name.replace(of, alias)),
]);

const ENDS = ['delete', 'revoke'];
/** Operations on the account, which need no app. */
const OF_ACCOUNT = ['apps.list', 'apps.create', 'stats.account'];

const FORCE = { short: 'f', text: 'Skip the confirmation. Required with --json and --pretty-json' };
const FIELDS = {
  value: 'JSON',
  text: "Further fields of Ably's Control API: JSON, @file, or -. Flags override them",
};
const LIMIT = { value: 'NUMBER', number: true, text: 'The most to list. Defaults to all of them' };
const SHOW_SECRETS = { text: 'Show keys and other secrets in full' };

export function controlCommand(name) {
  const row = CONTROL_TABLE.find(({ command }) => command === canonical(name));
  const verb = row.verb ?? row.operation.split('.')[1];
  const writes = verb === 'create' || verb === 'update';
  const isKey = name.startsWith('keys ');
  return {
    summary: row.summary,
    record: isKey ? `auth ${name}` : name,
    args: [row.argument ?? row.nameArgument].filter(Boolean),
    flags: {
      ...(!OF_ACCOUNT.includes(row.operation) && { app: KEY_FLAGS.app }),
      ...row.flags,
      ...(writes && { fields: FIELDS }),
      ...(verb === 'list' && { limit: LIMIT }),
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

function canonical(name) {
  const [alias, of] = Object.entries(ALIASES).find(([start]) => name.startsWith(start)) ?? ['', ''];
  return name.replace(alias, of);
}
