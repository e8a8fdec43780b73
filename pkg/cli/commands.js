// Every command by its name, each loaded only when it is run: most of the time of a short run is loading.

export const VERSION_FLAGS = ['--version', 'version'];

const OWN = {
  'issue-jwt-token': ['Create an Ably JWT with specified capabilities', () => import('./issue-jwt-token.js')],
  'revoke-token': ['Revoke tokens by client ID, revocation key or channel', () => import('./revoke-token.js')],
  'verify-token': ['Check the signature and the times of an Ably JWT', () => import('./verify-token.js')],
  'decode-token': ['Show what a token says, without checking who signed it', () => import('./decode-token.js')],
  'check-capability': [
    'Find what is wrong with a capability, or ask what it allows',
    () => import('./check-capability.js'),
  ],
  'access-token': ['Show whose access token this is, and what it may do', () => import('./access-token.js')],
  'access-token create': ['Create an access token, in the sandbox', () => import('./access-token-create.js')],
  'access-token list': ['List the access tokens, in the sandbox', () => import('./access-token-list.js')],
  'access-token rotate': ['Give an access token a new value, in the sandbox', () => import('./access-token-rotate.js')],
  'access-token revoke': ['Revoke an access token, in the sandbox', () => import('./access-token-revoke.js')],
  'channels publish': ['Publish a message to a channel', () => import('./channels-publish.js')],
  sandbox: ['Serve an embedded Ably on this machine, with no account', () => import('./sandbox.js')],
  completion: ['Print a script that completes commands and flags in a shell', () => import('./completion.js')],
};

/** First words of what is made from the table of the Control API's operations. */
const CONTROL = ['apps', 'keys', 'integrations', 'queues', 'stats'];

/**
 * @returns {Promise<{ command?: object, name: string, rest: string[] }>} without a command: `name` is a topic,
 *   such as `apps`, or empty
 */
export async function findCommand(given) {
  const args = plain(given);
  const end = args.findIndex((arg) => arg.startsWith('-'));
  const words = end === -1 ? args : args.slice(0, end);
  const found = (name, command) => ({ command, name, rest: args.slice(name === '' ? 0 : name.split(' ').length) });

  const own = longest(words, (name) => Object.hasOwn(OWN, name));
  if (own !== undefined) return found(own, (await OWN[own][1]()).command);
  if (CONTROL.includes(words[0])) {
    const { controlCommand, CONTROL_NAMES } = await import('./control-commands.js');
    const name = longest(words, (it) => CONTROL_NAMES.includes(it));
    if (name !== undefined) return found(name, controlCommand(name));
  }
  const names = await allNames();
  return found(longest(words, (it) => names.some((name) => name.startsWith(`${it} `))) ?? '');
}

/** `auth:issue-jwt-token` is two words, as in the Ably CLI; and `auth` goes before all of these there. */
function plain(args) {
  const [first, ...rest] = args;
  const words = /^[a-z-]+(:[a-z-]+)+$/.test(first ?? '') ? [...first.split(':'), ...rest] : args;
  return words[0] === 'auth' ? words.slice(1) : words;
}

/** [name, summary] of each, in the order of the help. */
export async function summaries() {
  const { CONTROL_NAMES, controlCommand } = await import('./control-commands.js');
  const own = Object.entries(OWN).map(([name, [summary]]) => [name, summary]);
  return [...own, ...CONTROL_NAMES.map((name) => [name, controlCommand(name).summary])];
}

export async function allNames() {
  return (await summaries()).map(([name]) => name);
}

/** Each with all that its help says. */
export async function everyCommand() {
  const { CONTROL_NAMES, controlCommand } = await import('./control-commands.js');
  const own = await Promise.all(Object.entries(OWN).map(async ([name, [, load]]) => [name, (await load()).command]));
  return new Map([...own, ...CONTROL_NAMES.map((name) => [name, controlCommand(name)])]);
}

/** As the Ably CLI has it, whose commands under `auth` are these. */
export function shownName(name) {
  return name.startsWith('keys ') || name === 'keys' ? `auth ${name}` : name;
}

function longest(words, isName) {
  for (let count = Math.min(3, words.length); count > 0; count--) {
    const name = words.slice(0, count).join(' ');
    if (isName(name)) return name;
  }
  return undefined;
}
