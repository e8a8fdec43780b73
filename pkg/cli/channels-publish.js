// channels publish: sends messages over REST, with the flags and the output of the Ably CLI.
import { restAddress } from './address.js';
import { channelCredential } from './channel-credential.js';
import { KEY_FLAGS } from './credentials.js';
import { misuse } from './failure.js';
import { messageOf } from './publish-message.js';
import { ask, basic } from './rest.js';

export const command = {
  summary: 'Publish a message to a channel',
  args: [
    { name: 'CHANNEL', required: true, text: 'The channel to publish to' },
    { name: 'MESSAGE', required: true, text: 'The data as text or JSON, or a JSON object with name, data and extras' },
  ],
  flags: {
    app: KEY_FLAGS.app,
    name: { short: 'n', value: 'EVENT', text: 'The event name. Overrides the name in the message' },
    encoding: { short: 'e', value: 'ENCODING', text: 'The encoding of the data' },
    'client-id': {
      value: 'ID',
      text: 'The client ID of the messages, or "none". With a token, one that the token has. Defaults to none',
    },
    count: { short: 'c', value: 'NUMBER', number: true, text: 'How many messages to publish. Defaults to 1' },
    delay: {
      short: 'd',
      value: 'MS',
      number: true,
      text: 'How long to wait between messages, in ms. Defaults to 40',
    },
    transport: {
      value: 'TRANSPORT',
      choices: ['rest', 'realtime'],
      text: 'Only rest is available here, which is the default',
    },
    key: KEY_FLAGS.key,
  },
  notes: [
    'Authenticates with the token in ABLY_TOKEN if it is set, and with the key otherwise.',
    '{{.Count}} in the message is its number, {{.Timestamp}} the time in ms since 1970.',
  ].join('\n'),
  examples: [
    ['Text', 'channels publish my-channel "Hello"'],
    [
      'With a token',
      'ABLY_TOKEN="$(ably-edge-auth issue-jwt-token --token-only)" ably-edge-auth channels publish my-channel "Hello"',
    ],
    ['JSON', `channels publish my-channel '{"name":"event","data":{"text":"Hello"}}'`],
    ['Five messages', 'channels publish --count 5 my-channel "Message number {{.Count}}"'],
  ],
  run,
};

const DEFAULT_DELAY_MS = 40;

async function run(context) {
  const { positionals, output, values, signal } = context;
  const [channel, text] = positionals;
  const { count = 1, delay = DEFAULT_DELAY_MS } = values;
  if (count < 1) throw misuse('--count is below 1');
  if (delay < 0) throw misuse('--delay is below 0');
  if (values.transport === 'realtime')
    throw misuse(
      'This command has no realtime transport',
      'Use --transport rest. Messages are sent one after the other, so they keep their order.',
    );
  const { token, key, network } = await channelCredential(context, 'publish', [channel]);
  const authorization = token === undefined ? basic(key) : `Bearer ${token}`;
  const url = `${restAddress(network.endpoint)}/channels/${encodeURIComponent(channel)}/messages`;
  const results = [];
  for (let index = 1; index <= count; index++) {
    if (index > 1 && delay > 0) await wait(delay, signal);
    const { shown, sent } = messageOf(text, values, index);
    try {
      const answer = await ask(network, 'POST', url, { authorization, body: sent });
      const serial = answer?.serials?.[0];
      results.push({ index, message: shown, success: true, ...(serial && { serial }) });
      if (count > 1) showOne(output, `Message ${index} published to channel: ${channel}.`, serial);
    } catch (error) {
      if (count === 1 || signal?.aborted) throw error;
      const { message, code, statusCode, href } = error;
      results.push({ error: { message, code, statusCode, href }, index, success: false });
      output.warn(`Error publishing message ${index}: ${message}`);
    }
  }
  return show(output, channel, count, results);
}

function show(output, channel, total, results) {
  const published = results.filter(({ success }) => success).length;
  const errors = total - published;
  if (output.json !== undefined)
    output.result({ publish: { errors, published, results, allSucceeded: errors === 0, total, channel } });
  if (total === 1) showOne(output, `Message published to channel: ${channel}.`, results[0].serial);
  else {
    const done = `${published}/${total} messages published to channel: ${channel}${errors > 0 ? ` (${errors} errors)` : ''}.`;
    if (errors === 0) output.success(done);
    else if (output.json === undefined) output.note(`✗ ${done}`);
    else output.failed(done);
  }
  return errors === 0 ? 0 : 1;
}

function showOne(output, text, serial) {
  output.success(text);
  if (serial && output.json === undefined) output.print(`  Serial: ${serial}`);
}

/** An interrupt ends the wait; the next request then reports it. */
function wait(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
