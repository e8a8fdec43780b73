// verify-token and decode-token.
import { createHmac } from 'node:crypto';
import { equal, ok } from '../js/assert.mjs';
import { cli, resultOf } from './run-cli.mjs';

const KEY = 'aaaaaa.bbbbbb:made-up-secret-of-22-ch';
const env = { ABLY_API_KEY: KEY };
const make = async (...args) =>
  (await cli(['issue-jwt-token', '--token-only', '--client-id', 'ada', ...args], { env })).stdout.trim();

export function tokens({ test, sandbox }) {
  test('a valid token, from stdin', async () => {
    const token = await make('--capability', '{"chat:*":["publish"]}', '--revocation-key', 'g1');
    const { code, stdout } = await cli(['verify-token', '-'], { env, stdin: `${token}\n` });
    equal(code, 0);
    ok(
      /^✓ The token is valid\.\nApp ID: aaaaaa\nKey ID: aaaaaa\.bbbbbb\nClient ID: ada\nIssued: \S+ \([^)]+\)\nExpires: \S+ \([^)]+\)\nRevocation Key: g1\nCapability: \{"chat:\*":\["publish"\]\}\n$/.test(
        stdout,
      ),
      stdout,
    );
  });

  test('from ABLY_TOKEN, and as an argument', async () => {
    const token = await make();
    equal((await cli(['auth', 'verify-token'], { env: { ...env, ABLY_TOKEN: token } })).code, 0);
    equal((await cli(['verify-token', token], { env })).code, 0);
  });

  test('as a record', async () => {
    const { stdout } = await cli(['verify-token', '--json', '-'], { env, stdin: await make() });
    const { token, command } = resultOf(stdout);
    equal(
      [command, token.verified, token.keyId, token.clientId, token.capability],
      ['auth:verify-token', true, 'aaaaaa.bbbbbb', 'ada', { '*': ['*'] }],
    );
  });

  for (const [operation, code, says] of [
    ['publish', 0, 'publish on chat:42 is allowed'],
    ['history', 1, 'history on chat:42 is not allowed'],
  ])
    test(`may it ${operation}? ${code === 0 ? 'yes' : 'no'}`, async () => {
      const token = await make('--capability', '{"chat:*":["publish"]}');
      const answer = await cli(['verify-token', '--can', operation, '--on', 'chat:42', '-'], { env, stdin: token });
      equal(answer.code, code);
      ok(answer.stdout.includes(says), answer.stdout);
    });

  test('narrowed by what the key may do', async () => {
    const { stdout } = await cli(['verify-token', '--key-capability', '{"chat:*":["*"]}', '-'], {
      env,
      stdin: await make(),
    });
    ok(stdout.includes('Capability: {"chat:*":["*"]}'), stdout);
  });

  const WRONG = [
    ['another key', { ABLY_API_KEY: 'aaaaaa.bbbbbb:another-secret-of-22-char' }, (token) => token, 40101],
    ['a changed token', env, (token) => `${token.slice(0, -2)}AA`, 40101],
    [
      'a key of another name',
      { ABLY_API_KEY: 'aaaaaa.cccccc:made-up-secret-of-22-ch' },
      (token) => token,
      40101,
      'the token is signed by the key "aaaaaa.bbbbbb"; the key given is "aaaaaa.cccccc"',
    ],
    ['no token at all', env, () => 'hush-hush', 40144],
  ];
  for (const [name, environment, change, code, says = ''] of WRONG)
    test(`${name} is refused`, async () => {
      const answer = await cli(['verify-token', '-'], { env: environment, stdin: change(await make()) });
      equal([answer.code, answer.stdout], [1, '']);
      ok(answer.stderr.includes(`Ably error code: ${code}`) && answer.stderr.includes(says), answer.stderr);
    });

  const IN_PLACE = [
    [
      'in quotation marks',
      (token) => `"${token}"`,
      'the token is in quotation marks\ngive it without them; what was sent as JSON is read with response.json()\n',
    ],
    [
      'TokenDetails',
      (token) => JSON.stringify({ token }),
      'this is JSON with a token in it, such as TokenDetails, not the token itself\ngive its member token\n',
    ],
    [
      'a record of --json',
      (token) => JSON.stringify({ type: 'result', token: { value: token } }),
      'this is JSON, not a token\ngive the token alone\n',
    ],
    [
      'in base64',
      (token) => btoa(token),
      'the token is in base64 once more, as ably-js sends it\ndecode it first; verifyRequest does so\n',
    ],
    [
      'an API key',
      () => KEY,
      'this is an API key, not a token\na key signs tokens: give a token that is signed with it; if a client has sent the key, revoke the key\n',
    ],
    [
      'undefined',
      () => 'undefined',
      'the token is the text "undefined"\nthe value that it was made from is not a text: check where the token is read\n',
    ],
    [
      'an Ably token',
      () => `aaaaaa.${'A'.repeat(60)}`,
      'this looks like an Ably token, not a JWT\nonly Ably can read it; what can be read here is a JWT, as issueJwt gives it\n',
    ],
  ];
  for (const [name, change, says] of IN_PLACE)
    test(`in place of a token: ${name}`, async () => {
      for (const command of ['verify-token', 'decode-token']) {
        const answer = await cli([command, '-'], { env, stdin: change(await make()) });
        equal([answer.code, answer.stdout], [1, '']);
        ok(answer.stderr.startsWith(`Error: ${says}`), answer.stderr);
      }
    });

  test('a whole key as kid is told, and never shown', async () => {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const now = Math.floor(Date.now() / 1000);
    const signed = `${part({ alg: 'HS256', kid: KEY })}.${part({ iat: now, exp: now + 60 })}`;
    const token = `${signed}.${createHmac('sha256', KEY.split(':')[1]).update(signed).digest('base64url')}`;
    const says = "the token's kid is a whole API key, secret included: whoever has the token has the key";
    const verified = await cli(['verify-token', '-'], { env, stdin: token });
    equal([verified.code, verified.stdout], [1, '']);
    ok(verified.stderr.startsWith(`Error: ${says}\n`), verified.stderr);
    for (const args of [
      ['decode-token', '-'],
      ['decode-token', '--json', '-'],
      ['decode-token', '--pretty-json', '-'],
    ]) {
      const { code, stdout, stderr } = await cli(args, { stdin: token });
      equal(code, 0);
      ok(stdout.includes(says) && stdout.includes('aaaaaa.bbbbbb:***'), stdout);
      ok(!`${stdout}${stderr}`.includes(KEY.split(':')[1]), stdout);
    }
  });

  test('the key is looked up with an access token, and narrows', async () => {
    const token = (
      await cli(['issue-jwt-token', '--token-only'], { env: { ABLY_API_KEY: sandbox.keys.narrow } })
    ).stdout.trim();
    const looking = { ABLY_ENDPOINT: sandbox.endpoint, ABLY_ACCESS_TOKEN: sandbox.accessToken };
    const { code, stdout, stderr } = await cli(['verify-token', '-'], { env: looking, stdin: token });
    equal([code, stderr], [0, '']);
    ok(stdout.includes('Capability: {"chat:*":["history","publish","subscribe"],"news":["subscribe"]}'), stdout);
  });

  test('--can without --on', async () => {
    const { code, stderr } = await cli(['verify-token', '--can', 'publish', '-'], { env, stdin: 'x' });
    equal([code, stderr], [2, 'Error: --can is given without --on\nUse both, as in --can publish --on chat:42.\n']);
  });

  test('there is no token', async () => {
    const { code, stderr } = await cli(['verify-token'], { env });
    equal(
      [code, stderr],
      [1, 'Error: No token was given\nSet ABLY_TOKEN, or pipe the token in and give - as the argument.\n'],
    );
  });

  test('decode-token says that nobody has checked it, and needs no key', async () => {
    const { code, stdout, stderr } = await cli(['decode-token', '-'], { stdin: await make() });
    equal(
      [code, stderr],
      [0, 'Signature not checked: the contents below are unverified. Use verify-token to check them.\n'],
    );
    for (const line of [
      'Key ID: aaaaaa.bbbbbb',
      'Client ID: ada',
      'Capability: {"*":["*"]}',
      'Header: {"typ":"JWT","alg":"HS256","kid":"aaaaaa.bbbbbb"}',
    ])
      ok(stdout.includes(`${line}\n`), line);
  });

  test('claims that Ably does not have are named, with what was meant', async () => {
    const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const iat = Math.floor(Date.now() / 1000);
    const signed = `${encode({ typ: 'JWT', alg: 'HS256', kid: 'aaaaaa.bbbbbb' })}.${encode({ iat, exp: iat + 60, 'x-ably-capabilities': '{}', 'ably.channels.x': '1' })}`;
    const token = `${signed}.${createHmac('sha256', KEY.slice(KEY.indexOf(':') + 1))
      .update(signed)
      .digest('base64url')}`;
    const said = (name, meant) =>
      `unknown Ably claim "${name}": Ably documents no claim of this name, so it has no effect; did you mean "${meant}"?\n`;
    const verified = await cli(['verify-token', '-'], { env, stdin: token });
    const decoded = await cli(['decode-token', '-'], { stdin: token });
    equal([verified.code, decoded.code], [0, 0]);
    for (const [name, meant] of [
      ['x-ably-capabilities', 'x-ably-capability'],
      ['ably.channels.x', 'ably.channel.x'],
    ]) {
      ok(verified.stderr.includes(said(name, meant)), verified.stderr);
      ok(decoded.stdout.includes(`warning: ${said(name, meant)}`), decoded.stdout);
    }
    const { token: record } = resultOf((await cli(['verify-token', '--json', '-'], { env, stdin: token })).stdout);
    equal(
      record.diagnostics.map(({ code }) => code),
      ['no-capability', 'unknown-claim', 'unknown-claim'],
    );
    const refused = await cli(['issue-jwt-token', '--claim', 'x-ably-capabilities="{}"'], { env });
    equal([refused.code, refused.stdout], [1, '']);
    ok(/did you mean "x-ably-capability"\? use --capability/.test(refused.stderr), refused.stderr);
  });

  test('decode-token as a record', async () => {
    const { token } = resultOf((await cli(['decode-token', '--json', '-'], { stdin: await make() })).stdout);
    equal([token.verified, token.header.alg, token.claims['x-ably-clientId']], [false, 'HS256', 'ada']);
  });

  // Ably documents that their capabilities appear in JWTs, and not under which name.
  test('decode-token of an access token lists what it unlocks', async () => {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const claims of [
      { capabilities: ['read:app', 'write:key', 'read:news'] },
      { scope: 'read:app write:key read:news' },
    ]) {
      const token = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.c2lnbmF0dXJl`;
      const { code, stdout, stderr } = await cli(['decode-token', '-'], { stdin: token });
      equal(
        [code, stderr],
        [0, 'This is an access token, and its signature is not checked. Use access-token to ask Ably about it.\n'],
      );
      ok(/^✓ {2}Read App +read:app +apps list$/m.test(stdout), stdout);
      ok(/^✗ {2}Write App +write:app/m.test(stdout), stdout);
      ok(/^✓ +read:news$/m.test(stdout), stdout);
      const { token: record } = resultOf((await cli(['decode-token', '-', '--json'], { stdin: token })).stdout);
      equal(record.accessTokenCapabilities, ['read:app', 'write:key', 'read:news']);
    }
  });

  test('decode-token of an opaque access token names who can ask', async () => {
    const { code, stderr } = await cli(['decode-token', '-'], { stdin: 'hushACCESS0token1dE9aQ2xY7vB3mN5kL8pR4sT6uW' });
    equal(
      [code, stderr],
      [
        1,
        'Error: the token has no parts that can be decoded\nIf it is an access token, set ABLY_ACCESS_TOKEN and run ably-edge-auth access-token: only Ably can say what it allows.\nAbly error code: 40144 (https://help.ably.io/error/40144)\n',
      ],
    );
  });
}
