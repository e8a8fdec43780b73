// Where the key comes from, in which order, and what --verbose says of it.
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from '../runtimes/start.mjs';
import { equal, ok } from '../js/assert.mjs';
import { claimsOf, CLI, cli } from './run-cli.mjs';

const FLAG = 'flag01.key001:made-up-secret-of-22-ch';
const ENVIRONMENT = 'envir1.-key02:made-up-secret-of-22-ch';
const STORED = 'stored.key003:made-up-secret-of-22-ch';

// As the Ably CLI writes it (ably/ably-cli 1.2.1, src/services/config-manager.ts): tables of tables, keys quoted only if they must be.
const CONFIG = ({ accessToken = '', more = '' } = {}) => `[current]
account = "default"

[accounts.default]
accountId = "VgQpOZ"
accountName = "Example"
userEmail = "ada@example.com"
currentAppId = "stored"
${accessToken && `accessToken = "${accessToken}"\n`}${more}
[accounts.default.apps.stored]
apiKey = "${STORED}"
appName = "Stored app"
keyId = "stored.key003"
keyName = "Root"

[accounts.default.apps.-other]
appName = "Other app"
apiKey = "-other.key004:made-up-secret-of-22-ch"

[accounts.other]
currentAppId = "wrong1"

[accounts.other.apps.wrong1]
apiKey = "wrong1.key005:made-up-secret-of-22-ch"
`;

const NO_KEY = [
  'Error: No API key was found',
  'Provide one in any of these ways:',
  '  ABLY_API_KEY=appId.keyId:secret   in the environment, or --key - to read it from stdin',
  '  ABLY_ACCESS_TOKEN=… --app NAME    an access token, used to look up the key of the app',
  "  ably login                        this command uses the Ably CLI's login and selected app",
  'Without an account, run ably-edge-auth sandbox: it serves Ably locally and prints keys for it.',
  '',
];

