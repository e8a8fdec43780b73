// issue-jwt-token: texts, records, claims, and what is refused before it is signed.
import { writeFileSync } from 'node:fs';
import { equal, ok } from '../js/assert.mjs';
import { claimsOf, cli, records, resultOf } from './run-cli.mjs';

const KEY = 'aaaaaa.-bbbbb:made-up-secret-of-22-ch';
const env = { ABLY_API_KEY: KEY };
const issue = (args, io = {}) => cli(['issue-jwt-token', ...args], { env, ...io });
const tokenOf = async (args, io) => claimsOf((await issue(['--token-only', ...args], io)).stdout).claims;

// Source: the Ably CLI's own texts (src/commands/auth/issue-jwt-token.ts of ably/ably-cli 1.2.1).
const TEXT =
  /^✓ Ably JWT token generated\.\nToken: \S+\nType: JWT\nIssued: \d{4}-\d\d-\d\dT[\d:]+\.000Z\nExpires: \S+Z\nTTL: 3600 seconds\nApp ID: aaaaaa\nKey ID: aaaaaa\.-bbbbb\nClient ID: ably-cli-[\da-f]{8}\nCapability: \{"\*":\["\*"\]\}\n$/;
const FIELDS = ['appId', 'capability', 'clientId', 'expires', 'issued', 'keyId', 'tokenType', 'ttl', 'value'];

const CLAIMS = [
  ['a client id', ['--client-id', 'client123'], { 'x-ably-clientId': 'client123' }],
  ['any client id', ['--client-id', '*'], { 'x-ably-clientId': '*' }],
  ['no client id', ['--client-id', 'NONE'], { 'x-ably-clientId': undefined }],
  ['a revocation key', ['--revocation-key', 'group1'], { 'x-ably-revocation-key': 'group1' }],
  [
    'a capability, written as canonical text',
    ['--capability', '{"b":["subscribe","publish"], "a":["*"]}'],
    { 'x-ably-capability': '{"a":["*"],"b":["publish","subscribe"]}' },
  ],
  [
    'claims',
    ['--claim', 'role="admin"', '--claim', 'level={"n":[1,null]}'],
    { role: 'admin', level: { n: [1, null] } },
  ],
  ['channel claims', ['--channel-claim', 'chat:*=moderator=yes'], { 'ably.channel.chat:*': 'moderator=yes' }],
  ['rate limits', ['--rate-limit', 'chat:*=0.5'], { 'ably.limits.publish.perAttachment.maxRate.chat:*': 0.5 }],
];

const REFUSED = [
  [['--ttl', '86401'], '--ttl is 86401', 40003],
  [['--ttl', '3601', '--revocable'], '--ttl is 3601', 40003],
  [['--ttl', '0'], '--ttl is 0', 40003],
  [['--capability', '{}'], 'the capability grants nothing: it names no resource', 40000],
  [['--claim', 'x-ably-clientId="a"'], '--claim x-ably-clientId is a reserved claim name', undefined],
  [['--claim', 'exp=1'], '--claim exp is a reserved claim name', undefined],
  [['--rate-limit', 'chat=-1'], '--rate-limit chat is not a number above 0 (messages per second)', undefined],
  [['--revocation-key', ''], '--revocation-key is empty', 40144],
];

const MISUSED = [
  [['--ttl', 'soon'], 'Expected --ttl to be an integer but received: soon'],
  [['--claim', 'role=admin'], '--claim role is not JSON'],
  [['--claim', 'role'], '--claim has no name before an equals sign'],
  [['--channel-claim', '=x'], '--channel-claim has no name before an equals sign'],
  [['--rate-limit', 'a=fast'], '--rate-limit a is not a number'],
  [['--rate-limit', 'a='], '--rate-limit a is not a number'],
  [['--claim', 'a=1', '--claim', 'a=2'], '--claim a is given twice'],
  [['token'], '1 unexpected argument'],
];

export { register as issue };

