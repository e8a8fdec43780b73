// The whole life of a token, offline: used, refused, revoked, and what the time line says of it.
import { createSandbox } from '../../pkg/sandbox.js';
import { SANDBOX_KEYS } from '../../www/shared/keys.js';
import { equal, ok } from '../js/assert.mjs';
import {
  click,
  fill,
  fillCapability,
  fillClientId,
  HOSTILE,
  issue,
  nextSecond,
  open,
  press,
  reads,
  secondTab,
  token,
  until,
  write,
} from './user.mjs';

const outcome = (page, wanted) => reads(page, '#use-result .outcome', wanted);
const fates = (page) => page.$$eval('.line .fate', (all) => all.map((it) => it.textContent));
const confirm = async (page) => {
  await press(page, '#revoke');
  await press(page, '#confirm-revoke');
};

export default ({ test: register, visit }) => {
  const test = (name, body, options) => register(name, () => visit(body, options));

  register('the keys that stand in the page are those of the sandbox', () => {
    const { keys } = createSandbox();
    equal(Object.fromEntries(Object.entries(SANDBOX_KEYS).map(([name, { key }]) => [name, key])), { ...keys });
  });

  test('issued, used, refused, revoked, refused', async (page) => {
    await token(page);
    await open(page, 'use');
    await reads(page, '#use-as', /^With the token of alice, issued at .*, against the sandbox in this page\.$/);
    await click(page, 'Publish');
    await outcome(page, /^201 /);
    await reads(
      page,
      '#use-result .exchange',
      /POST \/channels\/chat%3Aroom-1\/messages HTTP\/1\.1.*authorization: Bearer … \(\d+ characters\).*HTTP\/1\.1 201/s,
    );
    await click(page, 'Read history');
    await outcome(
      page,
      /^401 · 40160 history on chat:room-1 is not allowed: chat:\* matches but grants presence, publish, subscribe, not history\.$/,
    );
    await reads(page, '#use-result .exchange', /x-ably-errorcode: 40160/);
    await press(page, '#revoke');
    await reads(
      page,
      'dialog[open]',
      /^You are about to revoke all tokens matching:\s+Client id: alice\s+This will permanently revoke all matching tokens, and any applications using those tokens will need to be issued new tokens\. Are you sure\?/,
    );
    await click(page, 'Cancel');
    ok((await fates(page))[0].startsWith('alive'), 'nothing has happened');
    await confirm(page);
    await reads(page, '#revoke-result', /clientId:alice\s+revoked\s*issued before .*; refused from .* on/);
    await until(async () => /^revoked at .* by clientId:alice$/.test((await fates(page))[0]) || `${await fates(page)}`);
    await click(page, 'Publish');
    await outcome(page, /^401 · 40141 /);

    await nextSecond();
    await press(page, '#issue-another');
    await until(async () => (await fates(page)).length === 2 || 'two tokens');
    await click(page, 'Publish');
    await outcome(page, /^201 /);
    await page.click('.line:last-child input');
    await click(page, 'Publish');
    await outcome(page, /^401 · 40141 /);
    await reads(page, '#use-log', /Publish · 401 · 40141\s+.*Publish · 201/);
  });

  test('a reload keeps the tokens, and what has become of them', async (page) => {
    await token(page);
    await open(page, 'use');
    await click(page, 'Publish');
    await outcome(page, /^201 /);
    await confirm(page);
    await until(async () => /^revoked/.test((await fates(page))[0]) || 'revoked');
    await page.reload();
    await reads(page, '#tab-use[aria-selected="true"]', 'Use and revoke');
    await until(
      async () =>
        (await fates(page)).some((it) => /^revoked at .* by clientId:alice$/.test(it)) || `${await fates(page)}`,
    );
    await page.click('.line:last-child input');
    await click(page, 'Publish');
    await outcome(page, /^401 · 40141 /);
    await press(page, '#reset-sandbox');
    await until(async () => {
      const found = await fates(page);
      return (found.length === 1 && found[0].startsWith('alive')) || `${found}`;
    });
    await click(page, 'Publish');
    await outcome(page, /^201 /);
  });

  test('with the margin it works until the margin is over', async (page) => {
    await token(page);
    await open(page, 'use');
    await press(page, '#revoke-margin');
    await confirm(page);
    await until(
      async () =>
        /^revoked by clientId:alice; works for another (\d+) s$/.test((await fates(page))[0]) || `${await fates(page)}`,
    );
    await click(page, 'Publish');
    await outcome(page, /^201 /);
    // Half a minute later, by the page's own clock.
    await page.evaluate(() => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + 31_000;
    });
    await until(async () => /^revoked at /.test((await fates(page))[0]) || `${await fates(page)}`);
    await click(page, 'Publish');
    await outcome(page, /^401 · 40141 /);
  });

  test('by revocation key, and by channel', async (page) => {
    await token(page);
    await fill(page, 'Revocation key', 'group-1');
    await issue(page);
    await fill(page, 'Revocation key', 'group-2');
    await issue(page);
    await open(page, 'use');
    await until(async () => (await fates(page)).length === 2 || 'two tokens');
    await page.click('input[name="revoke-kind"][value="revocationKey"]');
    equal(await page.$eval('#revoke-value', (it) => it.value), 'group-2');
    await confirm(page);
    await until(async () => {
      const [second, first] = await fates(page);
      return (/by revocationKey:group-2$/.test(second) && /^alive/.test(first)) || `${second}; ${first}`;
    });
    await page.click('.line:last-child input');
    await page.click('input[name="revoke-kind"][value="channel"]');
    equal(await page.$eval('#revoke-value', (it) => it.value), 'announcements');
    await write(page, '#revoke-value', 'chat:room-1');
    await confirm(page);
    await reads(page, '#revoke-result', /channel:chat:room-1\s+revoked/);
    ok(/^alive/.test((await fates(page))[1]), 'only to the letter');
    await write(page, '#revoke-value', 'chat:*');
    await confirm(page);
    await until(async () => /by channel:chat:\*$/.test((await fates(page))[1]) || `${await fates(page)}`);
  });

  test('a target that looks like a slip is warned of, in the form and in the question', async (page) => {
    await token(page);
    await open(page, 'use');
    await write(page, '#revoke-value', ' clientId:alice');
    await reads(
      page,
      '#revoke-odd',
      /^Note that the client ID begins with the name of a type; did you mean clientId:alice\?/,
    );
    await press(page, '#revoke');
    await reads(page, '#confirm-odd', /did you mean clientId:alice\?/);
    await press(page, '#confirm-revoke');
    await reads(page, '#revoke-result', /clientId: clientId:alice\s+revoked/);
    ok(!(await fates(page))[0].startsWith('revoked'), 'nobody was revoked');
    await write(page, '#revoke-value', 'alice');
    equal(await page.$eval('#revoke-odd', (it) => [it.hidden, it.textContent]), [true, '']);
    await press(page, '#revoke');
    equal(await page.$eval('#confirm-odd', (it) => it.hidden), true);
  });

  test('a key without revocable tokens cannot revoke', async (page) => {
    await token(page);
    await press(page, '#key-choice input[value="root"]');
    await issue(page);
    await open(page, 'use');
    await confirm(page);
    await reads(page, '#revoke-result', /^Not revoked\..*40164/s);
    ok(/^alive/.test((await fates(page))[0]));
  });

  test("what the key takes away is refused, and said to be the key's", async (page) => {
    await token(page);
    await press(page, '#key-choice input[value="narrow"]');
    await fillCapability(page, '{"chat:*":["*"],"orders":["publish"]}');
    await issue(page);
    await open(page, 'use');
    await write(page, '#use-channel', 'orders');
    await click(page, 'Publish');
    await outcome(page, /^401 · 40160 .*the token allows it, but its key does not\.$/);
    await click(page, 'Read history');
    await outcome(page, /^401 · 40160 history on orders is not allowed: /);
    for (const [call, wanted] of [
      ['List channels', /^401 · 40160 /],
      ['Statistics', /^401 · 40160 /],
      ['Channel status', /^401 · 40160 /],
    ]) {
      await click(page, call);
      await outcome(page, wanted);
    }
  });

  test('a key that the sandbox does not know is refused, and stays out of the store', async (page) => {
    await token(page);
    await fill(page, 'API key', 'sndbox.nobody:this-is-my-very-own');
    await issue(page);
    await open(page, 'use');
    await click(page, 'Publish');
    await outcome(page, /^40\d · 40\d{3} /);
    const kept = await page.evaluate(async () => {
      const all = [];
      for (const { name } of await indexedDB.databases()) {
        const database = await new Promise(
          (resolve) => (indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result)),
        );
        for (const store of database.objectStoreNames)
          all.push(
            await new Promise(
              (resolve) =>
                (database.transaction(store).objectStore(store).getAll().onsuccess = ({ target }) =>
                  resolve(JSON.stringify(target.result))),
            ),
          );
        database.close();
      }
      return all.join() + JSON.stringify(history.state) + location.href;
    });
    ok(!kept.includes('my-very-own') && !kept.includes('sndbox.nobody'), 'neither the key nor its token is kept');
  });

  test('hostile text stays text here too', async (page) => {
    await token(page);
    const long = `\u202e${HOSTILE}${'n'.repeat(10_000)}`;
    await fillClientId(page, HOSTILE);
    await issue(page);
    await open(page, 'use');
    await reads(page, '.line .who', /<img src=x/);
    await write(page, '#use-channel', long);
    await write(page, '#use-message', HOSTILE);
    await click(page, 'Publish');
    await outcome(page, /^4\d\d /);
    await confirm(page);
    await reads(page, '#revoke-result', /<script>/);
    equal(await page.$$eval('img, body script', (found) => found.length), 0, 'elements made of it');
    equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  });

  test('a second tab says that it forgets, and works', async (page) => {
    await token(page);
    await open(page, 'use');
    await click(page, 'Publish');
    await outcome(page, /^201 /);
    const other = await secondTab(page);
    await token(other);
    await open(other, 'use');
    await reads(other, '#view-use .notice.warning', /^A reload will discard your changes: .*open in another tab/);
    await click(other, 'Publish');
    await reads(other, '#use-result .outcome', /^201 /);
    await other.close();
  });
};
