// The credential for an operation on channels: ABLY_TOKEN, a key, or an access token that finds a key.
import { keySource, networkOf } from './credentials.js';
import { Failure } from './failure.js';
import { findApp } from './find-app.js';
import { echoed } from './redact.js';

/** @returns {Promise<{ token?: string, key?: string, network: object }>} */
export async function channelCredential(context, operation, channels) {
  const { env, output, values } = context;
  if (values.key === undefined && env.ABLY_TOKEN) {
    output.verbose('Token: from ABLY_TOKEN');
    return { token: headerText('ABLY_TOKEN', env.ABLY_TOKEN), network: networkOf(context) };
  }
  const { source, network } = await keySource(context);
  if (source.key !== undefined) {
    const { createTokenRequest } = await import('./api.js');
    createTokenRequest({ key: source.key }); // rejects a malformed key before it is sent anywhere
    return { key: source.key, network };
  }
  const { capabilityAllows, createControlClient } = await import('./api.js');
  const control = createControlClient({ accessToken: source.accessToken, ...network });
  const keys = await control.keys.list((await findApp(source.app, control)).id);
  const isEnough = ({ capability = {} }) =>
    channels.every((channel) => capabilityAllows(capability, operation, channel));
  const key = keys.find((it) => it.enabled && isEnough(it));
  if (key === undefined)
    throw new Failure(
      `The app ${echoed(source.app)} has no enabled key with permission to ${operation} to ${channels.join(' and ')}`,
    );
  output.verbose(`Key: ${key.keyName}`);
  return { key: key.key, network };
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
