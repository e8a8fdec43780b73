// The permission matrix: what may be done, why, and what the key takes away.
import { equal } from '../js/assert.mjs';
import { cell, fillCapability, press, reads, token, write } from './user.mjs';

export default ({ test: register, visit }) => {
  const test = (name, body, options) => register(name, () => visit(body, options));

  test('every cell of the matrix says what may be done, and why', async (page) => {
    await token(page);
    await reads(page, '#answer', 'Yes publish on chat:room-1 is allowed: chat:* matches and grants publish');
    equal(await page.$$eval('#matrix tbody tr', (rows) => rows.length), 17);
    await (await cell(page, 'history', 0)).click();
    await reads(
      page,
      '#answer',
      /^No history on chat:room-1 is not allowed: chat:\* matches but grants presence, publish, subscribe, not history$/,
    );
    await write(page, '#channels', '');
    await reads(page, '#matrix-problem', 'Enter a channel.');
    await write(page, '#channels', 'chat:room-1, *');
    await fillCapability(page, '{"*":["*"]}');
    await reads(page, '#answer', 'Yes history on chat:room-1 is allowed: * matches and grants every operation');
    await (await cell(page, 'stats', 1)).click();
    await reads(page, '#answer', /^Yes stats on \* is allowed/);
  });

  test('the keyboard moves about the matrix', async (page) => {
    await token(page);
    await page.focus('#matrix td[tabindex="0"]');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await reads(page, '#answer', /^Yes subscribe on announcements is allowed/);
    await page.keyboard.press('End');
    await reads(page, '#answer', /^No subscribe on orders:17 is not allowed/);
    equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'subscribe on orders:17: No');
  });

  test('what the key takes away is shown', async (page) => {
    await token(page);
    await press(page, '#key-choice input[value="narrow"]');
    const presence = await cell(page, 'presence', 0);
    await presence.click();
    await reads(
      page,
      '#answer',
      /^No the token's capability allows it, but the key's does not: presence on chat:room-1 is not allowed: /,
    );
    equal(await presence.evaluate((element) => element.className), 'cell key');
    await reads(page, '#capability-diagnostics', /announcements"\] is outside the key's capability/);
    await write(page, '#key-capability', '{"*"');
    await reads(page, '#key-capability-problem', /is not JSON/);
  });

  test('a capability that cannot be narrowed by its key is no capability of which nothing is left', async (page) => {
    await token(page);
    const patterns = (letter) =>
      JSON.stringify(
        Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`*:${letter}${index}`, ['publish']])),
      );
    await write(page, '#key-capability', patterns('a'));
    await fillCapability(page, patterns('b'));
    await reads(page, '#matrix-problem', /^narrowing the capability by its key takes over 250000 comparisons/);
    await reads(page, '#capability-count', /^1 error/);
  });

  test('what needs a client id says so', async (page) => {
    await token(page);
    await press(page, '#client-none');
    await (await cell(page, 'presence', 0)).click();
    await reads(
      page,
      '#answer',
      /^Not without a client id presence on chat:room-1 is allowed: .*, but it has no effect for a token without a client id$/,
    );
  });
};
