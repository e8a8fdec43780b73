// Access tokens: made, shown once, listed, rotated, revoked; and the Control API tried with them.
import { accessTokenCapabilities } from '../../pkg/index.js';
import { equal, ok } from '../js/assert.mjs';
import { click, HOSTILE, open, POLL, press, reads, text, until, write } from './user.mjs';

/** As the page offers them. */
const CALLS = ['GET /me', ...accessTokenCapabilities.flatMap(({ endpoints }) => endpoints)];

const outcome = (page, wanted) => reads(page, '#control-result .outcome', wanted);
const send = async (page, call) => {
  await page.select('#control-call', String(CALLS.indexOf(call)));
  await press(page, '#control-send');
};
async function create(page, name, boxes = []) {
  await write(page, '#access-name', name);
  for (const [group, label] of boxes)
    await page.evaluate(
      (group, label) => {
        const grants = [...document.querySelectorAll('.grants')].find(
          (it) => it.querySelector('legend').textContent === group,
        );
        for (const it of grants.querySelectorAll('label')) if (it.textContent.trim() === label) it.click();
      },
      group,
      label,
    );
  await press(page, '#access-create');
  await page.waitForFunction((name) => document.querySelector('#access-once strong')?.textContent === name, POLL, name);
  return text(page, '#access-value');
}
const chosen = (page) =>
  page.$$eval('.grants', (all) =>
    all.map((it) => [
      it.querySelector('legend').textContent,
      [...it.querySelectorAll('label:not(.all) input')].filter((box) => box.checked).length,
    ]),
  );

export default ({ test: register, visit }) => {
  const test = (name, body, options) =>
    register(name, () =>
      visit(async (page) => {
        await open(page, 'access');
        await page.waitForSelector('#access-list li', POLL);
        await body(page);
      }, options),
    );

  test("the form is the dashboard's", async (page) => {
    equal(await page.$$eval('#access-expiry option', (all) => all.map((it) => it.textContent)), [
      '30 days',
      '60 days',
      '90 days',
      'No expiration',
    ]);
    equal(await page.$eval('#access-expiry', (it) => it.value), '30');
    equal(
      (await chosen(page)).map(([group]) => group),
      ['Apps', 'Keys', 'Rules', 'Queues', 'Namespaces', 'Statistics'],
    );
    await press(page, '#access-all');
    equal(
      (await chosen(page)).map(([, count]) => count),
      [2, 2, 2, 2, 2, 1],
    );
    ok(await page.$$eval('.grants .all input', (all) => all.every((it) => it.checked)), 'each category says so');
    await page.$eval('.grants .all input', (it) => it.click());
    equal((await chosen(page))[0], ['Apps', 0]);
    ok(!(await page.$eval('#access-all', (it) => it.checked)));
  });

  test('created, shown once, tried, refused for what it lacks', async (page) => {
    const value = await create(page, 'Deploy', [['Keys', 'Read']]);
    ok(value.length > 20);
    await press(page, '#access-try');
    await reads(page, '#access-me', /Deploy of Sandbox account \(sandbox\), expires 20/);
    equal(await page.$$eval('#access-me .yes', (all) => all.map((it) => it.children[1].textContent)), [
      'Read App',
      'Read Key',
    ]);
    await send(page, 'GET /apps/{app_id}/keys');
    await outcome(page, /^200 Done\.$/);
    await send(page, 'POST /apps/{app_id}/queues');
    await outcome(page, /^403 · 40300 The access token lacks write:queue\.$/);
    await write(page, '#access-token', 'nobody-made-this-one');
    await send(page, 'GET /me');
    await outcome(page, /^401 · \d{5} The access token is missing, expired, rotated or revoked/);
    await page.reload();
    await page.waitForSelector('#access-list li', POLL);
    equal(
      await page
        .$$eval('#access-list li strong', (all) => all.map((it) => it.textContent))
        .then((names) => names.sort()),
      ['Deploy', 'Sandbox access token'],
    );
    ok(!(await page.content()).includes(value), 'its value is gone');
  });

  test('rotated: the old value ends, the new one works; revoked: none does', async (page) => {
    const old = await create(page, 'Deploy');
    await click(page, 'Rotate Deploy');
    await page.select('#access-list select', '90');
    await click(page, 'Confirm');
    await until(async () => (await text(page, '#access-value')) !== old || 'a new value');
    const fresh = await text(page, '#access-value');
    await write(page, '#access-token', old);
    await send(page, 'GET /me');
    await outcome(page, /^401 /);
    await write(page, '#access-token', fresh);
    await press(page, '#control-send');
    await outcome(page, /^200 /);
    await click(page, 'Revoke Deploy');
    await click(page, 'Revoke token');
    await until(async () => (await page.$$('#access-list li')).length === 1 || 'one is left');
    await press(page, '#control-send');
    await outcome(page, /^401 /);
  });

  test('the value is copied', async (page) => {
    const value = await create(page, 'Deploy');
    await page
      .browserContext()
      .overridePermissions(new URL(page.url()).origin, ['clipboard-read', 'clipboard-sanitized-write']);
    await press(page, '#access-copy');
    await reads(page, '#access-once .said', 'Copied.');
    equal(await page.evaluate(() => navigator.clipboard.readText()), value);
    await click(page, 'Done');
    ok(!(await page.content()).includes(value));
  });

  test('each call can be tried, and with all capabilities none is forbidden', async (page) => {
    await click(page, 'Try it: Sandbox access token');
    await reads(page, '#access-me', /Sandbox access token/);
    equal(await page.$$eval('#control-call option', (all) => all.map((it) => it.textContent)), CALLS);
    for (const call of CALLS) {
      // What is not there cannot be changed; the app itself is still needed.
      await page.$eval('#control-id', (it) => (it.value = 'none'));
      if (call === 'DELETE /apps/{id}') continue;
      await send(page, call);
      await until(async () => {
        const found = await text(page, '#control-result .outcome').catch(() => 'nothing yet');
        return /^(20\d|404) /.test(found) || `${call}: ${found}`;
      });
    }
  });

  test('too many calls are answered with 429', async (page) => {
    await write(page, '#access-token', '');
    await page.select('#control-call', '0');
    await press(page, '#control-flood');
    await outcome(page, /^429 · \d{5} Too many calls within one hour.*\(after \d+ calls\)$/);
  });

  test('the table has the 11 capabilities', async (page) => {
    equal(
      await page.$$eval('#capability-table tbody tr', (rows) =>
        rows.map((row) => [row.children[0].textContent, row.children[1].textContent]),
      ),
      accessTokenCapabilities.map(({ label, capability }) => [label, capability]),
    );
    await reads(
      page,
      '#capability-table',
      /Read Rule\s+read:namespace\s+GET \/apps\/\{app_id\}\/namespaces\s+ably apps channel-rules list/,
    );
  });

  test('what is not as it should be is said', async (page) => {
    await write(page, '#access-name', '');
    await press(page, '#access-create');
    await reads(page, '#access-problem', /^4\d\d .*name/s);
  });

  test('hostile text stays text here too', async (page) => {
    await create(page, HOSTILE);
    await create(page, 'n'.repeat(255));
    await until(async () => (await page.$$('#access-list li')).length === 3 || 'three');
    await reads(page, '#access-list', /<script>/);
    equal(await page.$$eval('img, body script', (found) => found.length), 0, 'elements made of it');
    equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  });
};
