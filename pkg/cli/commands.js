// All commands by name. Each is imported only when it runs, because a short run spends most of its time importing.

export const VERSION_FLAGS = ['--version', 'version'];

const OWN = {
  'issue-jwt-token': ['Create an Ably JWT with specified capabilities', () => import('./issue-jwt-token.js')],
  'issue-ably-token': ['Create an Ably token, which only Ably can read', () => import('./issue-ably-token.js')],
  'revoke-token': ['Revoke tokens by client ID, revocation key or channel', () => import('./revoke-token.js')],
  kick: ['Disconnect clients by client ID, revocation key or channel', () => import('./kick.js')],
  refresh: ['Ask clients to renew tokens by client ID, revocation key or channel', () => import('./refresh.js')],
  'keys rotate': ['Create the successor of a key, and revoke the old key later', () => import('./keys-rotate.js')],
  'verify-token': ['Check the signature and expiry of an Ably JWT', () => import('./verify-token.js')],
  'decode-token': ['Show the contents of a token, without checking its signature', () => import('./decode-token.js')],
  'check-capability': [
    'Check a capability for errors, or whether it allows an operation',
    () => import('./check-capability.js'),
  ],
  doctor: ['Examine a token endpoint, a token or a key, and say what to fix', () => import('./doctor.js')],
  'explain-error': ['Explain an Ably error, and with a token the reason for it', () => import('./explain-error.js')],
  'access-token': ["Show an access token's owner, expiry and capabilities", () => import('./access-token.js')],
  'access-token create': ['Create an access token, in the sandbox', () => import('./access-token-create.js')],
  'access-token list': ['List the access tokens, in the sandbox', () => import('./access-token-list.js')],
  'access-token rotate': ['Give an access token a new value, in the sandbox', () => import('./access-token-rotate.js')],
  'access-token revoke': ['Revoke an access token, in the sandbox', () => import('./access-token-revoke.js')],
  'channels publish': ['Publish a message to a channel', () => import('./channels-publish.js')],
  'channels subscribe': ['Subscribe to messages on channels', () => import('./channels-subscribe.js')],
  sandbox: ['Run a local Ably sandbox, without an account', () => import('./sandbox.js')],
  test: ['Test what your capabilities allow and deny', () => import('./test.js')],
  diff: ['Compare two capabilities by what they allow', () => import('./diff.js')],
  completion: ['Print a shell completion script', () => import('./completion.js')],
};

/** The topic under which the Ably CLI has the commands for tokens and keys. */
export const AUTH = 'auth';

/** First words of the commands generated from the Control API table. */
const CONTROL = ['apps', 'keys', 'integrations', 'queues', 'stats'];

/**
 * @returns {Promise<{ command?: object, name: string, rest: string[] }>} without `command`, `name` is a topic such as
 *   `apps`, or empty
 */
export async function findCommand(given) {
  const args = plain(given);
  const end = args.findIndex((arg) => arg.startsWith('-'));
  const words = end === -1 ? args : args.slice(0, end);
  const found = (name, command) => ({ command, name, rest: args.slice(name === '' ? 0 : name.split(' ').length) });

  const own = longest(words, (name) => Object.hasOwn(OWN, name));
  if (own !== undefined) return found(own, (await OWN[own][1]()).command);
  if (CONTROL.includes(words[0])) {
    const { controlCommand, KNOWN_NAMES } = await import('./control-commands.js');
    const name = longest(words, (it) => KNOWN_NAMES.includes(it));
    if (name !== undefined) return found(name, controlCommand(name));
  }
  if (words[0] === AUTH && words.length === 1) return found(AUTH);
  const names = await allNames();
  return found(longest(words, (it) => names.some((name) => name.startsWith(`${it} `))) ?? '');
}

/**
 * Splits `auth:issue-jwt-token` at the colon, drops `auth`, and makes `--help` of `help`, for compatibility with the Ably
 * CLI. `auth` alone is a topic.
 */
function plain(args) {
  const [first, ...rest] = args;
  const words = /^[a-z-]+(:[a-z-]+)+$/.test(first ?? '') ? [...first.split(':'), ...rest] : args;
  if (first === 'help') return plain([...rest.filter((word) => !/^(-h|--help)$/.test(word)), '--help']);
  return words[0] === 'auth' && isWord(words[1]) ? words.slice(1) : words;
}

const isWord = (text) => text !== undefined && !text.startsWith('-');

/** [name, summary] of each command, in the order of the help. */
export async function summaries() {
  const { CONTROL_NAMES, controlCommand } = await import('./control-commands.js');
  const own = Object.entries(OWN).map(([name, [summary]]) => [name, summary]);
  return [...own, ...CONTROL_NAMES.map((name) => [name, controlCommand(name).summary])];
}

/** All names by which a command is found. */
export async function allNames() {
  const { KNOWN_NAMES } = await import('./control-commands.js');
  return [...Object.keys(OWN), ...KNOWN_NAMES];
}

/** All commands by name, fully loaded. */
export async function everyCommand() {
  const { CONTROL_NAMES, controlCommand } = await import('./control-commands.js');
  const own = await Promise.all(Object.entries(OWN).map(async ([name, [, load]]) => [name, (await load()).command]));
  return new Map([...own, ...CONTROL_NAMES.map((name) => [name, controlCommand(name)])]);
}

function longest(words, isName) {
  for (let count = Math.min(3, words.length); count > 0; count--) {
    const name = words.slice(0, count).join(' ');
    if (isName(name)) return name;
  }
  return undefined;
}
