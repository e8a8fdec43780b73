// Generates the output of --help from the command definitions.
import { AUTH, summaries } from './commands.js';
import { COMMON } from './flags.js';
import { shownName } from './shown-name.js';

const PROGRAM = 'ably-edge-auth';
/** Where there is no window, such as in a pipe. */
const DEFAULT_WIDTH = 100;

/**
 * The help of one command.
 * @param {number} width of the window, in columns
 */
export async function commandHelp(command, name, width = DEFAULT_WIDTH) {
  const { summary, args = [], flags = {}, examples = [], notes, takesFeatures } = command;
  const usage = [
    PROGRAM,
    shownName(name),
    ...args.map((arg) => `${arg.required ? arg.name : `[${arg.name}]`}${arg.multiple ? '...' : ''}`),
    '[FLAGS]',
  ].join(' ');
  const sections = [paragraph(summary, width), `USAGE\n  $ ${usage}`];
  if (args.length > 0)
    sections.push(
      `ARGUMENTS\n${columns(
        args.map(({ name: word, text }) => [word, text]),
        width,
      )}`,
    );
  const rows = Object.entries({ ...flags, ...COMMON }).map(([flag, of]) => [flagWords(flag, of), of.text]);
  sections.push(`FLAGS\n${columns(rows, width)}`);
  if (takesFeatures) sections.push(`FEATURES\n${columns(await featureRows(), width)}`);
  if (notes !== undefined) sections.push(paragraph(notes, width));
  if (examples.length > 0) sections.push(`EXAMPLES\n${examples.map((one) => example(one, width)).join('\n\n')}`);
  return sections.join('\n\n');
}

/** The features, by the flag that takes them. */
async function featureRows() {
  const { FEATURES } = await import('./products.js');
  return Object.entries(FEATURES).map(([flag, features]) => [`--${flag}`, features.join(', ')]);
}

/** The help of all commands, or of those that begin with `topic`. */
export async function topicHelp(topic, width = DEFAULT_WIDTH) {
  const all = await summaries();
  const under = all.filter(([name]) => isUnder(topic, name));
  if (topic !== '') {
    const rows = under.map(([name, summary]) => [nameUnder(topic, name), summary]);
    return `USAGE\n  $ ${PROGRAM} ${shownName(topic)} COMMAND\n\nCOMMANDS\n${columns(rows, width)}`;
  }
  const rows = under.map(([name, summary]) => [shownName(name), summary]);
  return [
    paragraph('Issue, verify and revoke Ably tokens, check capabilities, and manage apps and keys.', width),
    `USAGE\n  $ ${PROGRAM} COMMAND [FLAGS]\n  $ ${PROGRAM} COMMAND --help\n  $ ${PROGRAM} help COMMAND`,
    `COMMANDS\n${columns(rows, width)}`,
    `ENVIRONMENT\n${columns(ENVIRONMENT, width)}`,
    `EXAMPLES\n${EXAMPLES.map((one) => example(one, width)).join('\n\n')}`,
    paragraph('A command may be prefixed with auth, so that scripts for the Ably CLI run unchanged.', width),
  ].join('\n\n');
}

const ENVIRONMENT = [
  ['ABLY_API_KEY', 'The API key, as appId.keyId:secret'],
  ['ABLY_ACCESS_TOKEN', 'An access token, used to look up apps and their keys'],
  ['ABLY_APP_ID', 'The app, as with --app'],
  ['ABLY_TOKEN', 'The token for channels publish, verify-token and decode-token'],
  ['ABLY_ENDPOINT', 'The Ably endpoint: a name, a host, or the address of a sandbox'],
  ['ABLY_CONTROL_HOST', "The Control API host, if it is not Ably's"],
  [
    'ABLY_PLAIN_HTTP_HOST',
    'A host other than loopback that may be spoken to without encryption, such as a sandbox at 192.168.1.5:8585',
  ],
  [
    'ABLY_CLI_CONFIG_DIR',
    "The folder of the Ably CLI's configuration, which is read but never changed. Defaults to ~/.ably",
  ],
  ['NO_COLOR', 'Turns off colours'],
];

const EXAMPLES = [
  [
    'Issue a token and publish with it',
    `ABLY_TOKEN="$(${PROGRAM} issue-jwt-token --token-only)" ${PROGRAM} channels publish my-channel "Hello"`,
  ],
  ['Revoke all tokens of a client ID', 'revoke-token --client-id "userClientId"'],
  ['Run a local Ably sandbox, without an account', 'sandbox'],
];

/** `auth` has the commands that the Ably CLI has there, and ours beside them. */
function isUnder(topic, name) {
  if (topic === AUTH) return /^keys |-token$|^check-capability$/.test(name) && name !== 'access-token';
  return topic === '' || name.startsWith(`${asListed(topic)} `);
}

function nameUnder(topic, name) {
  return topic === AUTH ? `auth ${name}` : shownName(name.replace(asListed(topic), topic));
}

/** `apps rules` is another name of `apps channel-rules`, under which its commands are listed. */
const asListed = (topic) => topic.replace(/^apps rules$/, 'apps channel-rules');

/** The line itself is not wrapped: it is there to be copied. */
function example([text, line], width) {
  const whole = line.includes(PROGRAM) ? line : `${PROGRAM} ${line}`;
  if (text === undefined) return `  $ ${whole}`;
  const caption = wrapped(`${text}:`, width - 2).map((part) => `  ${part}`);
  return `${caption.join('\n')}\n\n    $ ${whole}`;
}

function flagWords(name, { short, value, negatable }) {
  return `${short ? `-${short}, ` : '    '}--${negatable ? '[no-]' : ''}${name}${value ? `=${value}` : ''}`;
}

const MAX_FIRST_COLUMN_WIDTH = 34;
/** In a narrower window, the text is below the word. */
const MIN_WIDTH_OF_TWO_COLUMNS = 60;
const STACKED_INDENT = 6;

/** Lays out two columns. A long first cell moves the second one to the next line. */
function columns(rows, width) {
  const longest = Math.min(MAX_FIRST_COLUMN_WIDTH, Math.max(...rows.map(([word]) => word.length)));
  const first = width < MIN_WIDTH_OF_TWO_COLUMNS ? 0 : longest;
  const indent = ' '.repeat(first === 0 ? STACKED_INDENT : first + 4);
  return rows
    .map(([word, text]) => {
      const lines = wrapped(text, width - indent.length);
      const fits = word.length <= first;
      return [`  ${fits ? word.padEnd(first + 2) + lines.shift() : word}`, ...lines.map((line) => indent + line)].join(
        '\n',
      );
    })
    .join('\n');
}

/** Wraps each line of a text by itself. */
function paragraph(text, width) {
  return text
    .split('\n')
    .flatMap((line) => wrapped(line, width))
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
