// On a phone: the token and the answer follow the capability, and their summary stays in sight.
import { equal, ok } from '../js/assert.mjs';
import { cell, fillCapability, issue, press, reads, token, unfold, until, write } from './user.mjs';

const PHONE = { width: 360, height: 740 };
const place = (page, selector) =>
  page.$eval(selector, (it) => {
    const { top, bottom } = it.getBoundingClientRect();
    return { top: top + scrollY, bottom: bottom + scrollY, isSeen: top >= 0 && bottom <= innerHeight };
  });
const comesIntoView = (page, selector) =>
  until(async () => (await place(page, selector)).isSeen || `${selector} is out of sight`);

export default ({ test: register, visit }) => {
  const test = (name, body) => register(name, () => visit(body, PHONE));

  test('the token and the answer come right after the capability', async (page) => {
    await token(page);
    const { bottom } = await place(page, '.card:has(#capability)');
    const { top } = await place(page, '.token-card');
    ok(top - bottom < PHONE.height / 3, `${top - bottom} px between the capability and the token`);
    const [tokenCard, answer] = [await place(page, '.token-card'), await place(page, '#matrix-title')];
    ok(tokenCard.bottom - tokenCard.top < PHONE.height, 'the token fits on a screen');
    ok(answer.top > tokenCard.bottom && answer.top - tokenCard.bottom < 50, 'the answer follows it');
  });

  test('the folded parts say what is in them, and what is wrong there unfolds', async (page) => {
    await token(page);
    await reads(page, '#client-summary', 'alice · 1 h');
    await reads(page, '#key-summary', 'sndbox.revoc1 · revocable tokens');
    equal(await page.$eval('#ttl', (it) => it.checkVisibility()), false);
    await unfold(page);
    await write(page, '#ttl', '90');
    await press(page, '#client-change');
    await reads(page, '#client-summary', 'alice · 1 min 30 s');
    await page.$eval('#ttl', (it) => {
      it.value = '0';
      it.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await issue(page);
    await until(() => page.$eval('#ttl', (it) => it.checkVisibility() || 'the lifetime is folded away'));
    await reads(page, '#glance-token', 'No token: see why');
  });

  test('real Ably asks for a key, so its part unfolds', async (page) => {
    await token(page);
    await press(page, '#mode label:has(#mode-real)');
    await until(() => page.$eval('#key', (it) => it.checkVisibility() || 'the key is folded away'));
    await reads(page, '#glance-token', 'No token yet');
  });

  test('the summary stays in sight, is true, and leads to the token and the answer', async (page) => {
    await token(page);
    const seen = async () => {
      for (const line of ['#glance-token', '#glance-answer', '#issue']) ok((await place(page, line)).isSeen, line);
    };
    await reads(page, '#glance-token', /^alice, ends in (1 h|59 min \d+ s)$/);
    await reads(page, '#glance-answer', /^✓ publish on chat:room-1 is allowed/);
    await seen();
    await press(page, '#glance-token');
    await comesIntoView(page, '#token-title');
    await comesIntoView(page, '#token');
    await seen();
    await press(page, '#glance-answer');
    await comesIntoView(page, '#matrix-title');
    // Not by the mouse: the page is still scrolling.
    await (await cell(page, 'history', 0)).evaluate((it) => it.click());
    await reads(page, '#glance-answer', /^· history on chat:room-1 is not allowed/);
    await seen();
    await fillCapability(page, '{"chat:*":["history"]}');
    await reads(page, '#glance-token', 'The token is outdated: issue it again');
    await reads(page, '#glance-answer', /^✓ history on chat:room-1 is allowed/);
    await press(page, '#issue');
    await reads(page, '#glance-token', /^alice, ends/);
  });
};
