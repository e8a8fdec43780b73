// A key, a JWT and an access token in every place that takes a text: each flag, argument, variable, file, the configuration,
// an address. None is told to anybody, but what a command is there to print.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { everyCommand } from '../../pkg/cli/commands.js';
import { echoed, echoedPath, redacted } from '../../pkg/cli/redact.js';
import { issueJwt } from '../../pkg/index.js';
import { equal, ok } from '../js/assert.mjs';
import { cli, shell } from './run-cli.mjs';

const KEY = 'xVLyHw.A-pwh7:hushhushKEY0123456789abcdefghijklmnopq';
const ACCESS_TOKEN = 'hushACCESS0token1dE9aQ2xY7vB3mN5kL8pR4sT6uW';
const { token: JWT } = await issueJwt({ key: KEY, capability: { '*': ['*'] }, clientId: 'hush-hush' });
/** What is looked for: what cannot be done without. */
const SECRETS = {
  'a key': [KEY, KEY.split(':')[1]],
  'a JWT': [JWT, JWT.split('.')[2]],
  'an access token': [ACCESS_TOKEN, ACCESS_TOKEN],
};
const VARIABLES = [
  'ABLY_API_KEY',
  'ABLY_ACCESS_TOKEN',
  'ABLY_TOKEN',
  'ABLY_ADMIN_TOKEN',
  'ABLY_APP_ID',
  'ABLY_ENDPOINT',
  'ABLY_CONTROL_HOST',
  'ABLY_PLAIN_HTTP_HOST',
  'ABLY_CLI_CONFIG_DIR',
];
/** What nobody can tell from a name of the user's own, so it is shown: an access token has no form. A client ID may look just so. */
const IS_NAME = [
  'name',
  'client-id',
  'revocation-key',
  'channel',
  'claim',
  'channel-claim',
  'rate-limit',
  'on',
  'app',
  'encoding',
  'rule-type',
];

// As many as a command needs that its flags and arguments are looked at.
const NEEDED = {
  'revoke-token': ['--client-id', 'ada', '--force'],
  'channels publish': [],
  'access-token create': ['--name', 'a', '--capabilities', 'all'],
  'apps create': ['--name', 'a'],
};
const ARGUMENTS = { CHANNEL: 'a', MESSAGE: 'b', CAPABILITY: '{"a":["publish"]}', SHELL: 'bash', TOKEN: 'a.b.c' };
const commands = await everyCommand();
const UNENDING = ['sandbox', 'channels subscribe'];

