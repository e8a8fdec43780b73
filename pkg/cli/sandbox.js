// sandbox: serves the embedded Ably on this machine until it is interrupted.

export const command = {
  summary: 'Serve an embedded Ably on this machine, with no account',
  flags: {
    port: { value: 'NUMBER', number: true, text: 'The port to listen at; 0 for any that is free. Defaults to 8585' },
    state: { value: 'FILE', text: 'Keep everything in this file; without it, in memory only' },
    host: { value: 'ADDRESS', text: 'Listen at this address rather than at loopback; then keys and tokens are random' },
    'allow-host': { value: 'NAME', multiple: true, text: 'Answer to this name, too; can be given several times' },
    'allow-origin': {
      value: 'ORIGIN',
      multiple: true,
      text: 'Let pages of this origin, too, read what is answered: https://example.com; can be given several times',
    },
    'revoke-channels': { text: 'Tokens can be revoked by channel, which Ably enables on request only' },
    quiet: { short: 'q', text: 'Print nothing but what is wrong' },
  },
  notes: [
    'REST only: there is no realtime connection, neither WebSocket nor event stream.',
    'On loopback, its keys and tokens are the same every time, and no secret at all.',
    'Set ABLY_ENDPOINT to its endpoint, and every command here uses it.',
  ].join('\n'),
  examples: [
    ['It begins where it ended', 'sandbox --state sandbox.state'],
    ['At any free port', 'sandbox --port 0'],
    [
      'Then, in another terminal',
      'ABLY_ENDPOINT=http://127.0.0.1:8585 ABLY_API_KEY=sndbox.root01:not-a-secret-sandbox-root-key ably-edge-auth issue-jwt-token',
    ],
  ],
  run,
};

async function run({ values, output, signal }) {
  const { serve } = await import('../node/serve.js');
  // A limit of a file's size is a full disk, and no reason to die.
  process.on('SIGXFSZ', () => {});
  const running = await serve({
    port: values.port,
    host: values.host,
    hosts: values['allow-host'],
    origins: values['allow-origin'],
    revokeChannels: values['revoke-channels'],
    state: values.state,
    tell: (sentence) => output.warn(sentence),
  });
  if (isTold(running)) output.reveal(factsOf(running));
  // Before it is said that it serves: whoever reads that may end it at once.
  const end = ended(signal);
  if (output.json !== undefined) output.result(factsOf(running));
  else if (!values.quiet) show(output, running, values.state);
  await end;
  await running.close();
}

/** By Ctrl-C, or as a service is told to end. It is how a server ends, so it is no failure. */
function ended(signal) {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    signal?.addEventListener('abort', resolve);
    process.once('SIGTERM', resolve);
  });
}

/** Random ones are told when they are made, and never again. */
const isTold = ({ isOpen, isNew }) => !isOpen || isNew;

function factsOf(running) {
  const { sandbox, url } = running;
  const { account, app, keys, accessToken, adminToken } = sandbox;
  return { url, endpoint: url, account, app, ...(isTold(running) && { keys, accessToken, adminToken }) };
}

function show(output, running, state) {
  const { sandbox, url, isOpen } = running;
  const { keys, accessToken, adminToken } = sandbox;
  output.print(`The sandbox listens at ${url}; Ctrl-C ends it.`);
  output.print(
    `It is only a sandbox: REST without realtime, for development and tests${isOpen ? '' : ', with keys that everybody knows'}.\n`,
  );
  output.field('Endpoint', url);
  if (isTold(running)) {
    output.field('Root key', keys.root);
    output.field('Revocable key', keys.revocable);
    output.field('Narrow key', keys.narrow);
    output.field('Access token', accessToken);
    output.field('Admin token', adminToken);
  } else output.print('Keys and access tokens are those that were printed when the state file was begun.');
  output.field('State', state ?? 'in memory only');
  if (isTold(running))
    output.print(
      `\ncurl -u ${keys.root} ${url}/channels/chat/messages -H 'Content-Type: application/json' -d '{"name":"greeting","data":"hello"}'`,
    );
}
