// Generates the output of --help from the command definitions.
import { summaries } from './commands.js';
import { COMMON } from './flags.js';
import { shownName } from './shown-name.js';

const PROGRAM = 'ably-edge-auth';

/** The help of one command. */
export function commandHelp({ summary, args = [], flags = {}, examples = [], notes }, name) {
  const usage = [
    PROGRAM,
    shownName(name),
    ...args.map((arg) => (arg.required ? arg.name : `[${arg.name}]`)),
    '[FLAGS]',
  ].join(' ');
  const sections = [summary, `USAGE\n  $ ${usage}`];
  if (args.length > 0) sections.push(`ARGUMENTS\n${columns(args.map(({ name: word, text }) => [word, text]))}`);
  sections.push(
    `FLAGS\n${columns(Object.entries({ ...flags, ...COMMON }).map(([flag, of]) => [flagWords(flag, of), of.text]))}`,
  );
  if (notes !== undefined) sections.push(notes);
  if (examples.length > 0) sections.push(`EXAMPLES\n${examples.map(example).join('\n\n')}`);
  return sections.join('\n\n');
}

/** The help of all commands, or of those that begin with `topic`. */
export async function topicHelp(topic) {
  const all = await summaries();
  const under = all.filter(([name]) => topic === '' || name.startsWith(`${topic} `));
  const rows = under.map(([name, summary]) => [shownName(name), summary]);
  if (topic !== '') return `USAGE\n  $ ${PROGRAM} ${shownName(topic)} COMMAND\n\nCOMMANDS\n${columns(rows)}`;
  return [
    'Issue, verify and revoke Ably tokens, check capabilities, and manage apps and keys.',
    `USAGE\n  $ ${PROGRAM} COMMAND [FLAGS]\n  $ ${PROGRAM} COMMAND --help`,
    `COMMANDS\n${columns(rows)}`,
    `ENVIRONMENT\n${columns([
      ['ABLY_API_KEY', 'The API key, as appId.keyId:secret'],
      ['ABLY_ACCESS_TOKEN', 'An access token, used to look up apps and their keys'],
      ['ABLY_APP_ID', 'The app, as with --app'],
      ['ABLY_TOKEN', 'The token for channels publish, verify-token and decode-token'],
      ['ABLY_ENDPOINT', 'The Ably endpoint: a name, a host, or the address of a sandbox'],
      ['ABLY_CONTROL_HOST', "The Control API host, if it is not Ably's"],
      [
        'ABLY_CLI_CONFIG_DIR',
        "The folder of the Ably CLI's configuration, which is read but never changed. Defaults to ~/.ably",
      ],
      ['NO_COLOR', 'Turns off colours'],
    ])}`,
    `EXAMPLES\n${[
      [
        'Issue a token and publish with it',
        `ABLY_TOKEN="$(${PROGRAM} issue-jwt-token --token-only)" ${PROGRAM} channels publish my-channel "Hello"`,
      ],
      ['Revoke all tokens of a client ID', 'revoke-token --client-id "userClientId"'],
      ['Run a local Ably sandbox, without an account', 'sandbox'],
    ]
      .map(example)
      .join('\n\n')}`,
    'A command may be prefixed with auth, so that scripts for the Ably CLI run unchanged.',
  ].join('\n\n');
}

function example([text, line]) {
  const whole = line.includes(PROGRAM) ? line : `${PROGRAM} ${line}`;
  return text === undefined ? `  $ ${whole}` : `  ${text}:\n\n    $ ${whole}`;
}

function flagWords(name, { short, value, negatable }) {
  return `${short ? `-${short}, ` : '    '}--${negatable ? '[no-]' : ''}${name}${value ? `=${value}` : ''}`;
}

const WIDTH = 100;
const MAX_FIRST_COLUMN_WIDTH = 34;

/** Lays out two columns. A long first cell moves the second one to the next line. */
function columns(rows) {
  const first = Math.min(MAX_FIRST_COLUMN_WIDTH, Math.max(...rows.map(([word]) => word.length)));
  const indent = ' '.repeat(first + 4);
  return rows
    .map(([word, text]) => {
      const lines = wrapped(text, WIDTH - first - 4);
      const fits = word.length <= first;
      return [`  ${fits ? word.padEnd(first + 2) + lines.shift() : word}`, ...lines.map((line) => indent + line)].join(
        '\n',
      );
    })
    .join('\n');
}

function wrapped(text, width) {
  const lines = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
