// kick, refresh and auth keys rotate: what is sent, what is said, and when a key is revoked.
import { createControlClient, issueJwtSync } from '../../pkg/index.js';
import { equal, ok } from '../js/assert.mjs';
import { cli, resultOf } from './run-cli.mjs';

const MARGIN = ' Connected clients have a 30s grace period to obtain new tokens before disconnection.';
const NOTES = {
  kick: 'The ban lives at your endpoint: call access.kick or access.ban there, or the client obtains a new token.',
  refresh: 'New tokens have what your endpoint grants now. If it has bans (createAccess), they still apply.',
};
const DONE = {
  kick: (named) => `Clients matching ${named} have been disconnected, and their tokens revoked.`,
  refresh: (named) => `Clients matching ${named} have been asked to obtain new tokens.${MARGIN}`,
};

export function access({ test, world, sandbox }) {
  const run = async (args, { script, ...io } = {}) => {
    const { endpoint, key, log } = await world(script);
    const answer = await cli(args, { ...io, env: { ABLY_ENDPOINT: endpoint, ABLY_API_KEY: key } });
    const sent = (await log()).filter(({ method, path }) => method === 'POST' && path.endsWith('/revokeTokens'));
    return { ...answer, sent: sent.map(({ body }) => JSON.parse(body)) };
  };
  for (const name of ['kick', 'refresh']) {
    test(name, async () => {
      const { code, stdout, stderr, sent } = await run([name, '--client-id', 'ada', '--force']);
      equal([code, stdout, stderr], [0, '', `✓ ${DONE[name]('client id ada')}\n⚠ ${NOTES[name]}\n`]);
      const [{ issuedBefore, ...body }] = sent;
      equal(body, { targets: ['clientId:ada'], ...(name === 'refresh' && { allowReauthMargin: true }) });
      if (name === 'refresh') equal(issuedBefore % 1000, 0, 'the beginning of a second');
    });
    test(`${name}, as a record`, async () => {
      const { code, stdout, stderr } = await run([name, '--revocation-key', 'g', '--json', '--force']);
      const { command, success, [name]: fields } = resultOf(stdout);
      equal([code, stderr, command, success], [0, '', name, true]);
      equal(
        [fields.target, fields.note, fields.message, fields.allowReauthMargin, fields.successCount],
        ['revocationKey:g', NOTES[name], DONE[name]('revocation key g'), name === 'refresh', 1],
      );
    });
    test(`${name} needs a target, and --force with --json`, async () => {
      equal([(await run([name, '--force'])).code, (await run([name, '--client-id', 'ada', '--json'])).code], [2, 1]);
    });
    test(`${name} asks, and no is no`, async () => {
      const { code, stderr, sent } = await run([name, '--channel', 'chat:*'], { stdin: 'n\n' });
      equal([code, sent], [0, []]);
      ok(
        stderr.includes('Channel: chat:*') && stderr.endsWith(`⚠ ${name === 'kick' ? 'Kick' : 'Refresh'} cancelled.\n`),
        stderr,
      );
    });
    test(`${name} has no time and no margin of its own`, async () => {
      for (const flag of ['--allow-reauth-margin', '--issued-before=2026-11-24T12:00:00Z'])
        equal((await run([name, '--client-id', 'ada', '--force', flag])).code, 2);
    });
  }

  const control = createControlClient({ accessToken: sandbox.accessToken, endpoint: sandbox.endpoint });
  const env = { ABLY_ENDPOINT: sandbox.endpoint, ABLY_ACCESS_TOKEN: sandbox.accessToken };
  const newKey = (fields = {}) =>
    control.keys.create(sandbox.app.id, { name: 'Chat', capability: { 'chat:*': ['publish'] }, ...fields });
  const isEnabled = async ({ keyName }) =>
    (await control.keys.list(sandbox.app.id)).some((key) => key.keyName === keyName && key.enabled);
  const rotate = (key, args = [], io = {}) => cli(['auth', 'keys', 'rotate', key.keyName, ...args], { env, ...io });

  test('rotate: a successor with the same rights, the steps, and both keys in force', async () => {
    for (const revocableTokens of [true, false]) {
      const old = await newKey({ revocableTokens });
      const { code, stdout, stderr } = await rotate(old, ['--json', '--show-secrets']);
      const { rotation } = resultOf(stdout);
      equal([code, stderr, rotation.replaces, rotation.revoked], [0, '', old.keyName, false]);
      const { key } = rotation;
      equal([key.capability, key.name, Boolean(key.revocableTokens)], [old.capability, 'Chat', revocableTokens]);
      equal([await isEnabled(old), await isEnabled(key)], [true, true]);
      issueJwtSync({ key: key.key });
      equal(rotation.steps.length, 3);
      ok(rotation.steps[0].includes(`keys: [${key.keyName}, ${old.keyName}]`), rotation.steps[0]);
      ok(rotation.steps[1].startsWith(`Wait ${revocableTokens ? '1h' : '24h'} `), rotation.steps[1]);
      ok(rotation.steps[2].includes(`auth keys revoke ${old.keyName}`), rotation.steps[2]);
    }
  });
  test('rotate as text, with another name, and no secret is shown', async () => {
    const old = await newKey();
    const { code, stdout, stderr } = await rotate(old, ['--name', 'Chat, second']);
    const name = /^Key: (\S+)/.exec(stdout)[1];
    equal(
      [code, stderr.split('\n')[0], stdout.includes('Key Label: Chat, second')],
      [0, `✓ Key created: ${name}.`, true],
    );
    const { key } = await control.keys.get(sandbox.app.id, name);
    ok(!stdout.includes(key.split(':')[1]), 'the secret is masked');
    ok(/\n1\. Deploy .*\n2\. Wait 24h .*\n3\. Revoke /.test(stderr), stderr);
  });
  test('rotate --now revokes the old key', async () => {
    const old = await newKey();
    const { code, stdout } = await rotate(old, ['--now', '--force', '--json']);
    equal([code, resultOf(stdout).rotation.revoked, await isEnabled(old)], [0, true, false]);
  });
  test('rotate --after revokes the old key then, and not before', async () => {
    const old = await newKey({ revocableTokens: true });
    const waits = [];
    const wait = async (ms) => {
      waits.push([ms, await isEnabled(old)]);
    };
    const { code, stderr } = await rotate(old, ['--after', '60m', '--force'], { wait });
    equal([code, waits, await isEnabled(old)], [0, [[3_600_000, true]], false]);
    ok(
      stderr.endsWith(
        `Waiting 1h. To keep the old key, interrupt this command.\n✓ Key ${old.keyName} has been revoked.\n`,
      ),
      stderr,
    );
  });
  test('rotate --after, interrupted: the old key stays, and how to go on is said', async () => {
    const old = await newKey();
    const interrupt = new AbortController();
    const running = rotate(old, ['--after', '24h', '--force'], {
      signal: interrupt.signal,
      wait: async () => interrupt.abort(),
    });
    const { code, stderr } = await running;
    equal([code, await isEnabled(old)], [130, true]);
    ok(stderr.includes(`auth keys revoke ${old.keyName}`), stderr);
    const stopped = new AbortController();
    const json = await rotate(old, ['--after', '24h', '--force', '--json'], {
      signal: stopped.signal,
      wait: async () => stopped.abort(),
    });
    const { rotation, success } = resultOf(json.stdout);
    equal([json.code, success, rotation.revoked, await isEnabled(rotation.key)], [130, false, false, true]);
  });
  test('rotate --after less than a token may live creates nothing', async () => {
    const count = async () => (await control.keys.list(sandbox.app.id)).length;
    for (const [revocableTokens, after, life] of [
      [true, '59m', '1h'],
      [false, '23h', '24h'],
    ]) {
      const old = await newKey({ revocableTokens });
      const before = await count();
      const { code, stderr } = await rotate(old, ['--after', after, '--force']);
      equal([code, await count(), await isEnabled(old)], [1, before, true]);
      ok(stderr.includes(`Tokens of this key may live for ${life}, and --after is less`), stderr);
    }
  });
  test('rotate, used wrongly', async () => {
    const old = await newKey();
    for (const [args, code] of [
      [['--after', 'tomorrow', '--force'], 2],
      [['--after', '21d', '--force'], 2],
      [['--after', '24h', '--now', '--force'], 2],
      [['--now', '--json'], 1],
      [['--after', '24h', '--json'], 1],
    ])
      equal([(await rotate(old, args)).code, await isEnabled(old)], [code, true], args.join(' '));
    equal((await rotate({ keyName: `${sandbox.app.id}.nokey` })).code, 1);
  });
  test('rotate --now asks, and no is no', async () => {
    const old = await newKey();
    const { code, stderr } = await rotate(old, ['--now'], { stdin: 'n\n' });
    equal([code, await isEnabled(old)], [0, true]);
    ok(
      stderr.includes('You are about to replace this key and revoke it now:') &&
        stderr.endsWith('⚠ Rotation cancelled.\n'),
      stderr,
    );
  });
}
