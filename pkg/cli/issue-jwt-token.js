// issue-jwt-token: compatible with `ably auth issue-jwt-token`, but rejects invalid input that the Ably CLI would sign.
import { issueJwt } from '../lib/issue.js';
import { randomHex } from '../lib/input/options.js';
import { KEY_FLAGS, keySource } from './credentials.js';
import { misuse } from './failure.js';
import './start.js';

export const EVERYTHING = '{"*":["*"]}';
const PRODUCTS = ['chat-room', 'space', 'ai-conversation'];

/** The flags that issue-ably-token has too. */
export const TOKEN_FLAGS = {
  capability: {
    value: 'JSON',
    text: `The capability of the token: JSON, @file, or - for stdin. Defaults to '${EVERYTHING}'`,
  },
  'client-id': {
    value: 'ID',
    text: 'The client ID of the token, or "none". Defaults to ably-cli- and 8 random characters',
  },
  'token-only': { text: 'Print only the token' },
};

export const command = {
  summary: 'Create an Ably JWT with specified capabilities',
  record: 'auth issue-jwt-token',
  flags: {
    app: KEY_FLAGS.app,
    ...TOKEN_FLAGS,
    'chat-room': {
      value: 'ROOM=FEATURES',
      multiple: true,
      completesList: 'chat-room',
      text: 'Grant features of a Chat room, such as support:7=send,receive. Can be repeated, and adds to --capability',
    },
    space: {
      value: 'SPACE=FEATURES',
      multiple: true,
      completesList: 'space',
      text: 'Grant features of a space, such as board=members,cursors. Can be repeated',
    },
    'ai-conversation': {
      value: 'NAME=FEATURES',
      multiple: true,
      completesList: 'ai-conversation',
      text: 'Grant features of an AI Transport conversation, such as conversations:c1=use. Can be repeated',
    },
    ttl: {
      value: 'SECONDS',
      duration: true,
      text: 'The TTL of the token in seconds, or such as 90s, 60m, 1h: at most a day, or an hour if the key has revocable tokens. Defaults to 3600',
    },
    'revocation-key': { value: 'GROUP', text: 'The group by which the token can be revoked' },
    claim: { value: 'NAME=JSON', multiple: true, text: 'An additional claim. Can be repeated' },
    'channel-claim': {
      value: 'CHANNEL=TEXT',
      multiple: true,
      text: 'Trusted text about the client, for a channel or pattern. Can be repeated',
    },
    'rate-limit': {
      value: 'CHANNEL=NUMBER',
      multiple: true,
      text: 'Messages per second and connection, for a channel or pattern. Can be repeated',
    },
    revocable: { text: 'Reject a TTL over an hour, as Ably does if the key has revocable tokens' },
    key: KEY_FLAGS.key,
  },
  examples: [
    ['A token with full capability', 'issue-jwt-token'],
    ['A token for one channel', `issue-jwt-token --capability '{"my-channel":["publish","subscribe"]}'`],
    ['Only the token', 'issue-jwt-token --token-only'],
    [
      'Several channels, and a TTL',
      `issue-jwt-token --capability '{"chat:*":["publish","subscribe"], "status:*":["subscribe"]}' --ttl 3600`,
    ],
    ['Features of a Chat room', 'issue-jwt-token --chat-room support:7=send,receive,typing --client-id ada'],
    ['A client ID, and a TTL of a day', 'issue-jwt-token --client-id client123 --ttl 86400'],
    ['A token that can be revoked as part of a group', 'issue-jwt-token --revocation-key group1'],
    [
      'Issue a token and publish with it',
      'ABLY_TOKEN="$(ably-edge-auth issue-jwt-token --token-only)" ably-edge-auth channels publish my-channel "Hello"',
    ],
    ['Machine-readable output', 'issue-jwt-token --json'],
  ],
  takesFeatures: true,
  run,
};

