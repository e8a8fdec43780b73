// channels publish: what is sent, and with which credential.
import { restAddress } from '../../pkg/cli/address.js';
import { getTime } from '../../pkg/index.js';
import { equal, ok } from '../js/assert.mjs';
import { cli, resultOf } from './run-cli.mjs';

const MESSAGES = [
  ['Hello', [], { data: 'Hello' }],
  ['Hello', ['--name', 'event'], { name: 'event', data: 'Hello' }],
  ['{"name":"event","data":"Hello World"}', [], { name: 'event', data: 'Hello World' }],
  ['{"text":"Hello"}', [], { data: '{"text":"Hello"}', encoding: 'json' }],
  ['{"name":"a","data":{"text":"Hello"}}', ['--name', 'b'], { name: 'b', data: '{"text":"Hello"}', encoding: 'json' }],
  ['{"data":"x","extras":{"headers":{"a":1}}}', [], { data: 'x', extras: { headers: { a: 1 } } }],
  ['[1,2]', [], { data: '[1,2]', encoding: 'json' }],
  ['42', [], { data: '42' }],
  ['true', [], { data: 'true' }],
  ['null', [], { data: 'null' }],
  ['"quoted"', [], { data: '"quoted"' }],
  ['', [], { data: '' }],
  ['aGk=', ['--encoding', 'base64'], { data: 'aGk=', encoding: 'base64' }],
  ['-5 degrees', [], { data: '-5 degrees' }],
  ['Hello', ['-n', 'event', '-e', 'utf-8'], { name: 'event', data: 'Hello', encoding: 'utf-8' }],
  ['Hello', ['--client-id', 'ada', '--transport', 'rest'], { data: 'Hello', clientId: 'ada' }],
  ['Hello', ['--client-id', 'NONE'], { data: 'Hello' }],
  ['Number {{.Count}} of {{.Count}}', [], { data: 'Number 1 of 1' }],
];

const ENDPOINTS = [
  undefined,
  'main',
  'eu-west',
  'nonprod:sandbox',
  'rest.example.com',
  'localhost',
  '::1',
  '2001:db8::1',
  'https://example.com',
  'https://example.com/',
  'https://example.com:8443/path',
  'http://127.0.0.1:8787',
  'http://localhost:1/w/x',
  'http://[::1]:80/',
];
const NO_ENDPOINTS = [
  '',
  ' ',
  'a b',
  'nonprod:',
  'http://example.com',
  'https://user:pass@example.com',
  'https://example.com?x=1',
  'ftp://127.0.0.1',
  'https://',
  'aaaaaa.bbbbbb:hush',
];

