// issue-ably-token: compatible with `ably auth issue-ably-token`. The token is Ably's own, which nobody can read, so it may
// have a capability that is too large or too private for a JWT.
import { capabilityFailure } from './capability-report.js';
import { requestToken } from './api.js';
import { KEY_FLAGS, keySource } from './credentials.js';
import { clientIdOf, EVERYTHING, TOKEN_FLAGS } from './issue-jwt-token.js';

export const command = {
  summary: 'Create an Ably token, which only Ably can read',
  record: 'auth issue-ably-token',
  flags: {
    app: KEY_FLAGS.app,
    ...TOKEN_FLAGS,
    ttl: {
      value: 'SECONDS',
      duration: true,
      text: 'The TTL of the token in seconds, or such as 90s, 60m, 1h. Defaults to 3600',
    },
    key: KEY_FLAGS.key,
  },
  notes:
    'Signs a token request and exchanges it at Ably. The key is not sent. Use it for a capability that is too large for a JWT.',
  examples: [
    ['A token with full capability', 'issue-ably-token'],
    [
      'Several channels, and a TTL',
      `issue-ably-token --capability '{"chat:*":["publish","subscribe"], "status:*":["subscribe"]}' --ttl 3600`,
    ],
    ['Without a client ID', 'issue-ably-token --client-id none'],
    ['A large capability from a file', 'issue-ably-token --capability @capability.json'],
    [
      'Issue a token and publish with it',
      'ABLY_TOKEN="$(ably-edge-auth issue-ably-token --token-only)" ably-edge-auth channels publish my-channel "Hello"',
    ],
    ['Machine-readable output', 'issue-ably-token --json'],
  ],
  run,
};

const DEFAULT_TTL_SECONDS = 3_600;

async function run(context) {
  const { values, output, input } = context;
  const { source, network } = await keySource(context, { comparesStored: true });
  const capability = await input.text('--capability', values.capability ?? EVERYTHING);
  // Ably's default for no client id is any client id, so "none" leaves it out.
  const clientId = clientIdOf(values['client-id']) ?? undefined;
  const ttlSeconds = values.ttl ?? DEFAULT_TTL_SECONDS;
  let details;
  try {
    details = await requestToken({ ...source, ...network, capability, clientId, ttlSeconds });
  } catch (error) {
    const typed = { flag: '--capability', given: values.capability ?? EVERYTHING };
    throw capabilityFailure(error, capability, {}, typed);
  }
  show(output, values, ttlSeconds, details);
}

function show(output, values, ttlSeconds, { token, issued, expires, capability, clientId }) {
  output.reveal(token);
  if (values['token-only']) {
    if (output.json === undefined) output.print(token);
    else output.result({ token: { value: token } });
    return;
  }
  const [issuedAt, expiresAt] = [issued, expires].map((ms) => new Date(ms).toISOString());
  if (output.json !== undefined)
    return output.result({
      token: { value: token, issuedAt, expiresAt, ...(clientId !== undefined && { clientId }), capability },
    });
  output.print(`${output.paint('green', '✓')} Ably token generated.`);
  output.field('Token', token);
  output.field('Type', 'Ably');
  output.field('Issued', issuedAt);
  output.field('Expires', expiresAt);
  output.field('TTL', `${ttlSeconds} seconds`);
  if (clientId !== undefined) output.field('Client ID', clientId);
  output.field('Capability', capability);
}
