// sandbox: runs the local sandbox until it is interrupted.
import { ended } from './ended.js';

export const command = {
  summary: 'Run a local Ably sandbox, without an account',
  flags: {
    port: { value: 'NUMBER', number: true, text: 'The port to listen on, or 0 for any free port. Defaults to 8585' },
    state: { value: 'FILE', text: 'Save the state to this file. Without it, the state is in memory only' },
    host: {
      value: 'ADDRESS',
      text: 'Listen on this address instead of loopback. Keys and tokens are then random',
    },
    'allow-host': { value: 'NAME', multiple: true, text: 'Also accept requests for this host name. Can be repeated' },
    'allow-origin': {
      value: 'ORIGIN',
      multiple: true,
      text: 'Also let pages of this origin read responses, such as https://example.com. Can be repeated',
    },
    'revoke-channels': { text: 'Allow revocation by channel, which Ably enables only on request' },
    webhook: {
      value: 'URL',
      text: 'Send published messages to this URL on this machine, signed with the root key',
    },
    tls: { text: 'Serve HTTPS, with a certificate that openssl makes. The file that clients have to trust is printed' },
    'tls-cert': { value: 'FILE', text: 'Serve HTTPS with this certificate, in PEM' },
    'tls-key': { value: 'FILE', text: 'The private key of --tls-cert, in PEM' },
    quiet: { short: 'q', text: 'Print only warnings and errors' },
  },
  notes: [
    'It serves REST and realtime connections (WebSocket, not event stream).',
    'On loopback, its keys and tokens are fixed and public.',
    'Set ABLY_ENDPOINT to its endpoint to use it with the other commands.',
  ].join('\n'),
  examples: [
    ['Keep the state between runs', 'sandbox --state sandbox.state'],
    ['On any free port', 'sandbox --port 0'],
    ['With TLS, for SDKs that send keys over nothing else', 'sandbox --tls'],
    ['Try a webhook', 'sandbox --webhook http://127.0.0.1:3000/webhooks'],
    [
      'Then, in another terminal',
      'ABLY_ENDPOINT=http://127.0.0.1:8585 ABLY_API_KEY=sndbox.root01:not-a-secret-sandbox-root-key ably-edge-auth issue-jwt-token',
    ],
  ],
  run,
};

async function run({ values, output, signal }) {
  const { serve } = await import('../node/serve.js');
  // Exceeding the file size limit then fails the write, like a full disk, instead of ending the process.
  process.on('SIGXFSZ', () => {});
  const running = await serve({
    port: values.port,
    host: values.host,
    hosts: values['allow-host'],
    origins: values['allow-origin'],
    revokeChannels: values['revoke-channels'],
    state: values.state,
    webhook: values.webhook,
    tls: values.tls,
    tlsCert: values['tls-cert'],
    tlsKey: values['tls-key'],
    tell: (sentence) => output.warn(sentence),
  });
  if (showsKeys(running)) output.reveal(factsOf(running));
  // Registered before the address is printed, because a reader of the address may end the sandbox immediately.
  // Neither Ctrl-C nor SIGTERM is a failure: a server has no other way to end.
  const { code } = ended(signal);
  if (output.json !== undefined) output.result(factsOf(running));
  else if (!values.quiet) await show(output, running, values);
  await code;
  await running.close();
}

/** Random keys are shown only when they are created. */
const showsKeys = ({ isOpen, isNew }) => !isOpen || isNew;

function factsOf(running) {
  const { sandbox, url, trust } = running;
  const { account, app, keys, accessToken, adminToken } = sandbox;
  return {
    url,
    endpoint: url,
    account,
    app,
    ...(trust !== undefined && { caFile: trust }),
    ...(showsKeys(running) && { keys, accessToken, adminToken }),
  };
}

async function show(output, running, { state, webhook }) {
  const { sandbox, url, isOpen, trust } = running;
  const { keys, accessToken, adminToken } = sandbox;
  output.print(`The sandbox is listening at ${url}. Press Ctrl-C to stop it.`);
  output.print(`It is for development and tests only${isOpen ? '' : ': its keys are public'}.\n`);
  output.field('Endpoint', url);
  if (showsKeys(running)) {
    output.field('Root key', keys.root);
    output.field('Revocable key', keys.revocable);
    output.field('Narrow key', keys.narrow);
    output.field('Access token', accessToken);
    output.field('Admin token', adminToken);
  } else output.print('The keys and access tokens are the ones printed when the state file was created.');
  output.field('State', state ?? 'in memory only');
  if (webhook !== undefined) output.field('Webhook', webhook);
  if (trust !== undefined) output.field('Trust', trust);
  if (!showsKeys(running)) return;
  const { exportsOf } = await import('./sandbox-exports.js');
  output.print('');
  for (const line of exportsOf(factsOf(running), running.others)) output.print(line);
  output.print('To try it:');
  output.print(
    `  curl ${trust === undefined ? '' : `--cacert '${trust}' `}-u ${keys.root} ${url}/channels/chat/messages -H 'Content-Type: application/json' -d '{"name":"greeting","data":"hello"}'`,
  );
}
