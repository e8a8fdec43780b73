// The first view: capability and token.
import { verifyJwt } from '../../pkg/index.js';
import { equal, ok } from '../js/assert.mjs';
import {
  claims,
  click,
  fill,
  fillCapability,
  fillClientId,
  HOSTILE,
  issue,
  POLL,
  press,
  reads,
  SANDBOX_KEY,
  text,
  token,
  write,
} from './user.mjs';

const KEY = 'xVLyHw.A-pwh7:made-up-secret-of-no-account';

export default ({ test: register, visit }) => {
  const test = (name, body, options) => register(name, () => visit(body, options));

  const showsToken = async (page) => {
    const { keyName, clientId, capability } = verifyJwt(await token(page), { key: SANDBOX_KEY });
    equal([keyName, clientId], ['sndbox.revoc1', 'alice']);
    equal(capability, await text(page, '#canonical'));
    ok(await page.$eval('#not-started', (element) => element.hidden));
  };
  test('a token is there at once, and verifies', showsToken);
  test('also under another path', showsToken, { path: '/some/base/' });

  test(
    'says why it cannot start',
    async (page) => {
      await reads(page, '#not-started', /^The playground could not start: .*(pkg\/lib|issue\/first).*\.js/);
      ok(await page.$eval('#issue', (element) => element.disabled));
    },
    {
      path: '/unbuilt/',
      expected: [
        /^Failed to load resource: .* 404 /,
        /^uncaught: Failed to fetch dynamically imported module: .*\/unbuilt\/(pkg\/lib|issue\/first).*\.js$/,
        /preloaded/,
      ],
    },
  );

  test('shows what is in the token', async (page) => {
    const shown = await token(page);
    const [header, payload] = shown.split('.').map((part) => Buffer.from(part, 'base64url').toString());
    equal(JSON.parse(await text(page, '#decoded-header')), JSON.parse(header));
    equal(await claims(page), JSON.parse(payload));
    equal(await text(page, '#token-length'), `${shown.length} of 8000 characters`);
    equal(await page.$eval('#token-meter', (element) => element.value), shown.length);
    const { exp } = JSON.parse(payload);
    equal(
      await page.$eval('#facts [datetime]:has(+ #left)', (element) => element.dateTime),
      new Date(exp * 1000).toISOString(),
    );
    await reads(page, '#left', /^\((in 1 h|in 59 min( \d+ s)?)\)$/);
    const colours = await page.$$eval('#token-header, #token-claims, #token-signature', (parts) =>
      parts.map((part) => getComputedStyle(part).color),
    );
    equal(new Set(colours).size, 3, 'colours');
  });

  test('everything that is filled in gets into the token', async (page) => {
    await fill(page, 'API key', 'aPP1id.kEY1id:another-made-up-secret');
    await fillCapability(page, '{"room:*":["history"]}');
    await fillClientId(page, 'bob ☕');
    await fill(page, 'Lifetime in seconds (TTL)', '60');
    await fill(page, 'Revocation key', 'group-1');
    await reads(page, '#stale', 'The inputs have changed since this token was issued.');
    await issue(page);
    const verified = verifyJwt(await token(page), { key: 'aPP1id.kEY1id:another-made-up-secret' });
    equal(verified.claims, await claims(page));
    equal(
      [verified.clientId, verified.revocationKey, verified.capability],
      ['bob ☕', 'group-1', '{"room:*":["history"]}'],
    );
    equal(verified.expires - verified.issued, 60_000);
    ok(await page.$eval('#stale', (element) => element.hidden), 'it is no longer stale');
  });

  test('without a client id', async (page) => {
    await token(page);
    await press(page, '#client-none');
    await reads(page, '#capability-count', '1 warning:');
    await reads(
      page,
      '#capability-diagnostics',
      /^Warning capability\["chat:\*"\] has "presence", which has no effect for a token without a client id/,
    );
    await issue(page);
    ok(!('x-ably-clientId' in (await claims(page))));
    await reads(page, '#facts', /Client id\s+none/);
  });

  test('an empty lifetime is left to the default', async (page) => {
    await fill(page, 'Lifetime in seconds (TTL)', '');
    await issue(page);
    const { iat, exp } = await claims(page);
    equal(exp - iat, 3600);
  });

  test('a misspelt operation is shown, and one click repairs it', async (page) => {
    await fillCapability(page, '{"chat:*":["subscribe","publsh"]}');
    await reads(page, '#capability-count', '1 error:');
    await reads(
      page,
      '#capability-diagnostics',
      /^Error capability\["chat:\*"\]\[1\] is the unknown operation "publsh" Replace by "publish"$/,
    );
    equal(await page.$eval('#capability', (element) => element.ariaInvalid), 'true');
    await reads(page, '#capability-said', /^1 error:.*the unknown operation "publsh"$/);
    await click(page, 'Replace by "publish"');
    await reads(page, '#capability-count', 'No problems.');
    equal(await page.$eval('#capability', (element) => element.value), '{"chat:*":["subscribe","publish"]}');
    equal(await page.evaluate(() => document.activeElement.id), 'capability');
    await reads(page, '#canonical', '{"chat:*":["publish","subscribe"]}');
    await reads(page, '#canonical-length', '34 characters');
  });

  test('a literal star is shown, and one click repairs it', async (page) => {
    await fillCapability(page, '{"chat*":["publish"]}');
    await reads(
      page,
      '#capability-diagnostics',
      /^Warning capability\["chat\*"\] is a literal name: .* Replace by "chat:\*"$/,
    );
    await click(page, 'Replace by "chat:*"');
    equal(await page.$eval('#capability', (element) => element.value), '{"chat:*":["publish"]}');
    await reads(page, '#capability-count', 'No problems.');
  });

  test('what is no capability has no canonical text, and cannot be issued', async (page) => {
    await fillCapability(page, '{"chat:*"');
    await reads(page, '#capability-diagnostics', /^Error the capability is not JSON \(line 1, column \d+\)/);
    ok(await page.$eval('#canonical-part', (element) => element.hidden));
    await reads(page, '#matrix-problem', /^the capability is not JSON/);
    ok(await page.$eval('#rows-part', (element) => element.disabled), 'the rows wait');
    await issue(page);
    await reads(page, '#issue-error', /^No token was issued\.\s+the capability is not JSON.*Ably error 40000/s);
    ok(await page.$eval('#token-part', (element) => element.hidden), 'the token before it is gone');
  });

  test('a bad key is explained while it is typed', async (page) => {
    await token(page);
    await fill(page, 'API key', 'xVLyHw.A-pwh7');
    await reads(page, '#key-problem', /^the key has no colon: this is a key name without its secret; /);
    equal(await page.$eval('#key', (element) => element.ariaInvalid), 'true');
    await issue(page);
    await reads(page, '#issue-error', /the key has no colon.*Ably error 40005/s);
    await fill(page, 'API key', KEY);
    await page.waitForFunction(() => document.getElementById('key-problem').textContent === '', POLL);
    await issue(page);
    verifyJwt(await token(page), { key: KEY });
    equal(await page.$eval('#key-choice input:checked', (element) => element.value), 'own');
  });

  test('a lifetime over a day is refused with 40003', async (page) => {
    await token(page);
    await press(page, '#revocable');
    await fill(page, 'Lifetime in seconds (TTL)', '90000');
    await issue(page);
    await reads(
      page,
      '#issue-error',
      /^No token was issued\.\s+ttlSeconds is 90000\s+Give whole seconds, 1 to 86400 for any token\s+Ably error 40003 · kind: token · HTTP status 400$/i,
    );
    equal(await page.$eval('#issue-error a', (element) => element.href), 'https://help.ably.io/error/40003');
    equal(await page.$eval('#ttl', (element) => element.ariaInvalid), 'true');
  });

  test('a key with revocable tokens has the limit of an hour', async (page) => {
    await fill(page, 'Lifetime in seconds (TTL)', '3601');
    await issue(page);
    await reads(page, '#issue-error', /1 to 3600 for a key with revocable tokens.*Ably error 40003/s);
  });

  for (const wrong of ['an hour', '1.5', '-1', '0'])
    test(`a lifetime of "${wrong}" is refused`, async (page) => {
      await fill(page, 'Lifetime in seconds (TTL)', wrong);
      await issue(page);
      await reads(page, '#issue-error', /ttlSeconds is .*Ably error 40003/s);
    });

  test('a token that would be too long is refused with the way out', async (page) => {
    await fillCapability(page, JSON.stringify({ ['x'.repeat(6000)]: ['publish'] }));
    await issue(page);
    await reads(page, '#issue-error', /over the bound of 8000\s+It must fit an HTTP header: .*Ably token/);
  });

  test('a token that is nearly too long says so', async (page) => {
    await fillCapability(page, JSON.stringify({ ['x'.repeat(4600)]: ['publish'] }));
    await issue(page);
    await reads(page, '#token-notes', /^Warning .*characters/);
  });

  test('hostile text stays text', async (page) => {
    await token(page);
    await fill(page, 'API key', `xVLyHw.A-pwh7:${HOSTILE}`);
    await reads(page, '#key-problem', /the key has /);
    await fill(page, 'API key', 'xVLyHw.A-pwh7:made-up-secret-for-tests');
    await fillClientId(page, HOSTILE);
    await fill(page, 'Revocation key', HOSTILE);
    await write(page, '#channels', HOSTILE);
    await fillCapability(page, JSON.stringify({ [HOSTILE]: ['publish'], [`${HOSTILE}*`]: [HOSTILE] }));
    await reads(page, '#capability-diagnostics', /<img src=x onerror=/);
    await reads(page, '#answer', /<script>/);
    await issue(page);
    await reads(page, '#issue-error', /<script>/);
    await fillCapability(page, JSON.stringify({ [HOSTILE]: ['publish'] }));
    await issue(page);
    await token(page);
    await reads(page, '#canonical', /<img src=x onerror=/);
    await reads(page, '#facts', /<img src=x onerror=/);
    equal((await claims(page))['x-ably-clientId'], HOSTILE);
    equal(await page.$$eval('img, body script', (found) => found.length), 0, 'elements made of it');
    equal(await page.title(), 'ably-edge-auth playground');
  });

  test('half of a surrogate pair is refused, not changed', async (page) => {
    await token(page);
    await page.$eval('#client-id', (element) => {
      element.value = '\ud83d';
      element.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await issue(page);
    await reads(page, '#issue-error', /clientId has half of a surrogate pair/);
  });

  test('the copy button copies the token', async (page) => {
    const shown = await token(page);
    await page
      .browserContext()
      .overridePermissions(new URL(page.url()).origin, ['clipboard-read', 'clipboard-sanitized-write']);
    await click(page, 'Copy token');
    await reads(page, '#copied', 'Copied.');
    equal(await page.evaluate(() => navigator.clipboard.readText()), shown);
  });

  test('where there is no clipboard, it selects the token', async (page) => {
    const shown = await token(page);
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await click(page, 'Copy token');
    await reads(page, '#copied', 'Selected: copy it with your keyboard.');
    equal(await page.evaluate(() => getSelection().toString()), shown);
  });

  test('the keyboard is enough', async (page) => {
    const first = await token(page);
    const order = [];
    for (let i = 0; i < 120; i++) {
      await page.keyboard.press('Tab');
      const { name, seen } = await page.evaluate(() => {
        const at = document.activeElement;
        const outlines = [at, at.closest('.marked'), at.nextElementSibling]
          .filter(Boolean)
          .map((it) => parseFloat(getComputedStyle(it).outlineWidth) * (getComputedStyle(it).outlineStyle !== 'none'));
        return {
          name: at === document.body ? 'BODY' : at.id || at.getAttribute('aria-label') || at.textContent || at.tagName,
          seen: Math.max(...outlines) >= 2,
        };
      });
      if (name === 'BODY' || (order.length > 0 && name === order[0])) break;
      order.push(name.trim());
      ok(seen, `focus is seen on ${name}`);
    }
    const landmarks = [
      'mode-sandbox',
      'share',
      'tab-issue',
      'Chat',
      'Resource 1',
      'publish',
      'add-row',
      'capability',
      'canonical',
      'client-given',
      'ttl',
      'key',
      'revocable',
      'issue',
      'copy',
      'copy-what',
      'token',
      'decoded-claims',
      'channels',
      'publish on chat:room-1: Yes',
    ];
    equal(
      landmarks.map((name) => order.indexOf(name)).filter((at) => at === -1).length,
      0,
      `all are reached: ${order}`,
    );
    equal(
      landmarks.map((name) => order.indexOf(name)),
      landmarks.map((name) => order.indexOf(name)).sort((a, b) => a - b),
      'in the order of the page',
    );
    await page.focus('#revocation-key');
    await page.keyboard.type('by-keyboard');
    await page.keyboard.press('Enter');
    await page.waitForFunction((before) => document.getElementById('token').textContent !== before, POLL, first);
    equal((await claims(page))['x-ably-revocation-key'], 'by-keyboard');
  });
};