async function run(context) {
  const { values, output, input } = context;
  const { source, network } = await keySource(context, { comparesStored: true });
  const { capability, notes } = await capabilityOf(values, input);
  const options = {
    ...source,
    ...('accessToken' in source && network),
    capability,
    jwtId: true,
    clientId: clientIdOf(values['client-id']),
    ttlSeconds: values.ttl,
    revocationKey: values['revocation-key'],
    ...(values.revocable && { revocable: true }),
    claims: pairs('--claim', values.claim, parsed),
    channelClaims: pairs('--channel-claim', values['channel-claim'], (text) => text),
    publishRateLimits: pairs('--rate-limit', values['rate-limit'], number),
  };
  let issued;
  try {
    issued = await issueJwt(options);
  } catch (error) {
    const { capabilityFailure } = await import('./capability-report.js');
    const source = { flag: '--capability', given: values.capability ?? EVERYTHING };
    throw capabilityFailure(error, capability, { clientId: options.clientId }, source);
  }
  if (issued.warnings.length > 0) {
    const { diagnosticMarker, warnOf } = await import('./capability-report.js');
    const mark = diagnosticMarker(capability);
    for (const warning of issued.warnings) warnOf(output, mark, warning);
  }
  const isIdentified = options.clientId !== null && options.clientId !== '*';
  for (const { code, message } of notes) if (code !== 'unidentified' || !isIdentified) output.note(`Note: ${message}`);
  show(output, values, issued);
}

/** The capability that the flags ask for, and what to know about it. */
async function capabilityOf(values, input) {
  const isOfProducts = PRODUCTS.some((flag) => values[flag] !== undefined);
  const text =
    isOfProducts && values.capability === undefined
      ? undefined
      : await input.text('--capability', values.capability ?? EVERYTHING);
  if (!isOfProducts) return { capability: text, notes: [] };
  const { grant } = await import('./products.js');
  if (text === undefined) return grant(values, {});
  const { readCapability } = await import('./capability-report.js');
  return grant(values, readCapability(text, { flag: '--capability', given: values.capability }));
}

export function clientIdOf(given) {
  if (given === undefined || given === '') return `ably-cli-${randomHex(4)}`;
  return given.toLowerCase() === 'none' ? null : given;
}

/** Collects `name=value` flags into an object; undefined if there are none. */
function pairs(flag, given, read) {
  if (given === undefined) return undefined;
  const entries = given.map((text) => {
    const at = text.indexOf('=');
    if (at < 1)
      throw misuse(
        `${flag} has no name before an equals sign`,
        `Write ${flag} ${flag === '--claim' ? 'name=json' : 'channel=value'}.`,
      );
    return [text.slice(0, at), read(text.slice(at + 1), `${flag} ${text.slice(0, at)}`)];
  });
  const names = new Set();
  const twice = entries.find(([name]) => names.size === names.add(name).size);
  if (twice !== undefined) throw misuse(`${flag} ${twice[0]} is given twice`, 'Give it once.');
  return Object.fromEntries(entries);
}

function parsed(text, what) {
  try {
    return JSON.parse(text);
  } catch {
    throw misuse(`${what} is not JSON`, `Put a text in quotation marks: '"text"'.`);
  }
}

function number(text, what) {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw misuse(`${what} is not a number`);
  return value;
}

function show(output, values, { token, keyName, appId, issued, expires, capability, clientId, ttlSeconds }) {
  const asObject = JSON.parse(capability);
  output.reveal(token);
  if (values['token-only']) {
    if (output.json === undefined) output.print(token);
    else output.result({ token: { value: token } });
    return;
  }
  const [from, until] = [issued, expires].map((ms) => new Date(ms).toISOString());
  if (output.json !== undefined) {
    const fields = {
      appId,
      capability: asObject,
      clientId,
      expires: until,
      issued: from,
      keyId: keyName,
      tokenType: 'jwt',
      ttl: ttlSeconds,
      value: token,
    };
    return output.result({ token: fields });
  }
  output.print(`${output.paint('green', '✓')} Ably JWT token generated.`);
  output.field('Token', token);
  output.field('Type', 'JWT');
  output.field('Issued', from);
  output.field('Expires', until);
  output.field('TTL', `${ttlSeconds} seconds`);
  output.field('App ID', appId);
  output.field('Key ID', keyName);
  if (clientId !== undefined) output.field('Client ID', clientId);
  if (values['revocation-key'] !== undefined) output.field('Revocation Key', values['revocation-key']);
  output.field('Capability', capability);
}
