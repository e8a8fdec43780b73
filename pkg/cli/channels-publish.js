// channels publish: sends one message over REST.
import { restAddress } from './address.js';
import { KEY_FLAGS, keySource, networkOf } from './credentials.js';
import { Failure } from './failure.js';
import { findApp } from './find-app.js';
import { echoed } from './redact.js';
import { ask, basic } from './rest.js';

export const command = {
  summary: 'Publish a message to a channel',
  args: [
    { name: 'CHANNEL', required: true, text: 'The channel to publish to' },
    { name: 'MESSAGE', required: true, text: 'The data as text or JSON, or a JSON object with name, data and extras' },
  ],
  flags: {
    app: KEY_FLAGS.app,
    name: { value: 'EVENT', text: 'The event name. Overrides the name in the message' },
    encoding: { value: 'ENCODING', text: 'The encoding of the data' },
    key: KEY_FLAGS.key,
  },
  notes: 'Authenticates with the token in ABLY_TOKEN if it is set, and with the key otherwise.',
  examples: [
    ['Text', 'channels publish my-channel "Hello"'],
    [
      'With a token',
      'ABLY_TOKEN="$(ably-edge-auth issue-jwt-token --token-only)" ably-edge-auth channels publish my-channel "Hello"',
    ],
    ['JSON', `channels publish my-channel '{"name":"event","data":{"text":"Hello"}}'`],
  ],
  run,
};

async function run(context) {
  const { positionals, output, values } = context;
  const [channel, text] = positionals;
  const { authorization, network } = await credential(context, channel);
  const message = messageOf(text, values);
  const url = `${restAddress(network.endpoint)}/channels/${encodeURIComponent(channel)}/messages`;
  const answer = await ask(network, 'POST', url, { authorization, body: message });
  if (output.json !== undefined) {
    const serial = answer?.serials?.[0];
    output.result({ message: { channel, ...message, ...(serial && { serial }) } });
  }
  output.success(`Message published to channel: ${channel}.`);
}

async function credential(context, channel) {
  const { env, output, values } = context;
  if (values.key === undefined && env.ABLY_TOKEN) {
    output.verbose('Token: from ABLY_TOKEN');
    return { authorization: `Bearer ${headerText('ABLY_TOKEN', env.ABLY_TOKEN)}`, network: networkOf(context) };
  }
  const { source, network } = await keySource(context);
  if (source.key !== undefined) {
    const { createTokenRequest } = await import('./api.js');
    createTokenRequest({ key: source.key }); // rejects a malformed key before it is sent anywhere
    return { authorization: basic(source.key), network };
  }
  const { capabilityAllows, createControlClient } = await import('./api.js');
  const control = createControlClient({ accessToken: source.accessToken, ...network });
  const keys = await control.keys.list((await findApp(source.app, control)).id);
  const key = keys.find(({ enabled, capability = {} }) => enabled && capabilityAllows(capability, 'publish', channel));
  if (key === undefined)
    throw new Failure(`The app ${echoed(source.app)} has no enabled key with permission to publish to ${channel}`);
  output.verbose(`Key: ${key.keyName}`);
  return { authorization: basic(key.key), network };
}

/**
 * Rejects a value that a header cannot carry, because fetch would repeat it in its error, and a value that is clearly not
 * a token, so that it is never sent.
 */
function headerText(name, value) {
  if (!/^[\x21-\x7e]+$/.test(value))
    throw new Failure(`${name} is not a token: it contains white space, a line break or a non-ASCII character`);
  if (/^(undefined|null)$/.test(value))
    throw new Failure(`${name} is the text "${value}"`, {
      hint: 'Check the program that sets the variable: it converted a missing value to text.',
    });
  if (/["'`{}[\]]/.test(value))
    throw new Failure(`${name} has quotation marks or JSON around the token`, { hint: 'Set it to the token alone.' });
  if (/:|%3a/i.test(value))
    throw new Failure(`${name} is an API key, not a token`, {
      hint: 'Unset ABLY_TOKEN, and set ABLY_API_KEY instead.',
    });
  return value;
}

/** Reads the message as the Ably CLI does: an object provides name, data and extras; any other JSON is the data. */
function messageOf(text, { name, encoding }) {
  const message = {};
  const put = (field, value) => value !== undefined && (message[field] = value);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    value = text;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    put('name', name);
    // REST data is text or a JSON object or array, so a number is sent as typed.
    put('data', Array.isArray(value) ? value : text);
  } else {
    const { name: own, data, extras, ...rest } = value;
    put('name', name ?? own);
    put('data', data ?? (Object.keys(rest).length > 0 ? rest : undefined));
    put('extras', extras);
  }
  put('encoding', encoding);
  return encoded(message);
}

/** Sends data other than text as JSON text, with the encoding `json`. */
function encoded(message) {
  const { data, encoding } = message;
  if (data === undefined || typeof data === 'string') return message;
  return { ...message, data: JSON.stringify(data), encoding: encoding === undefined ? 'json' : `json/${encoding}` };
}
