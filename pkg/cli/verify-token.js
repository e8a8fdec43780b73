// verify-token: checks the signature and expiry of a token, and optionally whether it allows an operation.
import { KEY_FLAGS, keySource } from './credentials.js';
import { createControlClient, decodeJwt, explainCapability, verifyJwt } from './api.js';
import { readToken, showToken, TOKEN_ARGUMENT, tokenFields } from './token.js';
import { misuse } from './failure.js';
import { findApp } from './find-app.js';
import { sentence } from './capability-report.js';

export const command = {
  summary: 'Check the signature and expiry of an Ably JWT',
  record: 'auth verify-token',
  args: [TOKEN_ARGUMENT],
  flags: {
    app: KEY_FLAGS.app,
    can: { value: 'OPERATION', text: 'Check whether the token allows this operation, such as publish' },
    on: { value: 'CHANNEL', text: 'The channel for --can' },
    'key-capability': {
      value: 'JSON',
      text: 'The capability of the key, which limits that of the token: JSON, @file, or -',
    },
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
  if ((values.can === undefined) !== (values.on === undefined))
    throw misuse(
      `--${values.can === undefined ? 'on' : 'can'} is given without --${values.can === undefined ? 'can' : 'on'}`,
      'Use both, as in --can publish --on chat:42.',
    );
  const token = await readToken(context);
  const given = values['key-capability'];
  const keyCapability = given === undefined ? undefined : await input.text('--key-capability', given);
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
    output.print(`${output.paint('green', '✓')} The token is valid.`);
    showToken(output, verified);
    if (explanation) output.print(explanation.message);
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
