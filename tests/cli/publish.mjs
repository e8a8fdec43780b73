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
      equal([code, stdout, stderr], [0, '', '✓ Message published to channel: my/channel:1.\n']);
      equal(
        [sent.method, sent.url, JSON.parse(sent.body)],
        ['POST', `${sandbox.endpoint}/channels/my%2Fchannel%3A1/messages`, wanted],
      );
      equal(sent.headers.Authorization, `Basic ${btoa(sandbox.keys.root)}`);
    });

  test('as a record', async () => {
    const { message } = resultOf(
      (await cli(['channels', 'publish', 'news', 'Hello', '--json'], { env: keyed })).stdout,
    );
    equal([message.channel, message.data], ['news', 'Hello']);
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
