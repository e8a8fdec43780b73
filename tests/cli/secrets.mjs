// No secret is ever in what is told of an error, or with --verbose, whatever goes wrong where.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { masked } from '../../pkg/cli/redact.js';
import { equal, ok } from '../js/assert.mjs';
import { cli } from './run-cli.mjs';

const SECRET = 'hush-hush-secret';
const KEY = `aaaaaa.bbbbbb:${SECRET}`;

const WRONG_KEYS = [
  SECRET,
  `${SECRET}:`,
  `aaaaaa.bbbbbb ${SECRET}`,
  `aaaaaa:${SECRET}`,
  `"${KEY}"`,
  `${KEY}\u0000`,
  `aaaaaa.${SECRET}`,
  `${KEY}:${SECRET}`,
  `é.${KEY}`,
  `${KEY}${'x'.repeat(9000)}`,
  `${KEY};`,
  `${KEY}\\n`,
  `“${KEY}”`,
  `${KEY}\u200b`,
  `${KEY}***`,
  btoa(KEY),
  KEY.replace(':', '%3A'),
  `KEY=${KEY}`,
  `$${KEY}`,
  `{"key":"${KEY}"}`,
  `Basic ${btoa(KEY)}`,
];
const COMMANDS = [
  ['issue-jwt-token'],
  ['issue-jwt-token', '--json'],
  ['revoke-token', '--client-id', 'ada', '--force'],
  ['channels', 'publish', 'a', 'b'],
  ['verify-token', 'a.b.c'],
  ['issue-jwt-token', '--app', 'other1'],
];
const FAULTS = [
  { status: 401, error: { code: 40101, message: 'No' } },
  { status: 500, body: 'x' },
  { cut: 'headers' },
  { status: 403 },
  { status: 404, json: {} },
];