export function sources({ test, folder, sandbox, world }) {
  let folders = 0;
  /** @returns the folder, as ABLY_CLI_CONFIG_DIR */
  const configured = (text) => {
    const at = join(folder, `config${folders++}`);
    mkdirSync(at, { mode: 0o700 });
    writeFileSync(join(at, 'config'), text, { mode: 0o600 });
    return at;
  };
  const issue = (args, io) => cli(['issue-jwt-token', '--token-only', '--verbose', ...args], io);
  const keyNameOf = ({ stdout }) => claimsOf(stdout).header.kid;

  test('--key is before all others', async () => {
    const answer = await issue(['--key', FLAG], {
      env: { ABLY_API_KEY: ENVIRONMENT, ABLY_CLI_CONFIG_DIR: configured(CONFIG()) },
    });
    equal([keyNameOf(answer), answer.stderr], ['flag01.key001', 'Key: flag01.key001, from --key\n']);
  });

  test('--key - reads stdin', async () => {
    for (const args of [['--key', '-'], ['--key=-']]) {
      const answer = await issue(args, { stdin: `${FLAG}\r\n` });
      equal([keyNameOf(answer), answer.stderr], ['flag01.key001', 'Key: flag01.key001, from stdin (--key -)\n']);
    }
  });

  test('then ABLY_API_KEY', async () => {
    const answer = await issue([], { env: { ABLY_API_KEY: ENVIRONMENT, ABLY_CLI_CONFIG_DIR: configured(CONFIG()) } });
    equal(
      [keyNameOf(answer), answer.stderr],
      [
        'envir1.-key02',
        '⚠ Using the key envir1.-key02 from ABLY_API_KEY. The Ably CLI would use its stored key stored.key003.\nKey: envir1.-key02, from ABLY_API_KEY\n',
      ],
    );
  });

  test("then the Ably CLI's configuration: current account, current app", async () => {
    const at = configured(CONFIG({ accessToken: 'made-up' }));
    const answer = await issue([], { env: { ABLY_CLI_CONFIG_DIR: at, ABLY_ACCESS_TOKEN: 'made-up' } });
    equal(
      [keyNameOf(answer), answer.stderr],
      ['stored.key003', `Key: stored.key003, from the Ably CLI's configuration, ${at}/config\n`],
    );
  });

  for (const app of ['-other', 'Other app'])
    test(`the app of the configuration that is ${app}`, async () => {
      const env = { ABLY_CLI_CONFIG_DIR: configured(CONFIG()) };
      equal(keyNameOf(await issue([`--app=${app}`], { env })), '-other.key004');
      equal(keyNameOf(await issue([], { env: { ...env, ABLY_APP_ID: app } })), '-other.key004');
    });

  test('it is read, and never written', async () => {
    const at = configured(CONFIG());
    chmodSync(join(at, 'config'), 0o400);
    const before = statSync(join(at, 'config'));
    await issue([], { env: { ABLY_CLI_CONFIG_DIR: at } });
    const after = statSync(join(at, 'config'));
    equal(
      [readFileSync(join(at, 'config'), 'utf8'), after.mtimeMs, after.mode],
      [CONFIG(), before.mtimeMs, before.mode],
    );
  });

  test('then an access token of the environment, by which the key is looked up', async () => {
    const env = { ABLY_ENDPOINT: sandbox.endpoint, ABLY_ACCESS_TOKEN: sandbox.accessToken };
    const answer = await issue(['--app', sandbox.app.name], { env });
    equal(
      answer.stderr,
      `Access token: from ABLY_ACCESS_TOKEN\nEndpoint: ${sandbox.endpoint}\nApp: ${sandbox.app.name} (looking up its key with the access token)\n`,
    );
    equal(keyNameOf(answer).split('.')[0], sandbox.app.id);
  });

  test('the only app need not be named', async () => {
    const { endpoint, accessToken } = await world();
    const answer = await issue([], { env: { ABLY_ENDPOINT: endpoint, ABLY_ACCESS_TOKEN: accessToken } });
    equal(keyNameOf(answer), 'xVLyHw.A-pwh7');
  });

  test('of several apps one has to be named', async () => {
    const { endpoint, accessToken } = await world({
      apps: [
        { id: 'first1', name: 'First', keys: [] },
        { id: 'secon1', name: 'Second', keys: [] },
      ],
    });
    const { code, stderr } = await cli(['issue-jwt-token'], {
      env: { ABLY_ENDPOINT: endpoint, ABLY_ACCESS_TOKEN: accessToken },
    });
    equal(
      [code, stderr],
      [
        1,
        'Error: No app was given, and the account has 2\nChoose one with --app:\n  first1  First\n  secon1  Second\n',
      ],
    );
  });

  test('an access token of the configuration, with its endpoint', async () => {
    const text = CONFIG({ accessToken: sandbox.accessToken, more: `endpoint = "${sandbox.endpoint}"\n` })
      .replaceAll(/^apiKey.*\n/gm, '')
      .replace('"stored"', `"${sandbox.app.id}"`);
    const at = configured(text);
    const answer = await issue([], { env: { ABLY_CLI_CONFIG_DIR: at } });
    equal(answer.stderr.split('\n')[0], `Access token: from the Ably CLI's configuration, ${at}/config`);
    equal(keyNameOf(answer).split('.')[0], sandbox.app.id);
  });

  test('an access token of an OAuth session; and one that has expired', async () => {
    const session = (expires) =>
      `\n[oauthSessions."ada@example.com::ably.com"]\naccessToken = "${sandbox.accessToken}"\naccessTokenExpiresAt = ${expires}\noauthScope = "full_access"\nrefreshToken = "made-up"\n`;
    const text = CONFIG({ more: `authMethod = "oauth"\noauthSessionKey = "ada@example.com::ably.com"\n` })
      .replaceAll(/^apiKey.*\n/gm, '')
      .replace('"stored"', `"${sandbox.app.id}"`);
    const env = { ABLY_ENDPOINT: sandbox.endpoint };
    const answer = await issue([], {
      env: { ...env, ABLY_CLI_CONFIG_DIR: configured(text + session(Date.now() + 60_000)) },
    });
    equal([answer.code, keyNameOf(answer).split('.')[0]], [0, sandbox.app.id]);
    const at = configured(text + session(Date.now() - 1));
    const { code, stderr } = await cli(['issue-jwt-token'], { env: { ...env, ABLY_CLI_CONFIG_DIR: at } });
    equal(
      [code, stderr],
      [
        1,
        `Error: The Ably CLI's login has expired (${at}/config)\nRun any Ably CLI command to renew it, or set ABLY_ACCESS_TOKEN.\n`,
      ],
    );
  });

  test('nothing at all: the three ways, and the sandbox', async () => {
    const { code, stdout, stderr } = await cli(['issue-jwt-token']);
    equal([code, stdout, stderr.split('\n')], [1, '', NO_KEY]);
  });

  test('nothing for this app', async () => {
    const { code, stderr } = await cli(['issue-jwt-token', '--app', 'nobody'], {
      env: { ABLY_CLI_CONFIG_DIR: configured(CONFIG()) },
    });
    equal([code, stderr.split('\n')[0]], [1, 'Error: No API key was found for the app "nobody"']);
  });

  test('no access token', async () => {
    const { code, stderr } = await cli(['apps', 'list']);
    equal(
      [code, stderr.split('\n').slice(0, 2)],
      [1, ['Error: No access token was found', 'Provide one in any of these ways:']],
    );
  });

  const MISMATCHES = [
    [['--key', FLAG, '--app', 'other1'], {}, '--key', 'flag01', 'Use a key of that app, or leave out --app.'],
    [
      ['--app', 'other1'],
      { ABLY_API_KEY: ENVIRONMENT },
      'ABLY_API_KEY',
      'envir1',
      'Use a key of that app, or unset ABLY_API_KEY to look its key up. To use the name of an app, set ABLY_ACCESS_TOKEN.',
    ],
    [
      [],
      { ABLY_API_KEY: ENVIRONMENT, ABLY_APP_ID: 'other1' },
      'ABLY_API_KEY',
      'envir1',
      'Use a key of that app, or unset ABLY_API_KEY to look its key up. To use the name of an app, set ABLY_ACCESS_TOKEN.',
    ],
  ];
  for (const [args, env, from, app, hint] of MISMATCHES)
    test(`a key of another app: ${args.join(' ') || 'ABLY_APP_ID'}`, async () => {
      const { code, stdout, stderr } = await cli(['issue-jwt-token', ...args], { env });
      equal(
        [code, stdout, stderr],
        [1, '', `Error: The key from ${from} belongs to the app ${app}, not to "other1"\n${hint}\n`],
      );
    });

  test("a key and its app's name: by the configuration, or by the Control API", async () => {
    const at = configured(CONFIG());
    equal((await issue(['--app', 'Stored app'], { env: { ABLY_API_KEY: STORED, ABLY_CLI_CONFIG_DIR: at } })).code, 0);
    const env = { ABLY_ENDPOINT: sandbox.endpoint, ABLY_ACCESS_TOKEN: sandbox.accessToken };
    equal((await issue(['--app', sandbox.app.name], { env: { ...env, ABLY_API_KEY: sandbox.keys.root } })).code, 0);
    equal((await issue(['--app', sandbox.app.name], { env: { ...env, ABLY_API_KEY: FLAG } })).code, 1);
  });

  test('a configuration that is not TOML: where, and nothing of what stands there', async () => {
    const at = configured(`[accounts.default]\napiKey = "hush-hush\n`);
    const { code, stdout, stderr } = await cli(['issue-jwt-token'], { env: { ABLY_CLI_CONFIG_DIR: at } });
    equal([code, stdout], [1, '']);
    ok(stderr.startsWith(`Error: The Ably CLI's configuration ${at}/config is not TOML (line 2, column `), stderr);
    ok(!stderr.includes('hush'), stderr);
  });

  test('a configuration in which nobody is logged in', async () => {
    for (const text of [
      '',
      '[current]\naccount = "gone"\n',
      'current = 1\naccounts = 2\n',
      '[current]\naccount = "a"\n[accounts]\na = "text"\n',
    ])
      equal(
        (await cli(['issue-jwt-token'], { env: { ABLY_CLI_CONFIG_DIR: configured(text) } })).stderr.split('\n'),
        NO_KEY,
        text,
      );
  });

  test('an interruption while it waits for stdin', async () => {
    const child = spawn(process.execPath, [CLI, 'issue-jwt-token', '--key', '-'], { stdio: 'pipe' });
    const exited = once(child, 'exit');
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    // More than any pipe holds: it reads once it has taken that.
    if (!child.stdin.write('begun'.repeat(1_000_000))) await once(child.stdin, 'drain');
    child.kill('SIGINT');
    equal([(await exited)[0], stderr], [130, 'Error: Interrupted.\n']);
  });

  test('stdin has one use', async () => {
    const { code, stderr } = await cli(['issue-jwt-token', '--key', '-', '--capability', '-'], { stdin: FLAG });
    equal(
      [code, stderr],
      [
        2,
        'Error: stdin is given for both --key and --capability\nUse a file, a variable or the command line for one of them.\n',
      ],
    );
  });

  // Source: ably/ably-cli 1.2.1, src/base-command.ts, ensureAppAndKey.
  test('a stored key that the Ably CLI would use is named beside ABLY_API_KEY', async () => {
    const NOTE =
      '⚠ Using the key envir1.-key02 from ABLY_API_KEY. The Ably CLI would use its stored key stored.key003.\n';
    const env = { ABLY_CLI_CONFIG_DIR: configured(CONFIG()), ABLY_API_KEY: ENVIRONMENT };
    for (const [args, note, more] of [
      [['issue-jwt-token', '--token-only'], NOTE],
      [['issue-jwt-token', '--token-only', '--key', FLAG], ''],
      [['issue-jwt-token', '--token-only'], '', { ABLY_API_KEY: STORED }],
      [['issue-jwt-token', '--token-only'], '', { ABLY_CLI_CONFIG_DIR: configured('not TOML') }],
      [['issue-jwt-token', '--token-only'], '', { ABLY_CLI_CONFIG_DIR: '/nonexistent' }],
    ]) {
      const { code, stderr } = await cli(args, { env: { ...env, ...more } });
      equal([code, stderr], [0, note], args.join(' '));
    }
  });
}