function register({ test, folder }) {
  test('text', async () => {
    const { code, stdout, stderr } = await issue([]);
    ok(TEXT.test(stdout), stdout);
    equal([code, stderr], [0, '']);
  });

  test('text without a client id has no line for it', async () => {
    const { stdout } = await issue(['--client-id', 'none']);
    ok(!stdout.includes('Client ID'), stdout);
  });

  test('the token alone', async () => {
    const { code, stdout, stderr } = await issue(['--token-only']);
    ok(/^[\w-]+\.[\w-]+\.[\w-]+\n$/.test(stdout), stdout);
    equal([code, stderr], [0, '']);
  });

  test('--json: the records of the Ably CLI', async () => {
    const { code, stdout, stderr } = await issue(['--json', '--client-id', 'ada', '--ttl', '60']);
    const [result, status, ...rest] = records(stdout);
    equal(Object.keys(result), ['type', 'command', 'success', 'token']);
    equal([result.type, result.command, result.success], ['result', 'auth:issue-jwt-token', true]);
    equal(Object.keys(result.token), FIELDS);
    const { appId, capability, clientId, keyId, tokenType, ttl, expires, issued, value } = result.token;
    equal(
      [appId, capability, clientId, keyId, tokenType, ttl],
      ['aaaaaa', { '*': ['*'] }, 'ada', 'aaaaaa.-bbbbb', 'jwt', 60],
    );
    const { claims } = claimsOf(value);
    equal([Date.parse(issued), Date.parse(expires)], [claims.iat * 1000, claims.exp * 1000]);
    equal(status, { type: 'status', command: 'auth:issue-jwt-token', status: 'completed', exitCode: 0 });
    equal([code, stderr, rest], [0, '', []]);
  });

  test('--json without a client id has no member for it', async () => {
    const { token } = resultOf((await issue(['--json', '--client-id', 'none'])).stdout);
    equal(
      Object.keys(token),
      FIELDS.filter((name) => name !== 'clientId'),
    );
  });

  test('--json --token-only', async () => {
    const { token } = resultOf((await issue(['--json', '--token-only'])).stdout);
    equal(Object.keys(token), ['value']);
  });

  test('--pretty-json: the same, formatted', async () => {
    const { stdout } = await issue(['--pretty-json']);
    const [result, status] = stdout.split('\n}\n').map((text) => (text === '' ? undefined : JSON.parse(`${text}}`)));
    equal([Object.keys(result.token), status.status], [FIELDS, 'completed']);
    ok(stdout.startsWith('{\n  "type": "result",\n'), stdout.slice(0, 60));
  });

  test('claims: what the Ably CLI puts there, and nothing that nobody asked for', async () => {
    const claims = await tokenOf(['--client-id', 'ada']);
    equal(Object.keys(claims).sort(), ['exp', 'iat', 'jti', 'x-ably-capability', 'x-ably-clientId']);
    ok(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(claims.jti), claims.jti);
    equal(claims.exp - claims.iat, 3600);
  });

  test('every default client id is another', async () => {
    const ids = await Promise.all(
      [[], ['--client-id', '']].map(async (args) => (await tokenOf(args))['x-ably-clientId']),
    );
    ok(ids.every((id) => /^ably-cli-[\da-f]{8}$/.test(id)) && ids[0] !== ids[1], ids.join());
  });

  for (const [name, args, wanted] of CLAIMS)
    test(`claims: ${name}`, async () => {
      const claims = await tokenOf(args);
      for (const [claim, value] of Object.entries(wanted)) equal(claims[claim], value, claim);
    });

  test('a capability from stdin, and from a file', async () => {
    writeFileSync(`${folder}/capability.json`, '\uFEFF{"file":["publish"]}\n');
    equal(
      (await tokenOf(['--capability', '-'], { stdin: '{"stdin":["publish"]}\n' }))['x-ably-capability'],
      '{"stdin":["publish"]}',
    );
    equal((await tokenOf(['--capability', `@${folder}/capability.json`]))['x-ably-capability'], '{"file":["publish"]}');
  });

  test('a capability file that is not there', async () => {
    const { code, stderr } = await issue(['--capability', '@/nonexistent/c.json']);
    equal([code, stderr], [1, 'Error: Cannot read the file /nonexistent/c.json for --capability: ENOENT\n']);
  });

  for (const [args, message, number] of REFUSED)
    test(`${args.join(' ')} is refused`, async () => {
      const { code, stdout, stderr } = await issue(args);
      equal([code, stdout, stderr.split('\n')[0]], [1, '', `Error: ${message}`]);
      equal(
        stderr.includes(`Ably error code: ${number} (https://help.ably.io/error/${number})`),
        number !== undefined,
        stderr,
      );
    });

  for (const [args, message] of MISUSED)
    test(`${args.join(' ')} is a wrong flag`, async () => {
      const { code, stdout, stderr } = await issue(args);
      equal([code, stdout, stderr.split('\n')[0]], [2, '', `Error: ${message}`]);
    });

  test('a capability that would do nothing: where, and what was meant', async () => {
    const { code, stdout, stderr } = await issue(['--capability', '{"chat":["publsh"]}']);
    equal([code, stdout], [1, '']);
    equal(stderr.split('\n'), [
      'Error: capability["chat"][0] is the unknown operation "publsh"',
      '  {"chat":["publsh"]}',
      '           ^^^^^^^^',
      'did you mean "publish"?',
      `Corrected: --capability '{"chat":["publish"]}'`,
      'Ably error code: 40000 (https://help.ably.io/error/40000)',
      '',
    ]);
  });

  test('two problems are both shown', async () => {
    const { stderr } = await issue(['--capability', '{"chat":["publsh"],"x":[]}']);
    equal(stderr.split('\n').slice(0, 6), [
      'Error: capability["chat"][0] is the unknown operation "publsh"; did you mean "publish"?',
      '  {"chat":["publsh"],"x":[]}',
      '           ^^^^^^^^',
      'capability["x"] is an empty list, which Ably refuses; leave the resource out to grant nothing',
      '  {"chat":["publsh"],"x":[]}',
      '                     ^^^',
    ]);
  });

  test('not JSON', async () => {
    const { code, stderr } = await issue(['--capability', "{'chat':['publish']}"]);
    equal(
      [code, stderr.split('\n').slice(0, 3)],
      [
        1,
        [
          'Error: the capability is not JSON (line 1, column 2): JSON has double quotes, not single ones',
          "  {'chat':['publish']}",
          '   ^',
        ],
      ],
    );
  });

  test('the same as a record', async () => {
    const { code, stdout, stderr } = await issue(['--json', '--capability', '{"chat":["publsh"]}']);
    equal([code, stderr], [1, '']);
    equal(records(stdout), [
      {
        type: 'error',
        command: 'auth:issue-jwt-token',
        success: false,
        error: {
          message: 'capability["chat"][0] is the unknown operation "publsh"',
          code: 40000,
          statusCode: 400,
          hint: 'did you mean "publish"?',
          suggestion: '{"chat":["publish"]}',
        },
      },
      { type: 'status', command: 'auth:issue-jwt-token', status: 'completed', exitCode: 1 },
    ]);
  });

  test('what looks right and does nothing: a warning on stderr, and the token', async () => {
    const { code, stdout, stderr } = await issue(['--token-only', '--capability', '{"chat*":["publish"]}']);
    equal([code, claimsOf(stdout).claims['x-ably-capability']], [0, '{"chat*":["publish"]}']);
    equal(stderr.split('\n'), [
      '⚠ capability["chat*"] is a literal name: a star is a wildcard only as a whole segment between colons; did you mean "chat:*"?',
      '  {"chat*":["publish"]}',
      '   ^^^^^^^',
      '',
    ]);
  });

  test('colours on a terminal, and none under NO_COLOR', async () => {
    const coloured = await issue([], { tty: true });
    ok(coloured.stdout.startsWith('\x1b[32m✓\x1b[0m Ably JWT'), coloured.stdout.slice(0, 40));
    const plain = await issue([], { tty: true, env: { ...env, NO_COLOR: '1' } });
    ok(!plain.stdout.includes('\x1b'), plain.stdout.slice(0, 40));
    const json = await issue(['--pretty-json'], { tty: true });
    ok(json.stdout.includes('\x1b[34m"type"\x1b[0m: \x1b[32m"result"\x1b[0m'), json.stdout.slice(0, 80));
    ok(!(await issue(['--json'], { tty: true })).stdout.includes('\x1b'), 'compact JSON is for programs');
  });
}
