// Each error: its exact text, its stream, its exit code; as text and as records.
import { equal, ok } from '../js/assert.mjs';
import { cli, records, shell } from './run-cli.mjs';

const env = { ABLY_API_KEY: 'aaaaaa.bbbbbb:made-up-secret-of-22-ch' };
// Sources: the Ably CLI's texts (ably/ably-cli 1.2.1, src/commands/auth/revoke-token.ts; oclif's "cannot also be provided").
const FORCE = 'The --force flag is required when using --json to confirm revocation';

const TEXTS = [
  [
    ['issue-jwt-token', '--json', '--pretty-json'],
    2,
    '--pretty-json cannot also be provided when using --json\nUse one of the two.',
  ],
  [
    ['revoke-token', '--client-id', 'a', '--revocation-key', 'b'],
    2,
    '--revocation-key cannot also be provided when using --client-id\nUse one of the two.',
  ],
  [
    ['revoke-token'],
    2,
    'Either --client-id or --revocation-key must be provided\nAlternatively, use --channel, or --targets-file for many targets.',
  ],
  [['revoke-token', '--client-id', '', '--force'], 1, '--client-id is empty'],
  ...['1790000000', '0', '2026'].map((time) => [
    ['revoke-token', '--client-id', 'a', '--issued-before', time, '--force'],
    2,
    `--issued-before is ${time}, which looks like seconds\nGive ISO 8601 such as 2026-11-24T12:00:00Z, ms since 1970, or 10m for ten minutes ago.`,
  ]),
  [
    ['revoke-token', '--client-id', 'a', '--issued-before', '1970-01-21', '--force'],
    2,
    '--issued-before is before 2001\nGive ISO 8601 such as 2026-11-24T12:00:00Z, ms since 1970, or 10m for ten minutes ago.',
  ],
  [
    ['revoke-token', '--client-id', 'a', '--issued-before', 'soon', '--force'],
    2,
    '--issued-before is not a time\nGive ISO 8601 such as 2026-11-24T12:00:00Z, ms since 1970, or 10m for ten minutes ago.',
  ],
  [
    ['revoke-token', '--targets-file', '/nonexistent/t', '--force'],
    1,
    'Cannot read the file /nonexistent/t for --targets-file: ENOENT',
  ],
  [['issue-jwt-token', '--nope'], 2, 'Nonexistent flag: --nope\nSee --help for the flags of this command.'],
  [
    ['channels', 'publish', 'my-channel'],
    2,
    'Missing argument: MESSAGE\nThe data as text or JSON, or a JSON object with name, data and extras',
  ],
  [['completion', 'tcsh'], 2, 'Unknown shell "tcsh"\nUse one of bash, zsh, fish, powershell.'],
  [
    ['check-capability', '{"a":["publish"]}', '--can', 'publish'],
    2,
    '--can is given without --on\nUse both, as in --can publish --on chat:42 or --can typing --chat-room support:7.',
  ],
];

const RECORDS = [
  [['revoke-token', '--client-id', 'a', '--json'], 1, { message: FORCE }],
  [['revoke-token', '--client-id', 'a', '--pretty-json'], 1, { message: FORCE }],
  [
    ['revoke-token', '--json', '--force'],
    2,
    {
      message: 'Either --client-id or --revocation-key must be provided',
      hint: 'Alternatively, use --channel, or --targets-file for many targets.',
    },
  ],
  [
    ['issue-jwt-token', '--json', '--ttl', '90000'],
    1,
    {
      message: '--ttl is 90000',
      code: 40003,
      statusCode: 400,
      hint: 'give whole seconds, 1 to 86400 for any token',
    },
  ],
  [
    ['issue-jwt-token', '--json', '--nope'],
    2,
    { message: 'Nonexistent flag: --nope', hint: 'See --help for the flags of this command.' },
  ],
];

/** What the server answers, what is told of it. */
const ANSWERS = [
  [
    'an error of Ably',
    { faults: [{ status: 401, error: { code: 40101, message: 'Invalid credentials' } }], repeat: true },
    /^Error: .*Invalid credentials.*\n(.*\n)*Ably error code: 40101 \(https:\/\/help\.ably\.io\/error\/40101\)\n$/,
  ],
  [
    'an error in headers alone',
    {
      faults: [{ status: 401, error: { code: 40164, message: 'Revocation is not enabled' }, in: 'headers' }],
      repeat: true,
    },
    /Ably error code: 40164 /,
  ],
  ['a gateway that is down', { faults: [{ status: 502, body: '<html>' }], repeat: true }, /^Error: .*502/],
];

