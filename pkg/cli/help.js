// What --help shows, made from what the commands say of themselves.
import { shownName, summaries } from './commands.js';
import { COMMON } from './flags.js';

const PROGRAM = 'ably-edge-auth';

/** Of one command. */
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

/** Of all commands, or of those that begin with `topic`. */
export async function topicHelp(topic) {
  const all = await summaries();
  const under = all.filter(([name]) => topic === '' || name.startsWith(`${topic} `));
  const rows = under.map(([name, summary]) => [shownName(name), summary]);
  if (topic !== '') return `USAGE\n  $ ${PROGRAM} ${shownName(topic)} COMMAND\n\nCOMMANDS\n${columns(rows)}`;
  return [
    'Issue, check, explain and revoke Ably tokens; find and change the keys they come from.',
    `USAGE\n  $ ${PROGRAM} COMMAND [FLAGS]\n  $ ${PROGRAM} COMMAND --help`,
    `COMMANDS\n${columns(rows)}`,
    `ENVIRONMENT\n${columns([
      ['ABLY_API_KEY', 'The API key, as appId.keyId:secret'],
      ['ABLY_ACCESS_TOKEN', 'An access token, by which apps and their keys are looked up'],
      ['ABLY_APP_ID', 'The app, as --app'],
      ['ABLY_TOKEN', 'A token: what channels publish uses, and verify-token and decode-token read'],
      ['ABLY_ENDPOINT', 'Where Ably is: an endpoint name, a host, or the address of a sandbox'],
      ['ABLY_CONTROL_HOST', "The Control API, if it is not Ably's own"],
      ['ABLY_CLI_CONFIG_DIR', "The folder of the Ably CLI's configuration, which is read and never written (~/.ably)"],
      ['NO_COLOR', 'No colours'],
    ])}`,
    `EXAMPLES\n${[
      [
        'A token, used at once',
        `ABLY_TOKEN="$(${PROGRAM} issue-jwt-token --token-only)" ${PROGRAM} channels publish my-channel "Hello"`,
      ],
      ['Nobody is this client any longer', 'revoke-token --client-id "userClientId"'],
      ['Ably on this machine, with no account', 'sandbox'],
    ]
      .map(example)
      .join('\n\n')}`,
    'The word auth may go before a command, so that scripts for the Ably CLI run as they are.',
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

/** Two columns; a long first one has the second under it. */
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
