// verify-token: is this token what it says, and may it still be used?
import { KEY_FLAGS, keySource } from './credentials.js';
import { createControlClient, decodeJwt, explainCapability, verifyJwt } from './api.js';
import { readToken, showToken, TOKEN_ARGUMENT, tokenFields } from './token.js';
import { misuse } from './failure.js';
import { findApp } from './find-app.js';
import { sentence } from './capability-report.js';

export const command = {
  summary: 'Check the signature and the times of an Ably JWT',
  record: 'auth verify-token',
  args: [TOKEN_ARGUMENT],
  flags: {
    app: KEY_FLAGS.app,
    can: { value: 'OPERATION', text: 'Ask whether the token may do this, as publish' },
    on: { value: 'CHANNEL', text: 'On which channel' },
    'key-capability': { value: 'JSON', text: 'What the key may do, which narrows the token: JSON, @file, or -' },
    embedded: { text: 'Accept an Ably JWT inside of another JWT' },
    key: KEY_FLAGS.key,
  },
  examples: [
    ['The token in ABLY_TOKEN, with the key in ABLY_API_KEY', 'verify-token'],
    ['A token from a pipe', 'ably-edge-auth issue-jwt-token --token-only | ably-edge-auth verify-token -'],
    ['May it publish?', 'verify-token --can publish --on chat:42'],
  ],
  run,
};

async function run(context) {
  const { values, output, input } = context;
  if ((values.can === undefined) !== (values.on === undefined))
    throw misuse('--can and --on belong together', 'As in --can publish --on chat:42.');
  const token = await readToken(context);
  const given = values['key-capability'];
  const keyCapability = given === undefined ? undefined : await input.text('--key-capability', given);
  // Only to find the key that it names: nothing else is believed before the signature is checked.
  const { keyName, appId } = decodeJwt(token);
  const { source, network } = await keySource(context, { otherwise: appId });
  const verifyWith = source.key === undefined ? await lookUp(source, network, keyName) : { key: source.key };
  const verified = verifyJwt(token, {
    ...verifyWith,
    ...(keyCapability !== undefined && { keyCapability }),
    ...(values.embedded && { embedded: true }),
  });
  const explanation =
    values.can === undefined ? undefined : explainCapability(verified.capability ?? '{}', values.can, values.on);
  if (output.json !== undefined) {
    output.result({
      token: { verified: true, ...tokenFields(verified) },
      ...(explanation && { permission: explanation }),
    });
  } else {
    output.print(`${output.paint('green', '✓')} The token is valid.`);
    showToken(output, verified);
    if (explanation) output.print(explanation.message);
    for (const issue of verified.issues) output.note(sentence(issue));
  }
  return explanation === undefined || explanation.allowed ? 0 : 1;
}

/** The key that signed, and what it may do. */
async function lookUp({ accessToken, app }, network, keyName) {
  const control = createControlClient({ accessToken, ...network });
  const key = await control.keys.get((await findApp(app, control)).id, String(keyName));
  return { key: key.key, ...(key.capability && { keyCapability: key.capability }) };
}
