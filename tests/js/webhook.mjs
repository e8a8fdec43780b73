// verifyWebhook: signed bodies of every form, and everything that is refused.
import { equal, ok, rejects } from './assert.mjs';
import { errorOf, request } from './edge-request.mjs';

const KEY = 'appId.keyId:s3cret-of-the-key';
const NOW = 1_562_124_930_000;
const encode = (text) => new TextEncoder().encode(text);
const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** A second implementation, from RFC 2104, on the platform's hash alone. */
async function hmacOf(secret, bytes) {
  const sha256 = async (...parts) => {
    const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
  };
  const block = new Uint8Array(64);
  block.set(encode(secret));
  const inner = await sha256(
    block.map((byte) => byte ^ 0x36),
    bytes,
  );
  return toBase64(
    await sha256(
      block.map((byte) => byte ^ 0x5c),
      inner,
    ),
  );
}

const signed = (body, signature, headers = {}) =>
  request({
    method: 'POST',
    headers: { 'X-Ably-Key': 'appId.keyId', 'X-Ably-Signature': signature, ...headers },
    body,
  });

/** A body whose chunks come one after the other; `end` is what follows the last. */
function stream(chunks, end = (controller) => controller.close()) {
  const rest = [...chunks];
  const state = { read: 0, cancelled: false };
  const body = new ReadableStream({
    pull(controller) {
      const next = rest.shift();
      if (next === undefined) return end(controller);
      state.read += next.length;
      controller.enqueue(next);
    },
    cancel() {
      state.cancelled = true;
    },
  });
  return { body, state };
}

const batch = (...items) => JSON.stringify({ items });
const message = { id: 'a:0', data: 'hi', timestamp: NOW - 5 };

/** A body, and the events that are read from it, without `raw`. */
const EVENTS = [
  ['an empty batch', { items: [] }, []],
  [
    'a batch of each kind',
    {
      items: [
        {
          webhookId: 'w',
          source: 'channel.message',
          serial: 's:1',
          timestamp: NOW,
          name: 'channel.message',
          data: { channelId: 'lobby::$chat', site: 'eu', messages: [message] },
        },
        { source: 'channel.presence', name: 'presence.message', data: { channelId: 'a', presence: [{ action: 4 }] } },
        {
          source: 'channel.lifecycle',
          name: 'channel.opened',
          data: { channelId: 'a', name: 'a', status: { isActive: true } },
        },
        { source: 'channel.occupancy', data: { channelId: 'a', status: { occupancy: {} } } },
        { source: 'channel.later', data: 5 },
      ],
    },
    [
      {
        kind: 'message',
        source: 'channel.message',
        name: 'channel.message',
        channel: 'lobby::$chat',
        webhookId: 'w',
        serial: 's:1',
        timestamp: NOW,
        site: 'eu',
        messages: [message],
      },
      {
        kind: 'presence',
        source: 'channel.presence',
        name: 'presence.message',
        channel: 'a',
        presence: [{ action: 4 }],
      },
      {
        kind: 'lifecycle',
        source: 'channel.lifecycle',
        name: 'channel.opened',
        channel: 'a',
        status: { isActive: true },
      },
      { kind: 'occupancy', source: 'channel.occupancy', channel: 'a', status: { occupancy: {} } },
      { kind: 'other', source: 'channel.later' },
    ],
  ],
  [
    'a single envelope',
    { source: 'channel.message', appId: 'app', channel: 'zoë', site: 'eu', ruleId: '1-a', messages: [message] },
    [
      {
        kind: 'message',
        source: 'channel.message',
        channel: 'zoë',
        appId: 'app',
        ruleId: '1-a',
        site: 'eu',
        messages: [message],
      },
    ],
  ],
  [
    "a presence envelope with the source of Ably's example",
    { source: 'channel.message', channel: 'a', presence: [{ action: 2 }] },
    [{ kind: 'presence', source: 'channel.message', channel: 'a', presence: [{ action: 2 }] }],
  ],
  [
    'members of other types',
    { source: 'channel.message', messages: 5, channel: 'a' },
    [{ kind: 'message', source: 'channel.message', channel: 'a', messages: [] }],
  ],
  ['a source that every object has', { source: 'constructor' }, [{ kind: 'other', source: 'constructor' }]],
];

