// Links and reloads: what is kept, and that it is never a secret.
import { decode, encode } from '../../www/issue/link.js';
import { equal, ok } from '../js/assert.mjs';
import {
  click,
  fill,
  fillCapability,
  fillClientId,
  HOSTILE,
  isKept,
  open,
  POLL,
  press,
  reads,
  secondTab,
  token,
  until,
  value,
  write,
} from './user.mjs';

const OWN = 'aPP1id.kEY1id:a-very-own-one';
const ADDRESSES = [
  '',
  '#',
  '#%',
  '#AAAA',
  `#${encode([])}`,
  `#${encode(null)}`,
  `#${encode({ capability: 7, client: {}, 'channel-claims': [[1, 2], 'x'], view: '__proto__', sandboxKey: 'toString' })}`,
];

const copied = async (page) => {
  await page
    .browserContext()
    .overridePermissions(new URL(page.url()).origin, ['clipboard-read', 'clipboard-sanitized-write']);
  await press(page, '#share');
  await reads(page, '#shared', 'Copied, without the key.');
  return page.evaluate(() => navigator.clipboard.readText());
};

export default ({ test: register, visit }) => {
  const test = (name, body, options) => register(name, () => visit(body, options));

  register('what is encoded is decoded, whatever it holds', () => {
    for (const state of [{}, { capability: '{"\ud83d\ude00":["publish"]}' }, { a: '\u202e"<>&\0' }])
      equal(decode(`#${encode(state)}`), state);
    for (const text of ['%%%', 'AAAA', encode([]), encode(7), '']) equal(decode(text), undefined);
  });

  test('a link brings everything but the key', async (page) => {
    await token(page);
    await fill(page, 'API key', OWN);
    await fillCapability(page, '{"room:*":["history"]}');
    await fillClientId(page, HOSTILE);
    await fill(page, 'Revocation key', 'group-1');
    await fill(page, 'Lifetime in seconds (TTL)', '77');
    await page.$eval('#further', (it) => (it.open = true));
    await click(page, 'Add a claim');
    await page.keyboard.type('room:*');
    await page.keyboard.press('Tab');
    await page.keyboard.type('mod');
    const link = await copied(page);
    const held = decode(new URL(link).hash);
    equal(
      Object.keys(held).sort(),
      [
        'capability',
        'channel-claims',
        'channels',
        'client',
        'client-id',
        'rate-limits',
        'revocation-key',
        'rows',
        'ttl',
        'view',
      ],
      'nothing else',
    );
    ok(!JSON.stringify(held).includes('very-own') && !link.includes('very-own'), 'no key');

    const other = await secondTab(page, link);
    await token(other);
    equal(await value(other, '#capability'), '{"room:*":["history"]}');
    equal(await value(other, '#client-id'), HOSTILE);
    equal([await value(other, '#revocation-key'), await value(other, '#ttl')], ['group-1', '77']);
    equal(await other.$$eval('#channel-claims input', (all) => all.map((it) => it.value)), ['room:*', 'mod']);
    ok((await value(other, '#key')).startsWith('sndbox.'), 'with a key of the sandbox');
    await reads(other, '#decoded-claims', /"ably\.channel\.room:\*": "mod"/);
    equal(await other.$$eval('img, body script', (found) => found.length), 0, 'elements made of it');
    await other.close();
  });

  for (const hash of ADDRESSES)
    test(
      `${hash || 'no fragment'} starts as usual`,
      async (page) => {
        await token(page);
        equal(await page.$$eval('[role="tab"][aria-selected="true"]', (all) => all.map((it) => it.id)), ['tab-issue']);
        await reads(page, '#capability-count', 'No problems.');
      },
      { path: `/${hash}` },
    );

  test('a link that is opened in the same tab does not sign with the key that was typed', async (page) => {
    await token(page);
    await fill(page, 'API key', OWN);
    await press(page, '#issue');
    const before = await token(page);
    await page.evaluate((hash) => (location.hash = hash), encode({ capability: '{"*":["*"]}', sandboxKey: 'root' }));
    await until(async () => (await value(page, '#capability')) === '{"*":["*"]}' || 'it is taken');
    equal(await value(page, '#key'), OWN);
    equal(await token(page), before, 'nothing was issued');
    await reads(page, '#stale', /have changed/);
  });

  test('a reload keeps the form and the view, without the key', async (page) => {
    await token(page);
    await fillCapability(page, '{"room:*":["history"]}');
    await fill(page, 'API key', OWN);
    await write(page, '#channels', 'room:1');
    await open(page, 'verify');
    await write(page, '#verify-token', 'a.b.c');
    await isKept(page, { capability: '{"room:*":["history"]}', channels: 'room:1', view: 'verify' });
    ok(!page.url().includes('#'), 'the address stays short');
    await page.reload();
    await token(page);
    equal([await value(page, '#capability'), await value(page, '#channels')], ['{"room:*":["history"]}', 'room:1']);
    equal(await value(page, '#key'), 'sndbox.revoc1:not-a-secret-sandbox-revocable-key');
    await page.waitForSelector('#tab-verify[aria-selected="true"]', POLL);
    await page.waitForSelector('#verify-token', POLL);
    equal(await value(page, '#verify-token'), '', 'what was pasted is forgotten');
  });

  test('what is too long for a link is not cut off', async (page) => {
    await token(page);
    await fillCapability(page, JSON.stringify({ ['x'.repeat(30_000)]: ['publish'] }));
    await press(page, '#share');
    await reads(page, '#shared', 'The form has too much text for a link.');
  });
};
