// channels subscribe: shows messages as they arrive, with the flags and the output of the Ably CLI. It says each state of the
// connection and of its channels.
import { restAddress } from './address.js';
import { channelCredential } from './channel-credential.js';
import { KEY_FLAGS } from './credentials.js';
import { ended } from './ended.js';
import { Failure, misuse } from './failure.js';
import { withScheme } from './plain-http.js';
import { showMessage } from './show-message.js';
import { Told } from './show-states.js';
import { version } from './version.js';

export const command = {
  summary: 'Subscribe to messages on channels',
  args: [{ name: 'CHANNEL', required: true, multiple: true, text: 'The channels to subscribe to' }],
  flags: {
    app: KEY_FLAGS.app,
    'client-id': {
      value: 'ID',
      text: 'The client ID of the connection, or "none". With a token, one that the token has. Defaults to none',
    },
    rewind: { value: 'NUMBER', number: true, text: 'How many earlier messages to show first. Defaults to 0' },
    duration: { short: 'D', value: 'SECONDS', number: true, text: 'Stop after this many seconds' },
    cipher: { value: 'KEY', text: 'The key to decrypt messages with, in base64 or hexadecimal' },
    'sequence-numbers': { text: 'Number the messages' },
    key: KEY_FLAGS.key,
  },
  notes: [
    'Connects with the token in ABLY_TOKEN if it is set, and otherwise with tokens that the key signs.',
    'Messages go to stdout, and each state of the connection to stderr.',
    'Tokens that the key signs are renewed, so a revocation disconnects only until the next token.',
  ].join('\n'),
  examples: [
    ['One channel', 'channels subscribe my-channel'],
    ['Several channels', 'channels subscribe my-channel another-channel'],
    ['With the last ten messages', 'channels subscribe --rewind 10 my-channel'],
    ['As a client that another terminal can kick', 'channels subscribe my-channel --client-id ada'],
    ['One line of JSON a message', 'channels subscribe my-channel --json'],
    ['For half a minute', 'channels subscribe my-channel --duration 30'],
  ],
  run,
};

/** setTimeout fires at once for more. */
const MAX_DURATION_S = 2_147_483;

async function run(context) {
  const { positionals, output, values, signal, env } = context;
  const channels = [...new Set(positionals)];
  const { rewind = 0, duration } = values;
  if (rewind < 0) throw misuse('--rewind is below 0');
  if (duration !== undefined && duration < 1) throw misuse('--duration is below 1');
  if (duration > MAX_DURATION_S) throw misuse(`--duration is above ${MAX_DURATION_S}`);
  const decrypt = await decryption(values.cipher, output);
  const credential = await channelCredential(context, 'subscribe', channels);
  const { clientWebSocket } = await import('../node/websocket.js');
  const { RealtimeClient } = await import('../lib/realtime/client.js');
  let count = 0;
  const told = new Told(output, channels);
  const client = new RealtimeClient({
    endpoint: withScheme(restAddress(credential.network.endpoint), env.ABLY_PLAIN_HTTP_HOST),
    WebSocket: await clientWebSocket(),
    agent: `ably-edge-auth/${version}`,
    decrypt,
    ...(await tokensOf(credential, values['client-id'])),
    onEvent(event) {
      if (event.type === 'message') showMessage(output, event, values['sequence-numbers'] ? ++count : undefined);
      else told.event(event);
    },
  });
  for (const channel of channels) client.attach(channel, rewind > 0 ? { rewind: String(rewind) } : undefined);
  client.connect();
  const { code, stop } = ended(signal);
  let timer;
  const over = new Promise((resolve) => {
    if (duration !== undefined) timer = setTimeout(resolve, duration * 1_000, 0);
  });
  try {
    return await Promise.race([told.failed, code, over]);
  } finally {
    stop();
    clearTimeout(timer);
    await client.close();
  }
}

/** How the client gets its tokens: the one that is set, or as many as it needs from the key. */
async function tokensOf({ token, key }, clientId) {
  const isNamed = clientId !== undefined && clientId.toLowerCase() !== 'none';
  if (token !== undefined) return { token, ...(isNamed && { clientId }) };
  const { issueJwtSync } = await import('./api.js');
  const options = { key, capability: { '[*]*': ['*'] }, jwtId: true, ...(isNamed && { clientId }) };
  return { getToken: () => issueJwtSync(options).token };
}

async function decryption(key, output) {
  if (key === undefined) return undefined;
  output.hide(key);
  const { decryptor } = await import('./decrypt.js');
  const decrypt = decryptor(key);
  if (decrypt !== undefined) return decrypt;
  throw new Failure('--cipher is not an AES key', {
    hint: 'Give 16 or 32 bytes in base64 or hexadecimal, as the publisher uses them.',
    exitCode: 2,
  });
}
