// The capability as rows and as text: one thing, bound both ways.
import { equal, ok } from '../js/assert.mjs';
import {
  cell,
  claims,
  click,
  fillCapability,
  HOSTILE,
  issue,
  named,
  POLL,
  press,
  reads,
  token,
  until,
  value,
} from './user.mjs';

const textNow = (page) => value(page, '#capability');
const chip = (page, name) => page.$(`.row:has(.toggle[aria-expanded="true"]) input[aria-label="${name}"]`);
const toggle = async (page, name) => {
  const box = await chip(page, name);
  await box.evaluate((it) => it.closest('label').scrollIntoView({ block: 'center', behavior: 'instant' }));
  await box.evaluateHandle((it) => it.closest('label')).then((label) => label.click());
};

export default ({ test: register, visit }) => {
  const test = (name, body, options) => register(name, () => visit(body, options));

  test('a toggle changes the text, and nothing else of it', async (page) => {
    await token(page);
    await toggle(page, 'history');
    equal(
      await textNow(page),
      '{\n  "chat:*": ["publish", "subscribe", "presence", "history"],\n  "announcements": ["subscribe"]\n}',
    );
    await toggle(page, 'presence');
    equal(
      await textNow(page),
      '{\n  "chat:*": ["publish", "subscribe", "history"],\n  "announcements": ["subscribe"]\n}',
    );
    equal(await (await cell(page, 'history', 0)).evaluate((it) => it.className), 'cell yes');
  });

  test('the text changes the toggles', async (page) => {
    await token(page);
    await fillCapability(page, '{"a:*":["history","stats"]}');
    equal(
      await page.$$eval('.row:has([aria-expanded="true"]) .groups input:checked', (boxes) =>
        boxes.map((it) => it.ariaLabel),
      ),
      ['history', 'stats'],
    );
    equal(await page.$eval('.row input[type="text"]', (it) => it.value), 'a:*');
  });

  test('every operation has its toggle, and a star stands for all', async (page) => {
    await token(page);
    equal(await page.$$eval('.row:has([aria-expanded="true"]) .groups input', (boxes) => boxes.length), 18);
    await toggle(page, 'every operation (*)');
    ok((await textNow(page)).includes('"chat:*": ["*"]'));
    equal(await page.$$eval('.row:has([aria-expanded="true"]) .groups input:disabled', (boxes) => boxes.length), 17);
    await reads(page, '#capability-count', 'No problems.');
    await toggle(page, 'every operation (*)');
    ok((await textNow(page)).includes('"chat:*": ["subscribe"]'));
  });

  test('a resource is renamed in its row, and the cursor stays', async (page) => {
    await token(page);
    const name = await page.waitForSelector(named('Resource 1'));
    await name.click();
    await page.keyboard.press('Home');
    await page.keyboard.type('team-');
    equal(await page.evaluate(() => [document.activeElement.value, document.activeElement.selectionStart]), [
      'team-chat:*',
      5,
    ]);
    ok((await textNow(page)).includes('"team-chat:*": ["publish"'));
    await page.keyboard.type('"');
    ok((await textNow(page)).includes('"team-\\"chat:*"'), 'escaped');
  });

  test('the cursor in the text stays when a row is changed', async (page) => {
    await token(page);
    await page.$eval('#capability', (it) => it.setSelectionRange(it.value.length - 3, it.value.length - 3));
    await toggle(page, 'history');
    equal(await page.$eval('#capability', (it) => it.value.length - it.selectionStart), 3);
  });

  test('resources are added and removed', async (page) => {
    await token(page);
    await press(page, '#add-row');
    await page.keyboard.type('orders:*');
    await reads(
      page,
      '#canonical',
      '{"announcements":["subscribe"],"chat:*":["presence","publish","subscribe"],"orders:*":["subscribe"]}',
    );
    await click(page, 'Remove chat:*');
    await click(page, 'Remove announcements');
    await reads(page, '#canonical', '{"orders:*":["subscribe"]}');
    await click(page, 'Remove orders:*');
    await reads(page, '#capability-diagnostics', /the capability grants nothing/);
    await press(page, '#add-row');
    await reads(page, '#canonical', '{"channel":["subscribe"]}');
  });

  test('a problem is marked where it is: in the text, and in its row', async (page) => {
    await token(page);
    await fillCapability(page, '{"chat:*":["subscribe","publsh"],"b*":["history"]}');
    await page.waitForFunction(() => document.querySelectorAll('#marks mark').length === 2, POLL);
    equal(await page.$$eval('#marks mark', (marks) => marks.map((it) => [it.className, it.textContent])), [
      ['error', '"publsh"'],
      ['warning', '"b*"'],
    ]);
    equal(
      await page.$$eval('.badge:not([hidden])', (badges) => badges.map((it) => [it.className, it.title.slice(0, 30)])),
      [
        ['badge error', 'capability["chat:*"][1] is the'],
        ['badge warning', 'capability["b*"] is a literal '],
      ],
    );
    const at = await page.evaluate(() =>
      ['#marks', '#capability'].map((it) => {
        const { x, y, width } = document.querySelector(it).getBoundingClientRect();
        const { fontFamily, fontSize, lineHeight, padding } = getComputedStyle(document.querySelector(it));
        return JSON.stringify([x, y, width, fontFamily, fontSize, lineHeight, padding]);
      }),
    );
    equal(at[0], at[1], 'the marks lie under the text');
    await click(page, 'Replace by "publish"');
    await click(page, 'Replace by "b:*"');
    equal(await textNow(page), '{"chat:*":["subscribe","publish"],"b:*":["history"]}');
  });

  test('what is no JSON is marked where it breaks off', async (page) => {
    await token(page);
    await fillCapability(page, '{"a":["publish"],\n "b" ["history"]}');
    await page.waitForFunction(() => document.querySelector('#marks mark')?.textContent === '[', POLL);
    await reads(page, '#rows-frozen', /update again/);
  });

  test('an unknown operation is a toggle too, so that it can be taken away', async (page) => {
    await token(page);
    await fillCapability(page, JSON.stringify({ a: ['publish', HOSTILE] }));
    await page.waitForFunction(() => document.querySelector('.strange .chip') !== null, POLL);
    await page.$eval('.strange .chip', (it) => it.click());
    equal(await textNow(page), '{"a":["publish"]}');
  });

  for (const [name, text] of Object.entries({
    Chat: /"support:\*"/,
    Spaces: /"board::\$cursors"/,
    'AI Transport': /"conversations:\*"/,
    LiveObjects: /"polls:\*"/,
    'Dashboard reader': /"metrics:\*"/,
    'IoT device': /"devices:/,
    Admin: /^\{"\*":\["\*"\]\}$/,
  }))
    test(`the preset ${name} issues at once, without a problem`, async (page) => {
      await token(page);
      await click(page, name);
      await reads(page, '#capability-count', name === 'Admin' ? '1 note:' : 'No problems.');
      await reads(page, '#canonical', text);
      equal((await claims(page))['x-ably-capability'], await page.$eval('#canonical', (it) => it.textContent));
      equal(await page.$eval('#matrix td', (it) => it.textContent !== ''), true);
    });

  test('the share of the 8 KB is said', async (page) => {
    await token(page);
    await reads(page, '#canonical-share', '; uses 1 % of a token’s maximum of 8 KB');
    await fillCapability(page, JSON.stringify({ ['x'.repeat(3000)]: ['publish'] }));
    await reads(page, '#canonical-share', '; uses 50 % of a token’s maximum of 8 KB');
  });

  test('a thousand resources can be edited, a page of rows at a time', async (page) => {
    await token(page);
    const many = JSON.stringify(
      Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`channel:${at}`, ['publish', 'subscribe']])),
      null,
      1,
    );
    await page.$eval(
      '#capability',
      (it, text) => {
        it.value = text;
        it.dispatchEvent(new Event('input', { bubbles: true }));
      },
      many,
    );
    await reads(page, '#rows-shown', '1 to 12 of 1000 resources');
    await page.focus('#capability');
    await page.$eval('#capability', (it) => it.setSelectionRange(11, 11));
    // From the key to the drawn report, as the browser sees it.
    const times = [];
    for (const letter of 'abcdefgh') {
      await page.evaluate(() => {
        globalThis.took = undefined;
        document.getElementById('capability').addEventListener(
          'beforeinput',
          () => {
            const start = performance.now();
            document
              .getElementById('inputs')
              .addEventListener('input', () => (globalThis.took = performance.now() - start), { once: true });
          },
          { once: true },
        );
      });
      await page.keyboard.type(letter);
      times.push(await page.evaluate('took'));
    }
    times.sort((a, b) => a - b);
    console.log(`1,000 resources: keystroke to report ${times[4].toFixed(1)} ms (median of ${times.length})`);
    await reads(page, '#canonical', /"channelabcdefgh:0"/);
    await press(page, '#rows-after');
    await reads(page, '#rows-shown', '13 to 24 of 1000 resources');
    await press(page, '#add-row');
    await reads(page, '#rows-shown', '997 to 1001 of 1001 resources');
    await issue(page);
    await reads(page, '#issue-error', /over the bound of 8000/);
    await until(async () => (await page.$$('.row')).length === 5 || 'five rows');
  });
};
