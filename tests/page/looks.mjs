// How it looks: every view in both themes and at every width, by axe's rules, without anything jumping.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { equal, ok } from '../js/assert.mjs';
import { connect, revoke } from './client.mjs';
import {
  cell,
  click,
  fillCapability,
  fits,
  HOSTILE,
  nextSecond,
  open,
  POLL,
  press,
  reads,
  token,
  unfold,
  until,
} from './user.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Each view, with something in it. */
export const VIEWS = {
  async issue(page) {
    await token(page);
  },
  async 'issue, with problems'(page) {
    await token(page);
    await unfold(page);
    await press(page, '#key-choice input[value="narrow"]');
    await press(page, '#client-none');
    await fillCapability(
      page,
      '{"chat:*":["publish","publsh"],"news":["subscribe","presence","stats"],"b*":["history"]}',
    );
    await press(page, '#further summary');
    await click(page, 'Add a claim');
    await press(page, '#issue');
    await reads(page, '#issue-error', /No token/);
  },
  async 'issue, unfolded'(page) {
    await token(page);
    await unfold(page);
  },
  async 'issue, by features'(page) {
    await token(page);
    await click(page, 'Spaces');
    await page.waitForSelector('#matrix [aria-label^="cursors on board"]', POLL);
    await fillCapability(page, '{"board::$space":["presence","subscribe"],"board-cursors":["*"],"[chat]a":["*"]}');
    await press(page, '#rows-of-chat');
    await page.waitForSelector('#matrix [aria-label^="typing on board"]', POLL);
    await (await cell(page, 'typing', 0)).click();
  },
  async 'issue, as a snippet'(page) {
    await token(page);
    await page.select('#copy-what', 'worker');
    await reads(page, '#snippet', /createIssuer/);
  },
  async use(page) {
    await token(page);
    await open(page, 'use');
    await click(page, 'Publish');
    await reads(page, '#use-result .outcome', /^201 /);
    await press(page, '#revoke');
    await press(page, '#confirm-revoke');
    await reads(page, '#revoke-result', /revoked/);
    await nextSecond();
    await press(page, '#issue-another');
    await until(async () => (await page.$$('.line')).length === 2 || 'two tokens');
    await click(page, 'Read history');
    await reads(page, '#use-result .outcome', /^401 /);
  },
  async 'use, asking'(page) {
    await token(page);
    await open(page, 'use');
    await press(page, '#revoke');
    await page.waitForSelector('dialog[open]', POLL);
  },
  async 'use, with a client that was cut off'(page) {
    await connect(page);
    await press(page, '#client-attach');
    await press(page, '#client-publish');
    await press(page, '#client-renews');
    await revoke(page);
    await reads(page, '#client-status', /^✕\s*Failed/);
  },
  async 'use, with a client that is asked'(page) {
    await connect(page);
    await press(page, '#client-renews');
    await press(page, '#revoke-margin');
    await revoke(page);
    await reads(page, '#client-status', /^!\s*Asked/);
  },
  async verify(page) {
    await token(page);
    await open(page, 'verify');
    await press(page, '#verify-current');
    await reads(page, '#verify-verdict', 'Valid');
  },
  async errors(page) {
    await token(page);
    await open(page, 'errors');
    await click(page, '40160');
    await press(page, '#explain-current');
    await reads(page, '#explanation', /With this token/);
  },
  async access(page) {
    await open(page, 'access');
    await page.waitForSelector('#access-list li', POLL);
    await press(page, '#access-create');
    await press(page, '#access-try');
    await reads(page, '#access-me', /of Sandbox account/);
    await page.select('#control-call', '4');
    await press(page, '#control-send');
    await reads(page, '#control-result .outcome', /^403 /);
    await click(page, 'Rotate Deploy script');
  },
  async 'real Ably'(page) {
    await token(page);
    await press(page, '#mode label:has(#mode-real)');
  },
};

export default ({ test: register, visit }) => {
  const test = (name, body, options) => register(name, () => visit(body, options));
  let checked = 0;

  for (const [name, arrive] of Object.entries(VIEWS))
    for (const [scheme, width] of [
      ['light', 1280],
      ['dark', 1280],
      ['light', 360],
    ])
      test(
        `${name}, ${scheme}, ${width} px: axe finds nothing`,
        async (page) => {
          await arrive(page);
          await page.evaluate(AXE);
          const { violations, passes } = await page.evaluate(() =>
            globalThis.axe.run(document, {
              runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
            }),
          );
          checked += passes.length;
          equal(
            violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))]),
            [],
          );
        },
        { scheme, width },
      );
  register('axe had something to look at', () => {
    ok(checked > 300, `${checked} rules passed`);
    console.log(`axe: ${checked} checks passed in ${Object.keys(VIEWS).length} views, in 2 themes and at 2 widths`);
  });

  for (const [name, arrive] of Object.entries(VIEWS))
    for (const width of [360, 2560])
      test(
        `${name} fits ${width} px`,
        async (page) => {
          await arrive(page);
          await fits(page, width);
        },
        { width },
      );

  for (const [width, height] of [
    [360, 740],
    [1280, 900],
    [2560, 1440],
  ])
    test(
      `nothing jumps while it starts, at ${width} px`,
      async (page) => {
        await token(page);
        const shifts = await page.evaluate(
          () =>
            new Promise((resolve) => {
              const found = [];
              new PerformanceObserver((list) => found.push(...list.getEntries())).observe({
                type: 'layout-shift',
                buffered: true,
              });
              setTimeout(
                () =>
                  resolve(
                    found.map((it) => [
                      it.value,
                      it.sources.map(({ node }) => node?.id || node?.className || node?.nodeName),
                    ]),
                  ),
                300,
              );
            }),
        );
        equal(shifts, []);
      },
      { width, height },
    );

  const times = [];
  const watch = (page) =>
    page.evaluateOnNewDocument(() => {
      new MutationObserver(() => {
        if (globalThis.firstToken === undefined && document.getElementById('token-signature')?.textContent)
          globalThis.firstToken = performance.now();
      }).observe(document, { subtree: true, childList: true, characterData: true });
    });
  for (let time = 1; time <= 5; time++)
    test(
      `the first token is timed, ${time} of 5`,
      async (page) => {
        await token(page);
        times.push(await page.evaluate('firstToken'));
      },
      { before: watch },
    );
  register('it was timed', () => {
    equal(times.length, 5);
    console.log(
      `navigation to first token: ${times.sort((a, b) => a - b)[2].toFixed(0)} ms (median of 5, nothing cached)`,
    );
  });

  for (const width of [360, 1280])
    test(
      `words turned about and names of 10 KB do not break it, at ${width} px`,
      async (page) => {
        await token(page);
        const long = `\u202e${HOSTILE}${'n'.repeat(10_000)}`;
        await page.$eval(
          '#capability',
          (it, text) => {
            it.value = text;
            it.dispatchEvent(new Event('input', { bubbles: true }));
          },
          JSON.stringify({ [long]: ['publish', long], [`${long}*`]: ['subscribe'] }),
        );
        await page.$eval(
          '#channels',
          (it, text) => {
            it.value = text;
            it.dispatchEvent(new Event('input', { bubbles: true }));
          },
          `${long}, ${'m'.repeat(10_000)}`,
        );
        await reads(page, '#capability-diagnostics', /the unknown operation/);
        await fits(page, width);
        equal(await page.$$eval('img, body script', (found) => found.length), 0, 'elements made of it');
      },
      { width },
    );
};
