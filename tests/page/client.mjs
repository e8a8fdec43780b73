// The connected client: what revocation, the margin, an end and another token do to a connection.
import { equal, ok } from '../js/assert.mjs';
import { POLL, fillCapability, issue, open, press, reads, token, until, write } from './user.mjs';

const status = (page, wanted) => reads(page, '#client-status', wanted);
const log = (page) => page.$$eval('#client-log li', (all) => all.map((it) => it.textContent.split(' · ').slice(1)));
const saw = (page, wanted) =>
  until(async () => {
    const lines = (await log(page)).map((it) => it.join(' · '));
    return lines.some((line) => wanted.test(line)) || `the log says ${JSON.stringify(lines)}`;
  });
const phases = (page) => page.$$eval('.lane .phase', (all) => all.map((it) => it.dataset.state));
const fates = (page) => page.$$eval('.line .fate', (all) => all.map((it) => it.textContent));

export async function connect(page) {
  await token(page);
  await open(page, 'use');
  await press(page, '#client-connect');
  await status(page, /Connected\s*as alice; its token ends in /);
}

export async function revoke(page) {
  await press(page, '#revoke');
  await press(page, '#confirm-revoke');
}

/** Notes each state of the client, however short. */
const note = (page) =>
  page.evaluate(() => {
    globalThis.noted = [];
    const status = document.getElementById('client-status');
    let last = status.dataset.state;
    new MutationObserver(() => {
      if (status.dataset.state === last) return;
      last = status.dataset.state;
      globalThis.noted.push([last, status.textContent, Date.now()]);
    }).observe(status, { attributeFilter: ['data-state'] });
  });

/** Moves the page's clock, and with it the sandbox's. A request makes the sandbox look at it. */
async function moveClock(page, ms) {
  await page.evaluate((ms) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + ms;
  }, ms);
  await press(page, '::-p-aria([name="Channel status"][role="button"])');
}