/** What is changed in a request, and what it is answered with. */
const REFUSED = [
  ['no key', { 'X-Ably-Key': undefined }, 401, 40100, /not signed/],
  ['no signature', { 'X-Ably-Signature': undefined }, 401, 40100, /not signed/],
  ['an empty signature', { 'X-Ably-Signature': '' }, 401, 40100, /not signed/],
  ['another key', { 'X-Ably-Key': 'appId.other' }, 401, 40101, /unknown key/],
  ['the key of another app', { 'X-Ably-Key': 'other.keyId' }, 401, 40101, /unknown key/],
  ['the id of the app', { 'X-Ably-Key': 'appId' }, 401, 40101, /unknown key/],
  ['the whole key', { 'X-Ably-Key': KEY }, 401, 40101, /unknown key/],
  ['a signature in hex', { 'X-Ably-Signature': 'ab'.repeat(32) }, 401, 40101, /malformed/],
  ['half a signature', { 'X-Ably-Signature': 'a'.repeat(22) }, 401, 40101, /malformed/],
  ['a signature of another body', { 'X-Ably-Signature': `${'A'.repeat(43)}=` }, 401, 40101, /does not match/],
];

export default ({ test, webhook: { AblyAuthError, verifyWebhook }, vectors }) => {
  const verify = (sent, options) => verifyWebhook(sent, { key: KEY, now: NOW, ...options });
  const refused = async ({ webhook, response }, status, code, text) => {
    equal(webhook, undefined);
    equal([response.status, response.headers.get('Cache-Control')], [status, 'no-store']);
    const error = await errorOf(response);
    equal([error.statusCode, error.code], [status, code]);
    ok(text.test(error.message), error.message);
  };
  const verified = async (text, options) => {
    const { webhook, response } = await verify(signed(text, await hmacOf('s3cret-of-the-key', encode(text))), options);
    equal(response, undefined);
    return webhook;
  };

  for (const { name, key, header, body, signature, valid } of vectors.webhook)
    test(name, async () => {
      const answer = await verify(signed(body, signature, { 'X-Ably-Key': header }), { key, maxAgeSeconds: Infinity });
      if (!valid) return refused(answer, 401, 40101, /does not match/);
      equal([answer.response, answer.webhook.keyName], [undefined, 'appId.keyId']);
      equal([...answer.webhook.body], [...encode(body)]);
    });

  for (const [name, body, events] of EVENTS)
    test(`events of ${name}`, async () => {
      const found = await verified(JSON.stringify(body));
      equal(
        found.events.map(({ raw, ...event }) => event),
        events,
      );
      equal(
        found.events.map(({ raw }) => raw),
        body.items ?? [body],
      );
    });

  for (const [name, headers, status, code, text] of REFUSED)
    test(`refused: ${name}`, async () => {
      const body = batch();
      const sent = signed(body, await hmacOf('s3cret-of-the-key', encode(body)));
      const own = { get: (header) => (header in headers ? headers[header] : sent.headers.get(header)) ?? null };
      const unread = stream([encode(body)]);
      await refused(await verify({ ...sent, headers: own, body: unread.body }), status, code, text);
    });
  test('what can be refused without its body is refused unread', async () => {
    const body = {
      getReader() {
        throw new Error('it was read');
      },
    };
    const post = (headers) => verify(request({ method: 'POST', headers, body }));
    const key = { 'X-Ably-Key': 'keyId' };
    await refused(await post({}), 401, 40100, /not signed/);
    await refused(await post({ 'X-Ably-Key': 'x', 'X-Ably-Signature': 'x' }), 401, 40101, /unknown key/);
    await refused(await post({ ...key, 'X-Ably-Signature': 'x' }), 401, 40101, /malformed/);
    const signature = `${'A'.repeat(43)}=`;
    const long = { ...key, 'X-Ably-Signature': signature, 'Content-Length': '10485760' };
    await refused(await post(long), 413, 40009, /8388608/);
  });

  test('one flipped bit anywhere is refused', async () => {
    const body = encode(batch({ source: 'channel.message', data: { channelId: 'é', messages: [message] } }));
    const signature = await hmacOf('s3cret-of-the-key', body);
    equal((await verify(signed(body, signature))).webhook.events.length, 1);
    for (let bit = 0; bit < body.length * 8; bit++) {
      const other = body.slice();
      other[bit >> 3] ^= 1 << (bit & 7);
      equal((await verify(signed(other, signature))).response?.status, 401, `bit ${bit} of the body`);
    }
    const letters = encode(signature);
    for (let bit = 0; bit < letters.length * 8; bit++) {
      const other = letters.slice();
      other[bit >> 3] ^= 1 << (bit & 7);
      const { response } = await verify(signed(body, String.fromCharCode(...other)));
      equal(response?.status, 401, `bit ${bit} of the signature`);
    }
  });
  test('a byte more or less is refused', async () => {
    const body = encode(batch());
    const signature = await hmacOf('s3cret-of-the-key', body);
    for (const other of [body.slice(1), body.slice(0, -1), new Uint8Array([...body, 10]), new Uint8Array()])
      await refused(await verify(signed(other, signature)), 401, 40101, /does not match/);
  });
  test('the same text in another encoding is another body', async () => {
    const text = batch({ source: 'channel.message', data: { channelId: 'é' } });
    const signature = await hmacOf('s3cret-of-the-key', encode(text));
    const latin1 = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const utf16 = Uint8Array.from([...text].flatMap((letter) => [letter.charCodeAt(0), 0]));
    for (const other of [latin1, utf16, encode(`\ufeff${text}`), encode(text.replace('é', 'e\u0301'))])
      await refused(await verify(signed(other, signature)), 401, 40101, /does not match/);
  });

  test('10 MB are refused by default, while they come', async () => {
    const { body, state } = stream(Array.from({ length: 160 }, () => new Uint8Array(64 * 1024)));
    const sent = signed(undefined, `${'A'.repeat(43)}=`);
    await refused(await verify({ ...sent, body }), 413, 40009, /8388608/);
    ok(state.read < 9_000_000, `${state.read} bytes were read`);
    ok(state.cancelled, 'the rest was not cancelled');
  });
  test('10 MB are verified where they are allowed', async () => {
    const text = batch({ source: 'channel.message', data: { messages: [{ data: 'x'.repeat(10 * 1024 * 1024) }] } });
    const { events } = await verified(text, { maxBytes: 11 * 1024 * 1024 });
    equal(events[0].messages[0].data.length, 10 * 1024 * 1024);
  });
  test('exactly the limit is accepted, a byte more is not', async () => {
    const text = batch();
    equal((await verified(text, { maxBytes: text.length })).events, []);
    const sent = signed(text, await hmacOf('s3cret-of-the-key', encode(text)));
    await refused(await verify(sent, { maxBytes: text.length - 1 }), 413, 40009, /limit/);
  });
  test('chunks of any size make one body', async () => {
    const bytes = encode(batch({ source: 'channel.message', data: { channelId: 'zoë 🦊' } }));
    const signature = await hmacOf('s3cret-of-the-key', bytes);
    for (const size of [1, 2, 3, 7, 1000]) {
      const chunks = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.slice(at, at + size));
      const { webhook } = await verify({ ...signed(undefined, signature), body: stream(chunks).body });
      equal(webhook.events[0].channel, 'zoë 🦊');
    }
  });
  test('a body that breaks off is 400', async () => {
    const broken = stream([encode('{"items"')], (controller) => controller.error(new Error('gone')));
    const sent = signed(undefined, `${'A'.repeat(43)}=`);
    await refused(await verify({ ...sent, body: broken.body }), 400, 40001, /completely/);
    const texts = { getReader: () => ({ read: async () => ({ value: 'text' }), cancel: async () => {} }) };
    await refused(await verify({ ...sent, body: texts }), 400, 40001, /completely/);
  });
  test('a Request without a stream is read by arrayBuffer', async () => {
    const bytes = encode(batch());
    const sent = signed(undefined, await hmacOf('s3cret-of-the-key', bytes));
    const answer = await verify({ ...sent, body: undefined, arrayBuffer: async () => bytes.buffer });
    equal(answer.webhook.events, []);
  });
  test("the platform's own Request", async () => {
    const body = encode(batch({ source: 'channel.message', data: { channelId: 'é' } }));
    const headers = { 'X-Ably-Key': 'keyId', 'X-Ably-Signature': await hmacOf('s3cret-of-the-key', body) };
    const own = new Request('https://edge.example/webhooks', { method: 'POST', headers, body });
    equal((await verify(own)).webhook.events[0].channel, 'é');
    await rejects(AblyAuthError, verify(own), { kind: 'usage', path: 'request', message: /was read before/ });
  });

  for (const method of ['GET', 'HEAD', 'PUT', 'OPTIONS'])
    test(`${method} is answered with 405`, async () => {
      const answer = await verify(request({ method }));
      equal(answer.response.headers.get('Allow'), 'POST');
      await refused(answer, 405, 40500, /Use POST/);
    });

  test('the key is found by its name among several', async () => {
    const keys = ['appId.old:s3cret-of-the-key', 'other.keyId:x', 'appId.keyId:rotated', KEY];
    const body = batch();
    const signature = await hmacOf('s3cret-of-the-key', encode(body));
    const by = (header) => verifyWebhook(signed(body, signature, { 'X-Ably-Key': header }), { keys, now: NOW });
    equal((await by('appId.keyId')).webhook.keyName, 'appId.keyId');
    equal((await by('keyId')).webhook.keyName, 'appId.keyId');
    equal((await by('old')).webhook.keyName, 'appId.old');
    await refused(await by('other.keyId'), 401, 40101, /does not match/);
  });

  test('too old is refused, by its newest event', async () => {
    const item = (timestamp) => ({ source: 'channel.message', timestamp, data: { messages: [] } });
    const at = async (age, ...ages) => {
      const text = batch(...[age, ...ages].map((one) => item(NOW - one)));
      return verify(signed(text, await hmacOf('s3cret-of-the-key', encode(text))));
    };
    equal((await at(600_000)).response, undefined);
    await refused(await at(600_001), 401, 40101, /over 600 seconds old/);
    equal((await at(9e6, 600_000, 9e9)).response, undefined);
    equal((await at(-9e6)).response, undefined);
    const single = { source: 'channel.message', messages: [{ timestamp: NOW - 61_000 }, null] };
    const text = JSON.stringify(single);
    const signature = await hmacOf('s3cret-of-the-key', encode(text));
    equal((await verify(signed(text, signature))).response, undefined);
    await refused(await verify(signed(text, signature), { maxAgeSeconds: 60 }), 401, 40101, /over 60 seconds/);
    equal((await verified(batch(item(5)), { maxAgeSeconds: Infinity })).events.length, 1);
    // Without a time there is no age.
    equal((await verified(batch({ source: 'channel.lifecycle' }), { maxAgeSeconds: 1 })).events.length, 1);
  });

  for (const [name, text] of [
    ['is not JSON', '\x81\xa5items\x90'],
    ['is not JSON', ''],
    ['is not an object', '[1]'],
    ['has neither items nor a source', '{"hello":1}'],
    ['has an item without a source', '{"items":[{"data":{}}]}'],
    ['has an item without a source', '{"items":[null]}'],
  ])
    test(`signed, but it ${name}: ${JSON.stringify(text)}`, () =>
      rejects(AblyAuthError, verified(text), {
        kind: 'usage',
        path: 'request',
        message: new RegExp(`its body ${name}; set the rule`),
      }));

  for (const [name, options, kind, path] of [
    ['no key', { key: undefined }, 'usage', 'key'],
    ['both', { key: KEY, keys: [KEY] }, 'usage', 'key'],
    ['no keys', { key: undefined, keys: [] }, 'usage', 'keys'],
    ['one key as keys', { key: undefined, keys: KEY }, 'usage', 'keys'],
    ['a key that is missing', { key: undefined, keys: [KEY, undefined] }, 'usage', 'keys[1]'],
    ['the name of a key', { key: 'appId.keyId' }, 'key', 'key'],
    ['the secret alone', { key: 's3cret-of-the-key' }, 'key', 'key'],
    ['a key with a line break', { key: `${KEY}\n` }, 'key', 'key'],
    ['a key in quotation marks around its name', { key: 'app Id.keyId:s' }, 'key', 'key'],
    ['a negative age', { maxAgeSeconds: -1 }, 'usage', 'maxAgeSeconds'],
    ['an age that is no number', { maxAgeSeconds: NaN }, 'usage', 'maxAgeSeconds'],
    ['a limit in text', { maxBytes: '1' }, 'usage', 'maxBytes'],
    ['a time in seconds', { now: 1_562_124_930 }, 'usage', 'now'],
    ['an unknown option', { maxSize: 5 }, 'usage', 'maxSize'],
  ])
    test(`refused as an option: ${name}`, async () => {
      const error = await rejects(AblyAuthError, verify(signed('', ''), options), { kind, path });
      ok(!`${error.message}${error.remediation}`.includes('s3cret'), 'the secret is in the error');
    });
  test('an unknown option is told with those that exist', () =>
    rejects(AblyAuthError, verify(signed('', ''), { keyz: [] }), {
      message: 'there is no option "keyz"; the options are key, keys, maxAgeSeconds, maxBytes, now',
    }));
  test('what is not a Request is named', () =>
    rejects(AblyAuthError, verify({ httpVersion: '1.1', headers: {} }), {
      kind: 'usage',
      message: /Node\.js request/,
    }));
};
