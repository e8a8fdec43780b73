// ably-edge-auth sandbox: serves an embedded Ably until it is told to end.
import { once } from 'node:events';

export const command = {
  summary: 'Serve an embedded Ably on this machine, with no account',
  flags: {
    port: { value: 'PORT', number: true, text: 'The port to listen at; 0: any that is free. Defaults to 8585' },
    state: { value: 'FILE', text: 'Keep everything in this file; without it, in memory only' },
    host: { value: 'ADDRESS', text: 'Listen at this address rather than at loopback; then keys and access tokens are random' },
    'allow-host': { value: 'NAME', multiple: true, text: 'Answer to this name, too' },
    'allow-origin': { value: 'ORIGIN', multiple: true, text: 'Let pages of this origin, too, read what is answered: https://example.com' },
    'revoke-channels': { text: 'Tokens can be revoked by channel, which Ably enables on request only' },
    quiet: { short: 'q', text: 'Print nothing but what is wrong' },
  },
  notes: 'REST only: there is no realtime connection, neither WebSocket nor event stream.',
  examples: [['It begins where it ended', 'sandbox --state sandbox.state']],
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
  if (output.json !== undefined) output.result(factsOf(running));
  else if (!values.quiet) print(output, running, values.state);
  await asked(signal);
  await running.close();
}

/** To end. Whoever asks a second time does not wait for requests that are under way. */
async function asked(signal) {
  const ended = new AbortController();
  const ways = [once(process, 'SIGTERM', { signal: ended.signal })];
  if (signal) ways.push(once(signal, 'abort', { signal: ended.signal }));
  await Promise.race(ways);
  for (const way of ways) way.catch(() => {});
  ended.abort();
}

/** Random ones are told when they are made, and never again. */
const isTold = ({ isOpen, isNew }) => !isOpen || isNew;

function factsOf(running) {
  const { sandbox, url } = running;
  const { account, app, keys, accessToken, adminToken } = sandbox;
  return { url, endpoint: url, account, app, ...(isTold(running) && { keys, accessToken, adminToken }) };
}

function print(output, running, state) {
  const { sandbox, url, isOpen } = running;
  const { keys, accessToken, adminToken } = sandbox;
  output.print(`The sandbox listens at ${url}; Ctrl-C ends it.`);
  output.print(`It is only a sandbox: REST without realtime, for development and tests${isOpen ? '' : ', with keys that everybody knows'}.\n`);
  output.field('Endpoint', url);
  if (isTold(running)) {
    output.field('Key', keys.root);
    output.field('Key with revocable tokens', keys.revocable);
    output.field('Narrow key', keys.narrow);
    output.field('Access token', accessToken);
    output.field('Admin token', adminToken);
  } else output.print('Keys and access tokens are those that were printed when the state file was begun.');
  output.field('State', state ?? 'in memory only');
  if (isTold(running)) output.print(`\ncurl -u ${keys.root} ${url}/channels/chat/messages -H 'Content-Type: application/json' -d '{"name":"greeting","data":"hello"}'`);
}
