// The Authorization header of channels publish, from ABLY_TOKEN, a key, or an access token that finds a key.
import { keySource, networkOf } from './credentials.js';
import { Failure } from './failure.js';
import { findApp } from './find-app.js';
import { echoed } from './redact.js';
import { basic } from './rest.js';

export async function credential(context, channel) {
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
