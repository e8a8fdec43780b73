// verify-token: checks the signature and expiry of a token, and optionally whether it allows an operation.
import { KEY_FLAGS, keySource } from './credentials.js';
import { createControlClient, decodeJwt, explainCapability, verifyJwt } from './api.js';
import { readToken, showToken, TOKEN_ARGUMENT, tokenFields } from './token.js';
import { bothOrNeither, CAN_FLAG, checkOperation, KEY_CAPABILITY_FLAG, readKeyCapability } from './can.js';
import { findApp } from './find-app.js';
import { sentence } from './capability-report.js';

export const command = {
  summary: 'Check the signature and expiry of an Ably JWT',
  record: 'auth verify-token',
  args: [TOKEN_ARGUMENT],
  flags: {
    app: KEY_FLAGS.app,
    can: { ...CAN_FLAG, text: 'Check whether the token allows this operation, such as publish' },
    on: { value: 'CHANNEL', text: 'The channel for --can' },
    ...KEY_CAPABILITY_FLAG,
    embedded: { text: 'Accept an Ably JWT embedded in another JWT' },
    key: KEY_FLAGS.key,
  },
  examples: [
    ['The token in ABLY_TOKEN, with the key in ABLY_API_KEY', 'verify-token'],
    ['A token from a pipe', 'ably-edge-auth issue-jwt-token --token-only | ably-edge-auth verify-token -'],
    ['Check a permission', 'verify-token --can publish --on chat:42'],
  ],
  run,
};

async function run(context) {
  const { values, output, input } = context;
  bothOrNeither(values);
  if (values.can !== undefined) checkOperation(values.can);
  const token = await readToken(context);
  const given = values['key-capability'];
  const keyCapability = given === undefined ? undefined : await readKeyCapability(input, given);
  // Used only to find the key: nothing in the token is trusted before the signature is checked.
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
    // One verdict: with --can the question is not whether the token is valid, which it has to be first.
    const { allowed, message } = explanation ?? { allowed: true, message: 'The token is valid.' };
    output.print(`${allowed ? output.paint('green', '✓') : output.paint('red', '✗')} ${message}`);
    showToken(output, verified);
    for (const diagnostic of verified.diagnostics) output.note(sentence(diagnostic));
  }
  return explanation === undefined || explanation.allowed ? 0 : 1;
}

/** Looks up the key that the token names, and its capability. */
async function lookUp({ accessToken, app }, network, keyName) {
  const control = createControlClient({ accessToken, ...network });
  const key = await control.keys.get((await findApp(app, control)).id, String(keyName));
  return { key: key.key, ...(key.capability && { keyCapability: key.capability }) };
}