export function places({ test, world, folder, sandbox }) {
  let folders = 0;
  /** Everything that can be asked is, and --verbose. */
  const tell = async (args, { env = {}, secret, stdin = 'y\n' } = {}) => {
    const { endpoint } = await world();
    const answers = [];
    for (const json of [[], ['--json']])
      answers.push(
        await cli([...args, '--verbose', ...json], {
          fetch: fetchHere,
          env: {
            ABLY_ENDPOINT: endpoint,
            ABLY_API_KEY: 'xVLyHw.A-pwh7:made-up-secret',
            ABLY_ACCESS_TOKEN: 'made-up-access-token',
            ...env,
          },
          stdin,
        }),
      );
    for (const { stdout, stderr } of answers)
      ok(
        !`${stdout}${stderr}`.includes(secret),
        `${args.map((arg) => arg.slice(0, 60)).join(' ')}: ${stdout}${stderr}`,
      );
    return answers;
  };
  const without = (args, flag) => {
    const at = args.indexOf(`--${flag}`);
    return at === -1 ? args : [...args.slice(0, at), ...args.slice(at + 2)];
  };
  const filled = ({ args = [] }) =>
    args.filter(({ required }) => required).map(({ name }) => ARGUMENTS[name] ?? 'xVLyHw');

  for (const [kind, [whole, secret]] of Object.entries(SECRETS)) {
    const isOpaque = whole === ACCESS_TOKEN;
    for (const [name, command] of commands) {
      if (UNENDING.includes(name)) continue;
      test(`${kind} in each flag of ${name}`, async () => {
        for (const [flag, { value, choices }] of Object.entries(command.flags ?? {})) {
          if (flag === 'failed-to' || (isOpaque && IS_NAME.includes(flag))) continue;
          const needed = without(NEEDED[name] ?? [], flag);
          const isPair = /^\w+=/.test(value ?? '');
          for (const given of isPair ? [`a=${whole}`, `${whole}=1`, whole] : [whole, `@${whole}`])
            await tell(
              [
                ...name.split(' '),
                ...filled(command),
                ...needed,
                value === undefined ? `--${flag}=${given}` : `--${flag}`,
                ...(value === undefined ? [] : [given]),
              ],
              { secret },
            );
          if (choices === undefined)
            await tell([...name.split(' '), ...filled(command), `--${flag}`, `--${flag}=${whole}`], { secret });
        }
      });
      test(`${kind} in each argument of ${name}, and as a flag`, async () => {
        const args = command.args ?? [];
        const needed = NEEDED[name] ?? [];
        for (let count = isOpaque && args.length > 0 ? 99 : 1; count <= args.length + 1; count++)
          await tell(
            [
              ...name.split(' '),
              ...filled(command).slice(0, count - 1),
              ...Array(count - filled(command).slice(0, count - 1).length).fill(whole),
              ...needed,
            ],
            { secret },
          );
        // With a hyphen before it, it may be the name of what is created.
        const isName = isOpaque && args.some((arg) => arg.isName);
        for (const flag of [`--${whole}`, ...(isName ? [] : [`-${whole}`]), `--nope=${whole}`, `--json=${whole}`])
          await tell([...name.split(' '), ...filled(command), ...needed, flag], { secret });
        await tell([...name.split(' '), ...filled(command), ...needed, '--nope', whole], { secret });
      });
    }

    test(`${kind} in place of a command`, async () => {
      for (const args of [
        [whole],
        ['auth', whole],
        ['apps', whole],
        [`--${whole}`],
        [`-${whole}`],
        [`--x=${whole}`],
        ['apps', `--${whole}`],
        [`auth:${whole}`],
        [`"${whole}"`],
        [` ${whole} `],
        ['version', whole],
        ['apps', 'channel-rules', whole],
      ])
        for (const { stdout, stderr } of [
          await cli(args),
          await cli([...args, '--json']),
          await cli([...args, '--help']),
        ])
          ok(!`${stdout}${stderr}`.includes(secret), stdout + stderr);
    });

    for (const variable of VARIABLES)
      test(`${kind} in ${variable}`, async () => {
        const values = [whole, ` ${whole}`, `"${whole}"`, ...(/HOST|ENDPOINT/.test(variable) ? addresses(whole) : [])];
        for (const value of values)
          for (const args of [
            ['issue-jwt-token', '--token-only'],
            ['revoke-token', '--client-id', 'ada', '--force'],
            ['channels', 'publish', 'a', 'b'],
            ['verify-token'],
            ['decode-token'],
            ['apps', 'list'],
            ['auth', 'keys', 'list'],
            ['access-token'],
            ['access-token', 'list'],
          ])
            await tell(args, { env: { ABLY_ADMIN_TOKEN: 'a', [variable]: value }, secret });
      });

    test(`${kind} in a file, and on stdin`, async () => {
      const path = join(folder, `place${folders++}`);
      for (const text of [
        whole,
        `"${whole}"`,
        `clientId:${whole}`,
        `${whole}\n${whole}`,
        `{"${whole}":["publish"]}`,
        `{"a":["${whole}"]}`,
        `[current]\n${whole}`,
      ]) {
        if (isOpaque && text.includes(':')) continue; // it is a name there, as of a channel
        writeFileSync(path, text);
        for (const [from, stdin] of [
          [path, ''],
          ['-', text],
        ]) {
          const at = from === '-' ? '-' : `@${from}`;
          for (const args of [
            ['revoke-token', '--force', '--targets-file', from],
            ['issue-jwt-token', '--token-only', '--capability', at],
            ['check-capability', at],
            ['verify-token', '--key-capability', at, 'a.b.c'],
            ['apps', 'create', '--fields', at],
            ['verify-token', '-'],
            ['decode-token', '-'],
            ['issue-jwt-token', '--token-only', '--key', '-'],
            ['apps', 'list', '--access-token', '-'],
            ['access-token', 'list', '--admin-token', '-'],
          ])
            await tell(args, { secret, stdin });
        }
      }
    });

    test(`${kind} in the configuration`, async () => {
      const text = (field) =>
        ({
          account: `[current]\naccount = "${whole}"\n`,
          ...Object.fromEntries(
            ['accessToken', 'currentAppId', 'endpoint', 'controlHost', 'accountName', 'oauthSessionKey'].map((name) => [
              name,
              `[current]\naccount = "a"\n[accounts.a]\n${name} = "${whole}"\n`,
            ]),
          ),
          apiKey: `[current]\naccount = "a"\n[accounts.a]\ncurrentAppId = "xVLyHw"\n[accounts.a.apps.xVLyHw]\napiKey = "${whole}"\n`,
          damaged: `[current\n${whole}`,
        })[field];
      for (const field of [
        'account',
        'accessToken',
        'currentAppId',
        'endpoint',
        'controlHost',
        'accountName',
        'oauthSessionKey',
        'apiKey',
        'damaged',
      ]) {
        if (isOpaque && field === 'currentAppId') continue;
        const at = join(folder, `place${folders++}`);
        mkdirSync(at);
        writeFileSync(join(at, 'config'), text(field));
        for (const args of [
          ['issue-jwt-token', '--token-only'],
          ['revoke-token', '--client-id', 'ada', '--force'],
          ['channels', 'publish', 'a', 'b'],
          ['apps', 'list'],
          ['access-token'],
        ])
          await tell(args, { env: { ABLY_CLI_CONFIG_DIR: at, ABLY_API_KEY: '', ABLY_ACCESS_TOKEN: '' }, secret });
      }
    });
  }

  test('a whole process: a key as a command, and an address with a key in it', async () => {
    const typed = await shell(`ably 'app.key:secret'`);
    equal(typed, {
      code: 2,
      stdout: '',
      stderr: 'Error: command app.key:*** not found\nSee --help for the commands.\n',
    });
    const { stderr } = await shell('ably apps list --verbose', {
      env: { ABLY_ENDPOINT: 'https://app.key:secret@host', ABLY_ACCESS_TOKEN: 'made-up' },
    });
    ok(stderr.includes('Endpoint: https://app.key:***@host\n') && !stderr.includes('secret'), stderr);
  });

  test('what a command is there to print, it prints', async () => {
    const env = {
      ABLY_ENDPOINT: sandbox.endpoint,
      ABLY_API_KEY: sandbox.keys.root,
      ABLY_ACCESS_TOKEN: sandbox.accessToken,
      ABLY_ADMIN_TOKEN: sandbox.adminToken,
      ABLY_APP_ID: sandbox.app.id,
    };
    const run = async (...args) => (await cli(args, { env })).stdout;
    for (const more of [[], ['--json'], ['--token-only']])
      ok(/eyJ[\w-]+\.[\w-]+\.[\w-]{43}/.test(await run('issue-jwt-token', ...more)), 'the token');
    const listed = await run('auth', 'keys', 'list', '--json');
    ok(
      !listed.includes(sandbox.keys.root) &&
        (await run('auth', 'keys', 'list', '--show-secrets', '--json')).includes(sandbox.keys.root),
      'keys when they are asked for',
    );
    const { accessToken } = JSON.parse(
      (await run('access-token', 'create', '--name', 'a', '--capabilities', 'all', '--json')).split('\n')[0],
    );
    ok(accessToken.value.length > 20, 'the access token');
    ok(
      (await run('--help')).includes('sndbox.root01:not-a-secret-sandbox-root-key') ||
        (await run('sandbox', '--help')).includes('sndbox.root01:not-a-secret-sandbox-root-key'),
      'the example of the help',
    );
  });

  const KEPT = [
    'file.txt:12: wrong',
    'http://127.0.0.1:8585/x',
    'org.room:lobby',
    'a@b.example',
    'appId.keyId',
    'clientId:ada',
    'nonprod:sandbox',
    'https://user.example.com/a@b',
    'sk-live',
    '28GY6a.-frw5Q',
    '550e8400-e29b-41d4-a716-446655440000',
    'V1StGXR8_Z5jdHi6B-myT',
    'acme.users:550e8400-e29b-41d4-a716-446655440000',
  ];
  for (const text of KEPT) test(`${text} is no secret`, () => equal(redacted(text), text));
  const MASKED = [
    [`x ${KEY} y`, 'x xVLyHw.A-pwh7:*** y'],
    [`"${KEY}"`, '"xVLyHw.A-pwh7:***"'],
    [JWT, '***'],
    ['https://app.key:secret@host/x', 'https://app.key:***@host/x'],
    ['amqps://user:p@ss:word@host', 'amqps://user:***@host'],
    ['https://token@host', 'https://***@host'],
  ];
  for (const [text, shown] of MASKED) test(`${text.slice(0, 30)} is one`, () => equal(redacted(text), shown));
  const ECHOED = [
    ['app.key:secret', 'app.key:***'],
    ['app.key%3Asecret', 'app.key:***'],
    [btoa(KEY), '***'],
    [ACCESS_TOKEN, '***'],
    ['frob', 'frob'],
    ['127.0.0.1:8585', '127.0.0.1:8585'],
    ['main.example.com:443', 'main.example.com:443'],
    ['/home/ada/targets.txt', '/home/ada/targets.txt'],
    ['1h', '1h'],
    ['x'.repeat(30).concat(' ').repeat(9), `${'x'.repeat(30).concat(' ').repeat(9).slice(0, 200)}…`],
  ];
  for (const [text, shown] of ECHOED)
    test(`${text.slice(0, 30)} is echoed as ${shown.slice(0, 30)}`, () => equal(echoed(text), shown));
  test('a path is echoed, and a secret in place of one is not', () => {
    for (const path of ['/tmp/tmp.aB3dEf9hIjKlMnOpQrS/targets', 'C:\\x\\aB3dEf9hIjKlMnOpQrS.txt', 'left.txt'])
      equal(echoedPath(path), path);
    for (const [whole, secret] of Object.values(SECRETS))
      for (const path of [whole, `./${whole}`])
        if (whole !== ACCESS_TOKEN || path === whole) ok(!echoedPath(path).includes(secret), path);
  });

  test('it takes no long time to look', () => {
    for (const piece of ['a', 'a.', 'a-', 'a:', '://', 'a://', '@', 'eyJ', 'eyJaaaaaaaa.', 'a.b:', '%3A'])
      for (const text of [piece.repeat(100_000), `x ${piece.repeat(100_000)}!`])
        ok(echoed(text).length <= 201 && redacted(text).length > 0);
  });
}

const addresses = (secret) => [
  `https://${secret}@host`,
  `https://user:${secret}@host`,
  `http://127.0.0.1:9/${secret}`,
  `https://${secret}`,
  `wss://x:${secret}@host:1/a`,
  `https://a@b:${secret}@host`,
];

/** Nothing goes to another machine, whatever an address leads to. */
async function fetchHere(url, init) {
  if (new URL(url).hostname === '127.0.0.1') return fetch(url, init);
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('no such host'), { code: 'ENOTFOUND' }) });
}