export function errors({ test, world }) {
  for (const [args, code, text] of TEXTS)
    test(`${args.join(' ')} is text on stderr`, async () =>
      equal(await cli(args, { env }), { code, stdout: '', stderr: `Error: ${text}\n` }));

  for (const [args, exitCode, error] of RECORDS)
    test(`${args.join(' ')} is a record on stdout`, async () => {
      const answer = await cli(args, { env });
      equal([answer.code, answer.stderr], [exitCode, '']);
      const command = `auth:${args[0]}`;
      const wanted = [
        { type: 'error', command, success: false, error },
        { type: 'status', command, status: 'completed', exitCode },
      ];
      if (args.includes('--json')) equal(records(answer.stdout), wanted);
      else equal(answer.stdout, wanted.map((record) => `${JSON.stringify(record, null, 2)}\n`).join(''));
    });

  for (const [name, script, says] of ANSWERS)
    test(`revoke-token: ${name}`, async () => {
      const { endpoint, key } = await world({ ...script, only: 'revokeTokens' });
      const { code, stdout, stderr } = await cli(['revoke-token', '--client-id', 'ada', '--force'], {
        env: { ABLY_ENDPOINT: endpoint, ABLY_API_KEY: key },
      });
      equal([code, stdout], [1, '']);
      ok(says.test(stderr), stderr);
    });

  test('nobody answers', async () => {
    const { code, stderr } = await cli(['revoke-token', '--client-id', 'ada', '--force'], {
      env: { ...env, ABLY_ENDPOINT: 'http://127.0.0.1:9' },
    });
    equal(code, 1);
    ok(stderr.startsWith('Error: no answer from http://127.0.0.1:9'), stderr);
  });

  test('an address that one reader may take for another place gets nothing', async () => {
    const elsewhere = [
      'localhost:1@evil.example',
      'http://localhost:1@evil.example',
      'http://127.0.0.1@evil.example',
      'http://127.0.0.1\\@evil.example',
      'http://127.0.0.1.evil.example',
      'http://localhost.evil.example',
      'http://[::1]@evil.example',
      'http://127.1',
      'http://0x7f.0.0.1',
      'http://127.0.0.01',
      'http://2130706433',
      'http://127.0.0.1#@evil.example',
      'http://127.0.0.1/../x',
      'http://localhost.',
      'http://127.0.0.1\t.evil.example',
      'evil.example/127.0.0.1',
    ];
    for (const endpoint of elsewhere)
      for (const args of [
        ['revoke-token', '--client-id', 'ada', '--force'],
        ['channels', 'publish', 'a', 'b'],
        ['access-token', 'list', '--admin-token', 'a'],
      ]) {
        const fetch = async (url) => ok(false, `${endpoint}: ${url} was asked`);
        const { code, stderr } = await cli(args, { fetch, env: { ...env, ABLY_ENDPOINT: endpoint } });
        ok(
          code !== 0 &&
            /is (no|not a valid) endpoint|plain HTTP is (allowed )?for loopback|plain http:\/\/ address/i.test(stderr),
          `${args[0]} ${endpoint}: ${stderr}`,
        );
      }
  });

  test('every form of an endpoint is taken', async () => {
    for (const [endpoint, address] of [
      ['main', 'https://main.realtime.ably.net'],
      ['nonprod:x', 'https://x.realtime.ably-nonprod.net'],
      ['rest.example.com', 'https://rest.example.com'],
      ['::1', 'https://[::1]'],
      ['http://[::1]:8585/x/', 'http://[::1]:8585/x'],
      ['https://example.com', 'https://example.com'],
      ['http://localhost:1', 'http://localhost:1'],
    ]) {
      const asked = [];
      const fetch = async (url) => {
        asked.push(url);
        return new Response('{}', { status: 201 });
      };
      equal(
        (await cli(['channels', 'publish', 'a', 'b'], { fetch, env: { ...env, ABLY_ENDPOINT: endpoint } })).code,
        0,
      );
      equal(asked, [`${address}/channels/a/messages`]);
    }
  });

  test('a key does not go over plain HTTP', async () => {
    for (const args of [
      ['revoke-token', '--client-id', 'ada', '--force'],
      ['channels', 'publish', 'a', 'b'],
    ]) {
      const { code, stderr } = await cli(args, { env: { ...env, ABLY_ENDPOINT: 'http://example.com' } });
      ok(code !== 0 && /plain HTTP is (allowed )?for loopback/i.test(stderr), stderr);
    }
  });

  test('an exit code is the exit code of the process', async () => {
    for (const [line, code] of [
      ['ably issue-jwt-token --json --pretty-json', 2],
      ['ably issue-jwt-token --ttl 0', 1],
      ['ably issue-jwt-token --token-only', 0],
    ])
      equal((await shell(line, { env })).code, code, line);
  });

  test('whoever reads the output may stop', async () => {
    const { code, stderr } = await shell('ably --help | head -1; ably apps channel-rules create --help | true', {
      env,
    });
    equal([code, stderr], [0, '']);
  });
}
