// Files and stdin as other programs write them: PowerShell's > is UTF-16 with a byte order mark, others put one before UTF-8.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { main } from '../../pkg/cli/main.js';
import { equal, ok } from '../js/assert.mjs';
import { claimsOf, cli, shell } from './run-cli.mjs';

const KEY = 'aaaaaa.bbbbbb:made-up-secret-of-22-ch';

const WRITTEN = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with a mark': (text) => Buffer.from(`\ufeff${text}`),
  'UTF-16 LE': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16 BE': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
};
/** Not text, or not in a form that can be told. */
const UNREADABLE = {
  'UTF-16 without a mark': [
    (text) => Buffer.from(text, 'utf16le'),
    'contains a NUL character. It may be UTF-16 without a byte order mark',
  ],
  'Latin-1': [(text) => Buffer.from(`é${text}é`, 'latin1'), 'is not UTF-8'],
  'UTF-16 that is cut off': [(text) => Buffer.from(`\ufeff${text}`, 'utf16le').subarray(0, -1), 'is not UTF-16'],
  'UTF-32': [
    (text) =>
      Buffer.concat([
        Buffer.from([0xff, 0xfe, 0, 0]),
        Buffer.from([...text].flatMap((letter) => [letter.charCodeAt(0), 0, 0, 0])),
      ]),
    'contains a NUL character. It may be UTF-16 without a byte order mark',
  ],
};

export function encodings({ test, world, folder }) {
  let files = 0;
  const written = (bytes) => {
    const path = join(folder, `encoded${files++}`);
    writeFileSync(path, bytes);
    return path;
  };
  const issue = async (args, io) => claimsOf((await cli(['issue-jwt-token', '--token-only', ...args], io)).stdout);
  const piped = async (args, bytes, env = {}) => {
    const { code, stdout, stderr } = await collected(args, bytes, { ABLY_CLI_CONFIG_DIR: '/nonexistent', ...env });
    return { code, stdout, stderr };
  };
  const targets = async (args, bytes) => {
    const { endpoint, key, log } = await world();
    const { code, stderr } = await piped(['revoke-token', '--force', ...args], bytes, {
      ABLY_ENDPOINT: endpoint,
      ABLY_API_KEY: key,
    });
    return {
      code,
      stderr,
      sent: (await log()).filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body).targets),
    };
  };

  for (const [name, encode] of Object.entries(WRITTEN)) {
    test(`${name}: targets, by file and by stdin`, async () => {
      const bytes = encode('clientId:ada\r\nclientId:José 🎈\r\n');
      for (const [args, stdin] of [
        [['--targets-file', written(bytes)], Buffer.alloc(0)],
        [['--targets-file', '-'], bytes],
      ])
        equal(await targets(args, stdin), {
          code: 0,
          stderr: '✓ Tokens matching 2 targets have been revoked.\n',
          sent: [['clientId:ada', 'clientId:José 🎈']],
        });
    });

    test(`${name}: a capability, by @file and by stdin`, async () => {
      const text = '{"chat:é":["publish"]}\r\n';
      for (const [given, bytes] of [
        [`@${written(encode(text))}`, Buffer.alloc(0)],
        ['-', encode(text)],
      ]) {
        const { code, stdout } = await piped(['issue-jwt-token', '--token-only', '--capability', given], bytes, {
          ABLY_API_KEY: KEY,
        });
        equal([code, claimsOf(stdout).claims['x-ably-capability']], [0, '{"chat:é":["publish"]}']);
        equal((await piped(['check-capability', given], bytes)).code, 0);
      }
    });

    test(`${name}: a key by stdin; a token by stdin; the fields of the Control API by @file`, async () => {
      const { code, stdout } = await piped(['issue-jwt-token', '--token-only', '--key', '-'], encode(`${KEY}\r\n`));
      equal([code, claimsOf(stdout).header.kid], [0, 'aaaaaa.bbbbbb']);
      equal((await piped(['verify-token', '-'], encode(stdout), { ABLY_API_KEY: KEY })).code, 0);
      const { endpoint, accessToken, log } = await world();
      await piped(
        [
          'apps',
          'create',
          '--name',
          'App',
          '--fields',
          `@${written(encode('{"tlsOnly":true}'))}`,
          '--access-token',
          '-',
        ],
        encode(`${accessToken}\r\n`),
        { ABLY_ENDPOINT: endpoint },
      );
      equal(
        (await log())
          .filter(({ method }) => method === 'POST')
          .map(({ headers, body }) => [headers.authorization, JSON.parse(body).tlsOnly]),
        [[`Bearer ${accessToken}`, true]],
      );
    });

    test(`${name}: the configuration, and the answer to a question`, async () => {
      const at = join(folder, `encoded${files++}`);
      mkdirSync(at);
      writeFileSync(
        join(at, 'config'),
        encode(
          `[current]\naccount = "a"\n[accounts.a]\ncurrentAppId = "aaaaaa"\n[accounts.a.apps.aaaaaa]\napiKey = "${KEY}"\n`,
        ),
      );
      equal((await issue([], { env: { ABLY_CLI_CONFIG_DIR: at } })).header.kid, 'aaaaaa.bbbbbb');
      const { endpoint, key, log } = await world();
      await piped(['revoke-token', '--client-id', 'ada'], encode('yes\r\n'), {
        ABLY_ENDPOINT: endpoint,
        ABLY_API_KEY: key,
      });
      equal((await log()).filter(({ method }) => method === 'POST').length, 1);
    });
  }

  for (const [name, [encode, says]] of Object.entries(UNREADABLE))
    test(`${name}: refused, and nothing is sent`, async () => {
      const bytes = encode('clientId:ada\n');
      const path = written(bytes);
      for (const [given, stdin, what] of [
        [path, Buffer.alloc(0), `The file ${path} for --targets-file`],
        ['-', bytes, 'stdin for --targets-file'],
      ])
        equal(await targets(['--targets-file', given], stdin), {
          code: 1,
          stderr: `Error: ${what} ${says}\nSave it as UTF-8.\n`,
          sent: [],
        });
      const at = join(folder, `encoded${files++}`);
      mkdirSync(at);
      writeFileSync(join(at, 'config'), bytes);
      const { code, stderr } = await cli(['issue-jwt-token'], { env: { ABLY_CLI_CONFIG_DIR: at } });
      equal([code, stderr], [1, `Error: The Ably CLI's configuration ${at}/config ${says}\nSave it as UTF-8.\n`]);
    });

  test('bytes that arrive one by one', async () => {
    const bytes = WRITTEN['UTF-16 BE']('clientId:José');
    const { sent } = await targets(
      ['--targets-file', '-'],
      [...bytes].map((byte) => Buffer.from([byte])),
    );
    equal(sent, [['clientId:José']]);
  });

  test('a process whose stdin has a byte order mark', async () => {
    const line = `printf '\\xef\\xbb\\xbf${KEY}\\n' | ably issue-jwt-token --key - --token-only`;
    const { code, stdout } = await shell(line);
    equal([code, claimsOf(stdout).header.kid], [0, 'aaaaaa.bbbbbb']);
    ok(stdout.endsWith('\n'));
  });
}

/** As `cli`, with stdin as bytes. */
async function collected(args, bytes, env) {
  const out = { stdout: '', stderr: '' };
  const sink = (name) => ({
    write(text, done) {
      out[name] += text;
      done?.();
    },
  });
  const stdin = Readable.from(Array.isArray(bytes) ? bytes : bytes.length === 0 ? [] : [bytes]);
  const code = await main(args, { env, stdin, stdout: sink('stdout'), stderr: sink('stderr') });
  return { code, ...out };
}
