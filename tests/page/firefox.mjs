// The ways through the page that matter most, in Firefox by WebDriver BiDi.
import { verifyJwt } from '../../pkg/index.js';
import { equal, ok } from '../js/assert.mjs';
import { fits, isKept, open, POLL, press, reads, SANDBOX_KEY, text, token, until, value, write } from './user.mjs';

const button = (page, name) =>
  until(() =>
    page.evaluate((name) => {
      const found = [...document.querySelectorAll('button:enabled')].find(
        (it) => it.textContent === name && it.checkVisibility(),
      );
      found?.click();
      return found !== undefined || `no button ${name}`;
    }, name),
  );
const fates = (page) => page.$$eval('.line .fate', (all) => all.map((it) => it.textContent));

export default ({ test: register, visit }) => {
  const test = (name, body, options) => register(name, () => visit(body, options));

  test('a token is there at once, verifies, and every cell is filled', async (page) => {
    equal(verifyJwt(await token(page), { key: SANDBOX_KEY }).clientId, 'alice');
    equal(await page.$$eval('#matrix td', (all) => all.filter((it) => it.textContent !== '').length), 51);
    await reads(page, '#answer', /^Yes publish on chat:room-1 is allowed/);
  });

  test('a preset of features, and the features in the matrix', async (page) => {
    await token(page);
    await button(page, 'Spaces');
    await reads(page, '#canonical', /"board::\$cursors":\["presence","publish","subscribe"\]/);
    await page.waitForSelector('#matrix [aria-label="cursors on board: Yes"]', POLL);
    await press(page, '#rows-of-chat');
    await page.waitForSelector('#matrix [aria-label="react on board: No"]', POLL);
  });

  test('rows and text are one', async (page) => {
    await token(page);
    await page.$eval('.row input[aria-label="history"]', (it) => it.click());
    ok((await value(page, '#capability')).includes('"presence", "history"]'));
    await write(page, '#capability', '{"chat:*":["subscribe","publsh"]}');
    await reads(page, '#capability-count', '1 error:');
    await page.waitForFunction(() => document.querySelector('#marks mark')?.textContent === '"publsh"', POLL);
    await button(page, 'Replace by "publish"');
    await reads(page, '#canonical', '{"chat:*":["publish","subscribe"]}');
    await press(page, '#issue');
    ok((await text(page, '#decoded-claims')).includes('publish'));
  });

  test('used, revoked, refused, and a reload keeps it', async (page) => {
    await token(page);
    await open(page, 'use');
    await button(page, 'Publish');
    await reads(page, '#use-result .outcome', /^201 /);
    await press(page, '#revoke');
    await press(page, '#confirm-revoke');
    await until(async () => /^revoked at .* by clientId:alice$/.test((await fates(page))[0]) || `${await fates(page)}`);
    await button(page, 'Publish');
    await reads(page, '#use-result .outcome', /^401 · 40141 /);
    await isKept(page, { view: 'use' });
    await page.reload();
    await until(async () => (await fates(page)).some((it) => it.startsWith('revoked at')) || `${await fates(page)}`);
  });

  test('a client is connected, cut off, back with a new token, and asked', async (page) => {
    await token(page);
    await open(page, 'use');
    await press(page, '#client-connect');
    await reads(page, '#client-status', /Connected/);
    await press(page, '#client-attach');
    await press(page, '#client-publish');
    await reads(page, '#client-log', /received on chat:room-1: hello/);
    await press(page, '#revoke');
    await press(page, '#confirm-revoke');
    await reads(page, '#client-log', /connected again, with a new token.*disconnected · 40141/s);
    await press(page, '#revoke-margin');
    await press(page, '#revoke');
    await press(page, '#confirm-revoke');
    await reads(page, '#client-log', /goes on with a new token, uninterrupted/);
  });

  test('an error is explained', async (page) => {
    await token(page);
    await open(page, 'errors');
    await press(page, '#explain-current');
    await write(page, '#explain-error', '40160');
    await reads(page, '#explanation', /^40160 .*With this token/s);
  });

  test('an access token is made and tried', async (page) => {
    await open(page, 'access');
    await page.waitForSelector('#access-list li', POLL);
    await press(page, '#access-create');
    await press(page, '#access-try');
    await reads(page, '#access-me', /^Deploy script of Sandbox account/);
  });

  test('any token is verified', async (page) => {
    await token(page);
    await open(page, 'verify');
    await press(page, '#verify-current');
    await reads(page, '#verify-verdict', 'Valid');
  });

  for (const width of [500, 1280])
    test(
      `fits ${width} px`,
      async (page) => {
        await token(page);
        for (const view of ['issue', 'use', 'verify', 'errors', 'access']) {
          await open(page, view);
          await fits(page, width);
        }
      },
      { width },
    );
};