export function publish({ test, sandbox }) {
  const keyed = { ABLY_ENDPOINT: sandbox.endpoint, ABLY_API_KEY: sandbox.keys.root };

  for (const [text, args, wanted] of MESSAGES)
    test(`${JSON.stringify(text)} ${args.join(' ')} is sent as ${JSON.stringify(wanted)}`, async () => {
      let sent;
      const fetch = (url, init) => {
        sent = { url, ...init };
        return globalThis.fetch(url, init);
      };
      const { code, stdout, stderr } = await cli(['channels', 'publish', 'my/channel:1', text, ...args], {
        env: keyed,
        fetch,
      });
      equal([code, stderr], [0, '✓ Message published to channel: my/channel:1.\n']);
      ok(/^ {2}Serial: \S+\n$/.test(stdout), stdout);
      equal(
        [sent.method, sent.url, JSON.parse(sent.body)],
        ['POST', `${sandbox.endpoint}/channels/my%2Fchannel%3A1/messages`, wanted],
      );
      equal(sent.headers.Authorization, `Basic ${btoa(sandbox.keys.root)}`);
    });

  test('as a record', async () => {
    const { stdout } = await cli(['channels', 'publish', 'news', '{"text":1}', '--json'], { env: keyed });
    const { publish } = resultOf(stdout);
    const [{ serial, ...result }] = publish.results;
    equal(
      { ...publish, results: [result] },
      {
        errors: 0,
        published: 1,
        results: [{ index: 1, message: { data: { text: 1 } }, success: true }],
        allSucceeded: true,
        total: 1,
        channel: 'news',
      },
    );
    ok(serial.length > 5, serial);
  });

  test('several messages, one after the other', async () => {
    const sent = [];
    const fetch = (url, init) => {
      sent.push(JSON.parse(init.body).data);
      return globalThis.fetch(url, init);
    };
    const { code, stdout, stderr } = await cli(
      ['channels', 'publish', '-c', '3', '--delay', '0', 'news', 'Message {{.Count}}'],
      { env: keyed, fetch },
    );
    equal([code, sent], [0, ['Message 1', 'Message 2', 'Message 3']]);
    equal(stdout.match(/^ {2}Serial: /gm).length, 3);
    ok(stderr.startsWith('✓ Message 1 published to channel: news.\n'), stderr);
    ok(stderr.endsWith('✓ 3/3 messages published to channel: news.\n'), stderr);
  });

  test('some of several messages fail', async () => {
    let calls = 0;
    const fetch = (url, init) =>
      ++calls === 2 ? Promise.resolve(new Response('{}', { status: 500 })) : globalThis.fetch(url, init);
    const args = ['channels', 'publish', '--count', '3', '-d', '0', 'news', 'a'];
    const text = await cli(args, { env: keyed, fetch });
    equal(text.code, 1);
    ok(text.stderr.includes('⚠ Error publishing message 2: Request failed with status code 500\n'), text.stderr);
    ok(text.stderr.endsWith('✗ 2/3 messages published to channel: news (1 errors).\n'), text.stderr);
    calls = 0;
    const { publish } = resultOf((await cli([...args, '--json'], { env: keyed, fetch })).stdout);
    equal(
      [publish.errors, publish.published, publish.allSucceeded, publish.results.map(({ success }) => success)],
      [1, 2, false, [true, false, true]],
    );
  });

  for (const [args, says] of [
    [['--count', '0'], '--count is below 1'],
    [['--delay=-1'], '--delay is below 0'],
    [['--transport', 'realtime'], 'This command has no realtime transport'],
  ])
    test(`${args.join(' ')} is a wrong flag`, async () => {
      const { code, stderr } = await cli(['channels', 'publish', 'news', 'a', ...args], { env: keyed });
      equal([code, stderr.split('\n')[0]], [2, `Error: ${says}`]);
    });

  test('ABLY_TOKEN is before the key, and its capability counts', async () => {
    const token = (
      await cli(['issue-jwt-token', '--token-only', '--capability', '{"news":["subscribe"]}'], { env: keyed })
    ).stdout.trim();
    const { code, stdout, stderr } = await cli(['channels', 'publish', 'news', 'Hello'], {
      env: { ...keyed, ABLY_TOKEN: token },
    });
    equal([code, stdout], [1, '']);
    ok(stderr.includes('Ably error code: 40160'), stderr);
  });

  test('what is no key is not sent', async () => {
    const fetch = () => Promise.reject(new Error('it was sent'));
    const { code, stderr } = await cli(['channels', 'publish', 'news', 'Hello'], {
      env: { ...keyed, ABLY_API_KEY: 'hush' },
      fetch,
    });
    equal([code, stderr.split('\n')[0]], [1, 'Error: the key has no colon']);
  });

  for (const [name, given, says] of [
    [
      'an API key',
      () => sandbox.keys.root,
      'Error: ABLY_TOKEN is an API key, not a token\nUnset ABLY_TOKEN, and set ABLY_API_KEY instead.\n',
    ],
    [
      'a token in quotation marks',
      (token) => `"${token}"`,
      'Error: ABLY_TOKEN has quotation marks or JSON around the token\nSet it to the token alone.\n',
    ],
    [
      'TokenDetails',
      (token) => JSON.stringify({ token }),
      'Error: ABLY_TOKEN has quotation marks or JSON around the token\nSet it to the token alone.\n',
    ],
    [
      'the text undefined',
      () => 'undefined',
      'Error: ABLY_TOKEN is the text "undefined"\nCheck the program that sets the variable: it converted a missing value to text.\n',
    ],
  ])
    test(`${name} in ABLY_TOKEN is not sent`, async () => {
      const env = { ABLY_ENDPOINT: 'http://127.0.0.1:9', ABLY_TOKEN: given('x.y.z') };
      const { code, stderr } = await cli(['channels', 'publish', 'news', 'Hello'], { env });
      equal([code, stderr], [1, says]);
    });

  test('--key is before ABLY_TOKEN', async () => {
    const { code } = await cli(['channels', 'publish', 'news', 'Hello', '--key', '-'], {
      env: { ...keyed, ABLY_TOKEN: 'x.y.z' },
      stdin: sandbox.keys.root,
    });
    equal(code, 0);
  });

  test('a key that is found with an access token', async () => {
    const { code, stderr } = await cli(['channels', 'publish', 'news', 'Hello', '--verbose'], {
      env: { ABLY_ENDPOINT: sandbox.endpoint, ABLY_ACCESS_TOKEN: sandbox.accessToken },
    });
    equal(code, 0);
    ok(/^Key: sndbox\.\w+$/m.test(stderr), stderr);
  });

  test('the address of an endpoint is the one that the library has', async () => {
    for (const endpoint of ENDPOINTS) {
      let asked;
      const fetch = async (url) => {
        asked ??= url;
        return new Response('[1]');
      };
      await getTime({ endpoint, fetch });
      equal(`${restAddress(endpoint)}/time`, asked, endpoint);
    }
  });

  test('what the library takes for no endpoint is none', async () => {
    for (const endpoint of NO_ENDPOINTS) {
      let refused = false;
      await getTime({ endpoint, fetch: async () => new Response('[1]') }).catch(() => (refused = true));
      let here = false;
      try {
        restAddress(endpoint);
      } catch {
        here = true;
      }
      equal([refused, here], [true, true], endpoint);
    }
  });
}
