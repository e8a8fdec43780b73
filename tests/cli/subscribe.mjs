// channels subscribe: against the sandbox over a port, while another client publishes, revokes and renews.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Rest } from 'ably';
import { withScheme } from '../../pkg/cli/plain-http.js';
import { revokeTokens } from '../../pkg/index.js';
import { serve } from '../../pkg/node/serve.js';
import { equal, ok } from '../js/assert.mjs';
import { spawn } from '../runtimes/start.mjs';
import { CLI, cli, records, running } from './run-cli.mjs';

const server = await serve({ port: 0 });
const { url: endpoint, sandbox } = server;
const { root, revocable, narrow } = sandbox.keys;
const LISTENING = 'Listening for messages.';
/** A message with this text is the last that a test sends. */
const LAST = 'the last';

export const endSubscribe = () => server.close();

const env = { ABLY_ENDPOINT: endpoint, ABLY_API_KEY: revocable };
const rest = new Rest({
  key: root,
  endpoint: '127.0.0.1',
  port: Number(new URL(endpoint).port),
  tls: false,
  logLevel: 0,
});
const publish = (channel, ...message) => rest.channels.get(channel).publish(...message);
let names = 0;
const newName = () => `news:${++names}`;

async function listening(args, more) {
  const command = running(['channels', 'subscribe', ...args], { env, ...more });
  await command.until(args.includes('--json') ? command.stdout : command.stderr, LISTENING);
  return command;
}

/** The states of connection and channels on stderr, without what differs from run to run. */
const statesOf = (text) =>
  text
    .split('\n')
    .filter((line) => /^(⚠ )?(Connection|Channel)/.test(line))
    .map((line) => line.replace(/\(\w{10}\)/, '(ID)').replace(/resumed \w{10}/, 'resumed ID'));

const STARTED = (channel) => [
  `Channel ${channel}: attaching`,
  'Connection: connecting',
  'Connection: connected (ID)',
  `Channel ${channel}: attached`,
];
const CLOSED = (channel) => ['Connection: closing', `Channel ${channel}: detached`, 'Connection: closed'];

