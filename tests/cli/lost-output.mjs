// What happens when what is printed cannot be written: a full disk, a reader that has gone.
import { existsSync } from 'node:fs';
import { Writable } from 'node:stream';
import { main } from '../../pkg/cli/main.js';
import { equal, ok } from '../js/assert.mjs';
import { shell } from './run-cli.mjs';

const KEY = 'aaaaaa.bbbbbb:made-up-secret-of-22-ch';
const FULL = 'Error: Cannot write to stdout: ENOSPC: no space left on device\n';

export function lostOutput({ test, world, sandbox }) {
  const env = { ABLY_API_KEY: KEY };

  const isThere = existsSync('/dev/full');
  if (!isThere) console.log('SKIPPED: output to a full disk (there is no /dev/full)');
  const onFull = isThere ? test : () => {};
  for (const line of [
    'issue-jwt-token',
    'issue-jwt-token --json',
    'issue-jwt-token --pretty-json',
    'issue-jwt-token --token-only',
    '--help',
    'revoke-token --help',
    'completion bash',
    `check-capability '{"a":["publish"]}'`,
  ])
    onFull(`${line} > /dev/full`, async () =>
      equal(await shell(`ably ${line} > /dev/full`, { env }), { code: 1, stdout: '', stderr: FULL }),
    );

  onFull('an exit code of its own is kept', async () =>
    equal(await shell('ably issue-jwt-token --json --nope > /dev/full', { env }), {
      code: 2,
      stdout: '',
      stderr: `${FULL}✗ Nonexistent flag: --nope\n`,
    }),
  );
  onFull('nothing can be told at all', async () => {
    equal(await shell('ably issue-jwt-token > /dev/full 2>&1', { env }), { code: 1, stdout: '', stderr: '' });
    equal((await shell('ably issue-jwt-token --verbose 2> /dev/full', { env })).code, 1);
  });

  onFull('revoke-token says what was done', async () => {
    const { endpoint, key, log } = await world({
      refused: { 'clientId:b': { code: 40000, statusCode: 400, message: 'No' } },
    });
    const revoking = { ABLY_ENDPOINT: endpoint, ABLY_API_KEY: key };
    equal(await shell('ably revoke-token --client-id a --force --json > /dev/full', { env: revoking }), {
      code: 1,
      stdout: '',
      stderr: `${FULL}✓ Tokens matching client id a have been revoked.\n`,
    });
    equal(
      await shell('ably revoke-token --client-id a --client-id b --force --pretty-json > /dev/full', { env: revoking }),
      { code: 1, stdout: '', stderr: `${FULL}✗ 1 of 2 revoked, 1 failed\n` },
    );
    equal((await log()).filter(({ method }) => method === 'POST').length, 2);
    // Its text goes to stderr, so nothing is lost.
    equal(await shell('ably revoke-token --client-id a --force > /dev/full', { env: revoking }), {
      code: 0,
      stdout: '',
      stderr: '✓ Tokens matching client id a have been revoked.\n',
    });
    equal((await shell('ably revoke-token --client-id a --force 2> /dev/full', { env: revoking })).code, 1);
  });

  onFull('so does every command that changes something', async () => {
    const at = {
      ABLY_ENDPOINT: sandbox.endpoint,
      ABLY_ACCESS_TOKEN: sandbox.accessToken,
      ABLY_API_KEY: sandbox.keys.root,
      ABLY_ADMIN_TOKEN: sandbox.adminToken,
      ABLY_APP_ID: sandbox.app.id,
    };
    const lines = [
      ['channels publish lost "Hello" --json', /^✓ Message published to channel: lost\.$/],
      ['apps create --name Lost --json', /^✓ App created: /],
      ['apps update Lost --name Lost2 --json', /^✓ App updated: /],
      ['apps delete Lost2 --force --json', /^✓ App deleted: "Lost2" /],
      [
        'access-token create --name Lost --capabilities all --json',
        /^✓ Access token created\. Its value is shown only once\.$/,
      ],
    ];
    for (const [line, says] of lines) {
      const { code, stderr } = await shell(`ably ${line} > /dev/full`, { env: at });
      equal([code, stderr.startsWith(FULL), says.test(stderr.slice(FULL.length).trimEnd())], [1, true, true], stderr);
    }
  });

  test('a reader that has gone is no fault', async () => {
    for (const line of [
      'ably --help | head -1',
      'ably issue-jwt-token --json | true',
      'ably issue-jwt-token | head -c 5',
    ])
      equal((await shell(`set -o pipefail; ${line} > /dev/null`, { env })).stderr, '', line);
    const { endpoint, key, log } = await world();
    const { code, stderr } = await shell('set -o pipefail; ably revoke-token --client-id a --force --json | true', {
      env: { ABLY_ENDPOINT: endpoint, ABLY_API_KEY: key },
    });
    equal([code, stderr, (await log()).filter(({ method }) => method === 'POST').length], [0, '', 1]);
  });

  // In process, for what a shell cannot time: it takes some, and then no more.
  test('a disk that fills up between two lines', async () => {
    const { stderr, code } = await printing(['issue-jwt-token'], 3, 'ENOSPC');
    equal(code, 1);
    ok(stderr.startsWith('Error: Cannot write to stdout: ENOSPC') && stderr.split('\n').length === 2, stderr);
    equal((await printing(['issue-jwt-token'], 3, 'EPIPE')).code, 0);
    equal((await printing(['issue-jwt-token', '--json'], 1, 'EIO')).code, 1);
  });
}

async function printing(args, lines, code) {
  const out = { stderr: '' };
  let left = lines;
  const stdout = new Writable({
    autoDestroy: false,
    write: (_, __, done) =>
      done(left-- > 0 ? undefined : Object.assign(new Error(`${code}: no more, write`), { code })),
  });
  stdout.on('error', () => {});
  const stderr = {
    write(text, done) {
      out.stderr += text;
      done?.();
    },
  };
  out.code = await main(args, { env: { ABLY_API_KEY: KEY, ABLY_CLI_CONFIG_DIR: '/nonexistent' }, stdout, stderr });
  return out;
}
