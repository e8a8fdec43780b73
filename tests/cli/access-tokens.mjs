// access-token, and its life in the sandbox.
import { equal, ok } from '../js/assert.mjs';
import { cli, resultOf } from './run-cli.mjs';

const DAY_MS = 86_400_000;

export function accessTokens({ test, sandbox, world }) {
  const env = { ABLY_ENDPOINT: sandbox.endpoint, ABLY_ADMIN_TOKEN: sandbox.adminToken };
  const run = (line, io = {}) =>
    cli(['access-token', ...(typeof line === 'string' ? line.split(' ') : line)], { env, ...io });
  const make = async (...args) =>
    resultOf((await run(['create', '--name', 'Made here', '--json', ...args])).stdout).accessToken;

  test('who am I: account, user, expiry, and the table', async () => {
    const { value } = await make('--capabilities', 'read:rule,write:key', '--expiry', '60');
    const { code, stdout, stderr } = await cli(['access-token'], { env: { ...env, ABLY_ACCESS_TOKEN: value } });
    equal([code, stderr], [0, '']);
    const lines = stdout.split('\n');
    equal(
      [lines[0], lines[2].split(' (')[0]],
      [`Account: ${sandbox.account.name} (${sandbox.account.id})`, 'Access token: Made here'],
    );
    ok(/^Expires: \d{4}-\S+Z \((59|60) days left\)$/m.test(stdout), stdout);
    // Source: https://ably.com/docs/platform/account/access-tokens
    ok(/^✓ {2}Read Integration {3}read:rule {8}integrations list, integrations get$/m.test(stdout), stdout);
    ok(/^✗ {2}Read Rule {10}read:namespace {3}apps channel-rules list$/m.test(stdout), stdout);
    equal([stdout.match(/^✓/gm).length, stdout.match(/^✗/gm).length], [2, 9]);
  });

  test('as a record', async () => {
    const { value } = await make('--capabilities', 'all', '--expiry', 'none');
    const { command, accessToken, account } = resultOf(
      (await cli(['access-token', '--json', '--access-token', '-'], { env, stdin: value })).stdout,
    );
    equal(
      [command, accessToken.name, accessToken.expires, accessToken.capabilities.length, account.id],
      ['access-token', 'Made here', null, 11, sandbox.account.id],
    );
  });

  test('an older answer does not say what it may do', async () => {
    const { endpoint, accessToken } = await world({
      faults: [{ json: { user: { id: 1, email: 'a@example.com' }, account: { id: 'a', name: 'A' } } }],
    });
    const { code, stdout, stderr } = await cli(['access-token'], {
      env: { ABLY_ENDPOINT: endpoint, ABLY_ACCESS_TOKEN: accessToken },
    });
    equal(
      [code, stdout, stderr],
      [
        0,
        'Account: A (a)\nUser: a@example.com\nExpires: never\n',
        'The response does not list the capabilities of the access token.\n',
      ],
    );
  });

  for (const [expiry, days] of [
    [[], 30],
    [['--expiry', '30'], 30],
    [['--expiry', '60'], 60],
    [['--expiry', '90'], 90],
    [['--expiry', 'none'], null],
  ])
    test(`create ${expiry.join(' ')}`, async () => {
      const before = Date.now();
      const token = await make('--capabilities', 'all', ...expiry);
      if (days === null) return equal(token.expires_at, null);
      const left = Date.parse(token.expires_at) - before;
      ok(left >= days * DAY_MS - 1_000 && left <= days * DAY_MS + 60_000, `${left} ms`);
    });

  test('create, list, rotate, revoke', async () => {
    const { id, value, capabilities } = await make('--capabilities', 'read:app, Write Key');
    equal([...capabilities].sort(), ['read:app', 'write:key']);
    const { stdout } = await run('list --json');
    const listed = resultOf(stdout).accessTokens.find((token) => token.id === id);
    equal([listed.name, listed.value, stdout.includes(value)], ['Made here', undefined, false]);
    const works = async (token) =>
      (await cli(['apps', 'list'], { env: { ...env, ABLY_ACCESS_TOKEN: token } })).code === 0;
    equal(await works(value), true);
    const rotated = resultOf((await run(`rotate ${id} --force --json`)).stdout).accessToken;
    equal([rotated.id, rotated.name, await works(value), await works(rotated.value)], [id, 'Made here', false, true]);
    const revoked = await run(`revoke ${id} -f`);
    equal(
      [revoked, await works(rotated.value)],
      [{ code: 0, stdout: '', stderr: `✓ Access token ${id} has been revoked.\n` }, false],
    );
  });

  test('as text: the value once', async () => {
    const { code, stdout, stderr } = await run(['create', '--name', 'Text', '--capabilities', 'all']);
    equal([code, stderr], [0, '✓ Access token created. Its value is shown only once.\n']);
    ok(/^Value: \S+$/m.test(stdout), stdout);
    const list = await run('list');
    ok(list.stdout.includes('Name: Text') && !list.stdout.includes('Value:'), list.stdout);
  });

  for (const [line, question] of [
    ['rotate x', 'The old value stops working immediately. Are you sure?'],
    ['revoke x', 'It stops working immediately, and this cannot be undone. Are you sure?'],
  ])
    test(`${line} asks`, async () => {
      const { code, stderr } = await run(line, { stdin: 'n\n' });
      equal(code, 0);
      ok(stderr.includes(`${question} [y/n] ⚠ `), stderr);
    });

  test('not the admin', async () => {
    const { code, stderr } = await run('list', { env: { ...env, ABLY_ADMIN_TOKEN: sandbox.accessToken } });
    equal(code, 1);
    ok(/admin/.test(stderr) && stderr.includes('Ably error code: 40300'), stderr);
  });

  test('no admin token', async () => {
    const { code, stderr } = await run('list', { env: { ABLY_ENDPOINT: sandbox.endpoint } });
    equal(
      [code, stderr],
      [
        1,
        'Error: No admin token was found\nSet ABLY_ADMIN_TOKEN to the admin token that ably-edge-auth sandbox prints.\n',
      ],
    );
  });

  for (const endpoint of [undefined, 'main', 'https://example.com', 'https://127.0.0.1.example.com'])
    test(`not at ${endpoint ?? 'Ably'}: nothing is sent`, async () => {
      const fetch = () => Promise.reject(new Error('it was sent'));
      const { code, stderr } = await run('list', { env: { ...env, ABLY_ENDPOINT: endpoint }, fetch });
      equal(
        [code, stderr.split('\n')[0]],
        [1, 'Error: Ably has no API for this: the command works with the sandbox only'],
      );
    });

  test('a capability that does not exist', async () => {
    const { code, stderr } = await run(['create', '--name', 'x', '--capabilities', 'read:keys']);
    equal(
      [code, stderr],
      [2, 'Error: --capabilities contains an unknown access token capability\nDid you mean read:key?\n'],
    );
  });

  for (const flag of ['name', 'capabilities'])
    test(`create without --${flag}`, async () => {
      const { code, stderr } = await run([
        'create',
        ...(flag === 'name' ? ['--capabilities', 'all'] : ['--name', 'x']),
      ]);
      equal([code, stderr], [2, `Error: Missing required flag ${flag}\n`]);
    });
}