export function subscribe({ test }) {
  test('messages on stdout, states on stderr, and Ctrl-C closes the connection', async () => {
    const channel = newName();
    const { stdout, stderr, until, interrupt } = await listening([channel]);
    await publish(channel, 'greeting', { text: 'hello' });
    await publish(channel, null, LAST);
    await until(stdout, LAST);
    equal(await interrupt(), 130);
    equal(statesOf(stderr.text), [...STARTED(channel), ...CLOSED(channel)]);
    const [first, second] = stdout.text.split('\n\n');
    ok(/^\[[\dTZ:.-]+\]\nID: \S+\nTimestamp: \S+\nChannel: news:\d+\nEvent: greeting\n/.test(first), first);
    ok(first.endsWith('\nData: {\n  "text": "hello"\n}'), first);
    ok(second.endsWith(`\nData: ${LAST}`) && !second.includes('Event:'), second);
    equal((await rest.channels.get(channel).status()).status.occupancy.metrics.connections, 0);
  });

  test('as records', async () => {
    const channel = newName();
    const command = await listening([channel, '--json', '--sequence-numbers']);
    await publish(channel, 'greeting', 'hello');
    await command.until(command.stdout, 'greeting');
    await command.interrupt();
    const all = records(command.stdout.text);
    ok(all.every((record) => record.command === 'channels:subscribe'));
    const {
      message: { id, timestamp, serial, version, ...message },
      sequence,
      type,
    } = all.find(({ message }) => message?.event !== undefined);
    equal(
      [type, sequence, message],
      ['event', 1, { channel, event: 'greeting', data: 'hello', action: 'message.create', sequence: 1 }],
    );
    ok(id && serial && Math.abs(Date.parse(timestamp) - Date.now()) < 60_000 && (version === undefined || version));
    const states = all.filter(({ event }) => event?.endsWith('StateChange'));
    equal(
      states.map(({ component, previous, current }) => `${component} ${previous} ${current}`),
      [
        'channel initialized attaching',
        'connection initialized connecting',
        'connection connecting connected',
        'channel attaching attached',
        'connection connected closing',
        'channel attached detached',
        'connection closing closed',
      ],
    );
    equal(all.at(-1), { type: 'status', command: 'channels:subscribe', status: 'completed', exitCode: 130 });
    ok(all.some(({ type, status }) => type === 'status' && status === 'listening'));
    equal(statesOf(command.stderr.text), [...STARTED(channel), ...CLOSED(channel)]);
  });

  test('a revocation disconnects, and it comes back with a new token and misses nothing', async () => {
    const channel = newName();
    const { stdout, stderr, until, interrupt } = await listening([channel, '--client-id', 'revoked']);
    await untilNextSecond();
    await revokeTokens({ key: revocable, clientId: 'revoked', endpoint });
    await until(stderr, '40141');
    await publish(channel, null, 'missed');
    await until(stdout, 'Data: missed');
    await publish(channel, null, LAST);
    await until(stdout, LAST);
    equal(stdout.text.match(/^Data: .*/gm), ['Data: missed', `Data: ${LAST}`]);
    await interrupt();
    equal(statesOf(stderr.text), [
      ...STARTED(channel),
      '⚠ Connection: disconnected – 40141 the token was revoked',
      'Connection: connecting',
      'Connection: connected (resumed ID)',
      `Channel ${channel}: attached (nothing was missed)`,
      ...CLOSED(channel),
    ]);
    ok(!/eyJ|not-a-secret/.test(stderr.text), 'no token and no key is shown');
  });

  test('with the margin it renews without an interruption', async () => {
    const channel = newName();
    const { stderr, until, interrupt } = await listening([channel, '--client-id', 'asked']);
    await untilNextSecond();
    await revokeTokens({ key: revocable, clientId: 'asked', allowReauthMargin: true, endpoint });
    await until(stderr, 'renewed');
    await interrupt();
    equal(statesOf(stderr.text), [
      ...STARTED(channel),
      'Connection: asked for a new token',
      'Connection: renewed, without an interruption',
      ...CLOSED(channel),
    ]);
  });

  test('a token in ABLY_TOKEN cannot be renewed', async () => {
    const issued = await cli(['issue-jwt-token', '--token-only', '--client-id', 'fixed'], { env });
    const channel = newName();
    const { stderr, ended } = await listening([channel], { env: { ...env, ABLY_TOKEN: issued.stdout.trim() } });
    await untilNextSecond();
    await revokeTokens({ key: revocable, clientId: 'fixed', endpoint });
    equal(await ended, 1);
    ok(
      stderr.text.includes(
        'Error: the token was revoked, and there is no way to get another token\nAbly error code: 40171',
      ),
      stderr.text,
    );
  });

  test('rewind, and several channels', async () => {
    const [one, other] = [newName(), newName()];
    for (const text of ['too early', 'earlier']) await publish(one, null, text);
    const { stdout, stderr, until, interrupt } = await listening([one, other, one, '--rewind', '1']);
    ok(stderr.text.includes('Subscribed to 2 channels.'), stderr.text);
    await publish(other, null, LAST);
    await until(stdout, LAST);
    await interrupt();
    equal(stdout.text.match(/^Data: .*/gm), ['Data: earlier', `Data: ${LAST}`]);
  });

  test('encrypted messages', async () => {
    for (const [bytes, format] of [
      [16, 'hex'],
      [32, 'base64'],
    ]) {
      const name = newName();
      const key = Buffer.alloc(bytes, 7);
      const { stdout, until, interrupt } = await listening([name, '--cipher', key.toString(format), '--json']);
      const channel = rest.channels.get(name, { cipher: { key: key.toString('base64') } });
      await channel.publish('secret', { text: 'ä' });
      await until(stdout, 'secret');
      await interrupt();
      const { data, encoding } = records(stdout.text).find(({ message }) => message?.event).message;
      equal([data, encoding], [{ text: 'ä' }, undefined]);
    }
  });

  test('a key that permits nothing there fails with its code', async () => {
    const { code, stderr } = await cli(['channels', 'subscribe', 'elsewhere'], {
      env: { ...env, ABLY_API_KEY: narrow },
    });
    equal(code, 1);
    ok(stderr.includes('⚠ Channel elsewhere: failed – 40160') && stderr.includes('Ably error code: 40160'), stderr);
  });

  test('a key that is found with an access token', async () => {
    const found = { ABLY_ENDPOINT: endpoint, ABLY_ACCESS_TOKEN: sandbox.accessToken };
    const { stderr, interrupt } = await listening([newName(), '--verbose'], { env: found });
    await interrupt();
    ok(/^Key: sndbox\.\w+$/m.test(stderr.text), stderr.text);
  });

  test('--duration ends it', async () => {
    const { code, stderr } = await cli(['channels', 'subscribe', newName(), '-D', '1'], { env });
    equal(code, 0);
    ok(stderr.endsWith('Connection: closed\n'), stderr);
  });

  test('a service that is not there is tried again', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address();
    closed.close();
    const { stderr, until, interrupt } = running(['channels', 'subscribe', 'news'], {
      env: { ...env, ABLY_ENDPOINT: `http://127.0.0.1:${port}` },
    });
    await until(
      stderr,
      /^⚠ Connection: disconnected – 80003 the socket did not open( \(ECONNREFUSED\))? – trying again in 15 s$/m,
    );
    equal(await interrupt(), 130);
    ok(stderr.text.endsWith('Connection: closed\n'), stderr.text);
  });

  test('as a process of its own', async () => {
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ]) {
      const child = spawn(process.execPath, [CLI, 'channels', 'subscribe', 'news'], {
        env: { PATH: process.env.PATH, ABLY_CLI_CONFIG_DIR: '/nonexistent', ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const ended = once(child, 'close');
      let said = '';
      for await (const text of child.stderr.setEncoding('utf8')) {
        said += text;
        if (text.includes(LISTENING)) child.kill(signal);
      }
      equal([(await ended)[0], said.endsWith('Connection: closed\n')], [code, true], said);
    }
  });

  for (const [args, says] of [
    [['--rewind=-1'], '--rewind is below 0'],
    [['--duration', '0'], '--duration is below 1'],
    [['--duration', '2147484'], '--duration is above 2147483'],
    [['--cipher', 'hush'], '--cipher is not an AES key'],
  ])
    test(`${args.join(' ')} is a wrong flag`, async () => {
      const { code, stderr } = await cli(['channels', 'subscribe', 'news', ...args], { env });
      equal([code, stderr.split('\n')[0]], [2, `Error: ${says}`]);
    });

  test('plain HTTP with the one host that may have it', () => {
    const host = '192.168.1.5:8585';
    equal(withScheme(`https://${host}/path`, host), `http://${host}/path`);
    equal(withScheme(`https://${host}`, host), `http://${host}`);
    equal(withScheme(`https://${host}0`, host), `https://${host}0`);
    equal(withScheme('https://main.realtime.ably.net', undefined), 'https://main.realtime.ably.net');
  });
}

/** A token is revoked only if it was issued in a second before the revocation's. */
function untilNextSecond() {
  return new Promise((resolve) => setTimeout(resolve, 1_001 - (Date.now() % 1_000)));
}