export function secrets({ test, world, folder }) {
  const hidden = ['hush', btoa(KEY).slice(8)];
  const clean = (name, { stdout, stderr }) =>
    ok(!hidden.some((text) => `${stdout}${stderr}`.includes(text)), `${name}: ${stdout}${stderr}`);

  for (const args of COMMANDS)
    test(`${args.join(' ')}: no key that is wrong is shown`, async () => {
      for (const key of WRONG_KEYS)
        for (const [more, io] of [
          [['--key', key], {}],
          [['--key', '-'], { stdin: key }],
          [[], { env: { ABLY_API_KEY: key } }],
        ]) {
          const answer = await cli([...args, '--verbose', ...more], {
            ...io,
            env: { ABLY_ENDPOINT: 'http://127.0.0.1:9', ...io.env },
          });
          ok(answer.code !== 0 || key.startsWith('aaaaaa.'), 'it fails');
          if (answer.code !== 0) clean(JSON.stringify(key.slice(0, 40)), answer);
        }
    });

  test('no access token that is wrong is shown', async () => {
    for (const token of [SECRET, `${SECRET}\n`, `${SECRET} x`, `"${SECRET}"`, KEY, `é${SECRET}`])
      for (const args of [
        ['access-token'],
        ['apps', 'list'],
        ['issue-jwt-token', '--app', 'a'],
        ['access-token', 'list', '--admin-token', token],
      ])
        clean(
          args.join(' '),
          await cli([...args, '--verbose'], { env: { ABLY_ENDPOINT: 'http://127.0.0.1:9', ABLY_ACCESS_TOKEN: token } }),
        );
  });

  test('no token that is wrong is shown', async () => {
    for (const token of [
      SECRET,
      `${SECRET}.${SECRET}.${SECRET}`,
      `${SECRET} x`,
      `é${SECRET}`,
      KEY,
      `"${SECRET}.a.b"`,
      `{"token":"${SECRET}"}`,
    ])
      for (const args of [['verify-token'], ['decode-token'], ['channels', 'publish', 'a', 'b']])
        clean(
          args.join(' '),
          await cli([...args, '--verbose'], {
            env: { ABLY_ENDPOINT: 'http://127.0.0.1:9', ABLY_TOKEN: token, ABLY_API_KEY: KEY },
          }),
        );
  });

  for (const fault of FAULTS)
    test(`an answer that is ${JSON.stringify(fault)}`, async () => {
      const apps = [
        {
          id: 'aaaaaa',
          name: 'A',
          keys: [{ id: 'bbbbbb', name: 'B', secret: SECRET, capability: { '*': ['*'] }, revocableTokens: true }],
        },
      ];
      const { endpoint } = await world({ faults: [fault], repeat: true, apps, accessToken: SECRET });
      for (const env of [{ ABLY_API_KEY: KEY }, { ABLY_ACCESS_TOKEN: SECRET }])
        for (const args of [
          ['revoke-token', '--client-id', 'ada', '--force'],
          ['channels', 'publish', 'a', 'b'],
          ['auth', 'keys', 'list'],
          ['access-token'],
        ])
          clean(args.join(' '), await cli([...args, '--verbose'], { env: { ABLY_ENDPOINT: endpoint, ...env } }));
    });

  test('a file of targets that is something else is not repeated', async () => {
    const path = join(folder, 'not-targets');
    writeFileSync(path, `clientId:ada\n${KEY}\n`);
    const answer = await cli(['revoke-token', '--targets-file', path, '--force'], { env: { ABLY_API_KEY: KEY } });
    equal(
      [answer.code, answer.stderr],
      [
        1,
        `Error: ${path}:2: not a target\nWrite clientId:ada, revocationKey:group1 or channel:chat:*, one per line.\n`,
      ],
    );
  });

  test('an endpoint that is a key is not repeated', async () => {
    for (const args of [
      ['channels', 'publish', 'a', 'b'],
      ['revoke-token', '--client-id', 'a', '--force'],
      ['access-token', 'list'],
    ]) {
      const answer = await cli(args, { env: { ABLY_API_KEY: KEY, ABLY_ENDPOINT: KEY, ABLY_ADMIN_TOKEN: SECRET } });
      ok(answer.code !== 0, 'it fails');
      clean(args.join(' '), answer);
    }
  });

  test('a configuration that is damaged is not repeated', async () => {
    for (const text of [`a = "${SECRET}`, `${KEY}`, `[accounts.default\napiKey="${KEY}"`, `a = ${SECRET}`]) {
      const at = join(folder, `damaged${Math.random()}`);
      mkdirSync(at);
      writeFileSync(join(at, 'config'), text);
      const answer = await cli(['issue-jwt-token', '--verbose'], { env: { ABLY_CLI_CONFIG_DIR: at } });
      equal(answer.code, 1);
      clean(text, answer);
    }
  });

  test('secrets of the Control API are masked, wherever they are', () => {
    const thing = {
      key: KEY,
      name: 'A',
      id: 'aaaaaa.bbbbbb:x',
      target: {
        url: `amqps://user:${SECRET}@example.com/x`,
        authentication: { secretAccessKey: SECRET, accessKeyId: SECRET, authenticationMode: 'credentials' },
        webhookKey: SECRET,
        sasl: { password: SECRET, username: 'ada' },
        apiKey: SECRET,
        token: SECRET,
        headers: [{ name: 'Authorization', value: SECRET }],
      },
      fcmKey: SECRET,
      apnsPrivateKey: SECRET,
      list: [{ password: SECRET }],
      count: 5,
      nothing: null,
    };
    const shown = JSON.stringify(masked(thing));
    ok(!shown.includes('hush'), shown);
    for (const kept of [
      'aaaaaa.bbbbbb:***',
      '"name":"A"',
      '"authenticationMode":"credentials"',
      '"username":"ada"',
      'amqps://user:***@example.com/x',
      '"count":5',
      '"Authorization"',
    ])
      ok(shown.includes(kept), `${kept} is not in ${shown}`);
  });
}