export default ({ test: register, visit }) => {
  const test = (name, body, options) => register(name, () => visit(body, options));

  test('it connects, attaches, and receives what it and REST publish', async (page) => {
    await connect(page);
    await reads(page, '.lane .fate', 'connected');
    equal(
      await page.$$eval('.used', (all) => all.filter((it) => it.checkVisibility()).length),
      1,
      'its token is marked',
    );
    await press(page, '#client-attach');
    await saw(page, /^attached chat:room-1$/);
    await press(page, '#client-publish');
    await saw(page, /^published on chat:room-1$/);
    await saw(page, /^received on chat:room-1: hello$/);
    await write(page, '#use-message', 'by REST');
    await press(page, '#view-use [aria-label="Calls"] button');
    await saw(page, /^received on chat:room-1: by REST$/);
    await write(page, '#client-channel', 'orders');
    await press(page, '#client-attach');
    await saw(page, /^failed: orders · 40160 /);
    await press(page, '#client-close');
    await status(page, /Not connected/);
    equal((await phases(page)).at(-1), 'closed');
  });

  test('revoked at once: cut off with 40141, and back with a new token in the next second', async (page) => {
    await connect(page);
    await press(page, '#client-attach');
    await saw(page, /^attached/);
    await note(page);
    await revoke(page);
    await saw(page, /^connected again, with a new token$/);
    await saw(page, /^disconnected · 40141 /);
    const noted = await page.evaluate('noted');
    equal(
      noted.map(([state]) => state),
      ['disconnected', 'connecting', 'connected'],
    );
    ok(/Cut off40141: .* It comes back with a new one\./.test(noted[0][1]), noted[0][1]);
    const seconds = noted.map(([, , at]) => Math.floor(at / 1000));
    ok(seconds[1] > seconds[0], 'renewed in a later second');
    equal(await phases(page), ['connecting', 'connected', 'disconnected', 'connecting', 'connected']);
    const [renewed, first] = await fates(page);
    ok(/^alive/.test(renewed) && /^revoked at .* by clientId:alice$/.test(first), `${renewed}; ${first}`);
    // The channel is attached again, and the new token counts.
    await press(page, '#client-publish');
    await saw(page, /^received on chat:room-1: hello$/);
  });

  test('revoked at once, and it gets no new token: it fails', async (page) => {
    await connect(page);
    await press(page, '#client-renews');
    await revoke(page);
    await status(page, /Failed\s*40141: .* It does not get a new one\./);
    await reads(page, '.lane .fate', 'failed · 40141');
    await saw(page, /^failed · 40141 /);
    equal((await fates(page)).length, 1, 'no further token');
    ok(await page.$eval('#client-connect', (it) => it.checkVisibility()), 'it can connect again');
  });

  test('revoked with the margin: asked, and it goes on uninterrupted', async (page) => {
    await connect(page);
    await note(page);
    await press(page, '#revoke-margin');
    await revoke(page);
    await saw(page, /^goes on with a new token, uninterrupted$/);
    equal(
      (await page.evaluate('noted')).map(([state]) => state),
      ['asked', 'connected'],
    );
    ok(/works for another/.test((await fates(page))[1]));
    await moveClock(page, 31_000);
    await until(async () => /^revoked at /.test((await fates(page))[1]) || `${await fates(page)}`);
    await status(page, /^✓\s*Connected/);
    equal(await phases(page), ['connecting', 'connected', 'asked', 'connected']);
  });

  test('revoked with the margin, and it gets no new token: cut off when the margin ends', async (page) => {
    await connect(page);
    await press(page, '#client-renews');
    await press(page, '#revoke-margin');
    await revoke(page);
    await status(page, /Asked for a new token\s*It gets none, and will be cut off\.$/);
    await reads(page, '.lane .fate', 'asked for a new token');
    await moveClock(page, 31_000);
    await status(page, /Failed\s*40141: /);
    // Whether it tries to connect before it fails depends on when it last asked for a token.
    const seen = await phases(page);
    equal([seen.slice(0, 4), seen.at(-1)], [['connecting', 'connected', 'asked', 'disconnected'], 'failed']);
  });

  test('a shortened token: asked before its end, or cut off with 40142', async (page) => {
    await connect(page);
    await press(page, '#client-shorten');
    await status(page, /its token ends in \d+ s$/);
    await moveClock(page, 6_000);
    await status(page, /its token ends in (59 min|1 h)/);
    equal(await phases(page), ['connecting', 'connected', 'asked', 'connected']);
    await press(page, '#client-renews');
    await press(page, '#client-shorten');
    await status(page, /its token ends in \d+ s$/);
    await moveClock(page, 11_000);
    await status(page, /Failed\s*40142: /);
  });

  test('another token in the same connection: its rights count at once', async (page) => {
    await connect(page);
    await press(page, '#client-attach');
    await saw(page, /^attached/);
    await press(page, '#tab-issue');
    await fillCapability(page, '{"announcements":["subscribe"]}');
    await issue(page);
    await open(page, 'use');
    await page.waitForFunction(() => !document.getElementById('client-swap').disabled, POLL);
    await press(page, '#client-swap');
    await saw(page, /^failed: chat:room-1 · 40160 /);
    await status(page, /Connected/);
  });

  test('in real mode it does not connect', async (page) => {
    await connect(page);
    await press(page, '#mode label:has(#mode-real)');
    await status(page, /Not connected/);
    ok(await page.$eval('#client-connect', (it) => it.disabled && it.checkVisibility()));
    await reads(page, '#view-use', /This client connects to the sandbox only\./);
  });

  test(
    'on a narrow screen, revoking brings the client into view',
    async (page) => {
      await connect(page);
      await revoke(page);
      await until(() =>
        page.$eval('#client-status', (it) => {
          const { top, bottom } = it.getBoundingClientRect();
          return (top >= 0 && bottom <= innerHeight) || `it is at ${top}`;
        }),
      );
    },
    { width: 360, height: 740 },
  );
};
