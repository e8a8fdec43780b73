// Features of products in the matrix, and the presets that are made of them.
import { equal, ok } from '../js/assert.mjs';
import { cell, click, fillCapability, POLL, press, reads, text, token, until, value, write } from './user.mjs';

const rows = (page) => page.$$eval('#matrix tbody tr', (all) => all.map((row) => row.children[0].textContent));
const choose = async (page, product, first) => {
  await press(page, `#rows-of-${product}`);
  await until(async () => (await rows(page))[0] === first || `the rows are ${await rows(page)}`);
};

export default ({ test: register, visit }) => {
  const test = (name, body, options) => register(name, () => visit(body, options));

  test('rows switch between operations and the features of a product', async (page) => {
    await token(page);
    await choose(page, 'chat', 'attach');
    equal((await rows(page)).length, 19);
    equal(await text(page, '#channels-label'), 'Rooms to check');
    await (await cell(page, 'typing', 0)).click();
    await reads(
      page,
      '#answer',
      /^Yes typing in the chat room chat:room-1 is allowed: .*needed on chat:room-1::\$chat/s,
    );
    await (await cell(page, 'history', 0)).click();
    await reads(page, '#answer', /^No history in the chat room chat:room-1 is not allowed: it needs history/);
    await choose(page, 'spaces', 'enter');
    equal(await text(page, '#channels-label'), 'Spaces to check');
    await choose(page, 'aiTransport', 'use');
    await write(page, '#channels', '');
    await reads(page, '#matrix-problem', 'Enter a conversation.');
    await press(page, '#rows-of-operations');
    await write(page, '#channels', 'chat:room-1');
    await until(async () => (await rows(page)).length === 17 || 'the operations');
    equal(await text(page, '#channels-label'), 'Channels to check');
  });

  test('what is uncertain, what the key takes away and what needs a client id are told apart', async (page) => {
    await token(page);
    await choose(page, 'chat', 'attach');
    const state = async (feature) => (await cell(page, feature, 0)).evaluate((it) => it.className);
    await fillCapability(page, '{"chat:room-1::$chat":["publish"]}');
    await until(async () => (await state('send')) === 'cell maybe' || state('send'));
    await (await cell(page, 'send', 0)).click();
    await reads(page, '#answer', /^Uncertain send .* is uncertain.*inferred, because no document/s);
    await fillCapability(page, '{"chat:room-1":["publish"]}');
    await write(page, '#key-capability', '{"*":["subscribe"]}');
    await until(async () => (await state('send')) === 'cell key' || state('send'));
    await write(page, '#key-capability', '');
    await until(async () => (await state('send')) === 'cell yes' || state('send'));
    await press(page, '#client-none');
    await until(async () => (await state('send')) === 'cell client' || state('send'));
  });

  test('errors of the capability are shown, and the features come back', async (page) => {
    await token(page);
    await choose(page, 'spaces', 'enter');
    await fillCapability(page, '[]');
    await reads(page, '#matrix-problem', /^the capability is an array/);
    await fillCapability(page, '{"*":["*"]}');
    await reads(page, '#matrix-problem', '');
  });

  test('a thousand resources: the cells fill while the page goes on', async (page) => {
    await token(page);
    await choose(page, 'chat', 'attach');
    const entries = Array.from({ length: 1000 }, (_, at) => [`room:${at}`, ['publish', 'subscribe']]);
    await fillCapability(page, JSON.stringify(Object.fromEntries(entries)));
    await reads(page, '#canonical-length', /^3\d{4} characters$/);
    await write(page, '#channels', 'room:1, room:999, room:1000');
    const states = () => page.$$eval('#matrix [aria-label^="typing"]', (all) => all.map((it) => it.className).join());
    await until(async () => (await states()) === 'cell yes,cell yes,cell no' || states());
    await until(() => page.$eval('#matrix-part', (it) => !it.classList.contains('pale')));
  });

  for (const [name, canonical, first, firstCell] of [
    ['Chat', /"support:\*":\["annotation-publish","history","presence","publish","subscribe"\]/, 'attach', 'yes'],
    ['Spaces', /"board::\$cursors":\["presence","publish","subscribe"\]/, 'enter', 'yes'],
    ['AI Transport', /"conversations:\*":\["history","presence","publish","subscribe"\]/, 'use', 'yes'],
    ['LiveObjects', /"polls:\*":\["object-publish","object-subscribe","subscribe"\]/, 'publish', 'no'],
  ])
    test(`the preset ${name} grants features, and shows them`, async (page) => {
      await token(page);
      await click(page, name);
      await reads(page, '#canonical', canonical);
      await until(async () => (await rows(page))[0] === first || `the rows are ${await rows(page)}`);
      equal(await page.$eval('#matrix td', (it) => it.className), `cell ${firstCell}`);
    });

  test('the choice comes back after a reload', async (page) => {
    await token(page);
    await choose(page, 'chat', 'attach');
    await page.waitForFunction(() => history.state?.rows === 'chat', POLL);
    await page.reload();
    await until(async () => (await rows(page))[0] === 'attach' || `the rows are ${await rows(page)}`);
    ok(await page.$eval('#rows-of-chat', (it) => it.checked), 'it is checked');
    equal(await value(page, '#channels'), 'chat:room-1, announcements, orders:17');
  });

  test('nothing of the features is loaded before they are chosen', async (page) => {
    await token(page);
    const loaded = () =>
      page.evaluate(() =>
        performance.getEntriesByType('resource').filter(({ name }) => /features|products/.test(name)),
      );
    equal(await loaded(), []);
    await choose(page, 'chat', 'attach');
    ok((await loaded()).length > 0, 'then it is');
  });
};
