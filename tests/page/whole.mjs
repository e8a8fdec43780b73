// The page as a whole: names, widths, schemes, its policy, and what its sources must not have.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/run.mjs';
import { equal, ok } from '../js/assert.mjs';
import { fillCapability, fillClientId, fits, issue, POLL, token, unfold, write } from './user.mjs';

const WWW = join(ROOT, 'www');

const ADDRESSES = new Set([
  'https://*.ably.net',
  'https://rest.ably.io',
  'https://*.fallback.ably-realtime.com',
  'http://127.0.0.1:*',
  'http://localhost:*',
  'https://main.realtime.ably.net',
  'http://127.0.0.1:8585',
  'https://control.ably.net/v1',
  'https://ably.com/users/access_tokens',
  'https://www.npmjs.com/package/ably-edge-auth',
  'https://example.com/webhook',
]);

export default ({ test: register, visit }) => {
  const test = (name, body, options) => register(name, () => visit(body, options));

  test('every control has a name, every id stands once', async (page) => {
    await token(page);
    const controls = await page.$$(
      '#view-issue :is(input, textarea, button, select, meter, pre[tabindex], td[tabindex]), header :is(input, button), [role="tab"]',
    );
    ok(controls.length > 100, `${controls.length} controls`);
    // The whole tree once: for each control anew it takes half a minute.
    const session = await page.createCDPSession();
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const names = new Map(nodes.map(({ backendDOMNodeId, name }) => [backendDOMNodeId, name?.value]));
    const named = await Promise.all(controls.map(async (control) => Boolean(names.get(await control.backendNodeId()))));
    const nameless = await page.evaluate(
      (named, ...all) =>
        all.filter((it, at) => it.checkVisibility() && !named[at]).map((it) => it.outerHTML.slice(0, 200)),
      named,
      ...controls,
    );
    equal(nameless, [], 'controls without a name');
    const ids = await page.$$eval('[id]', (elements) => elements.map(({ id }) => id));
    equal(ids.length, new Set(ids).size, 'ids');
  });

  for (const width of [320, 360, 768, 1280, 2560, 3840])
    test(
      `fits ${width} px, whatever is long in it`,
      async (page) => {
        await token(page);
        await fits(page, width);
        await unfold(page);
        await fillClientId(page, 'y'.repeat(300));
        await issue(page);
        await fillCapability(page, JSON.stringify({ [`${'x'.repeat(300)}*`]: ['p'.repeat(300)], '[mta]a': ['stats'] }));
        await write(page, '#channels', 'z'.repeat(300));
        await fits(page, width);
        await issue(page);
        await fits(page, width);
      },
      { width },
    );

  for (const scheme of ['light', 'dark'])
    test(
      `follows the scheme ${scheme}`,
      async (page) => {
        const [red] = await page.evaluate(() =>
          getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).map(Number),
        );
        ok(scheme === 'dark' ? red < 64 : red > 192, `red is ${red}`);
      },
      { scheme },
    );

  test(
    'the policy is in force',
    async (page) => {
      await token(page);
      const outcome = await page.evaluate(async () => {
        const script = document.createElement('script');
        script.textContent = 'globalThis.ran = true';
        document.body.append(script);
        const style = document.createElement('style');
        style.textContent = 'body { color: red }';
        document.body.append(style);
        const reached = await fetch('https://example.com/').then(
          () => true,
          () => false,
        );
        return { ran: globalThis.ran === true, reached };
      });
      equal(outcome, { ran: false, reached: false });
      await page.waitForFunction('violations.length === 3', POLL);
      equal((await page.evaluate('violations')).sort(), ['connect-src', 'script-src-elem', 'style-src-elem']);
    },
    { expected: [/Content Security Policy/, /^(connect-src|script-src-elem|style-src-elem)$/] },
  );

  register('no markup is made of text, nothing is written into the page but text', () => {
    const sources = readdirSync(WWW, { recursive: true }).filter((name) => /\.(js|html)$/.test(name));
    ok(sources.length >= 40, 'the sources are found');
    for (const name of sources) {
      const source = readFileSync(join(WWW, name), 'utf8');
      const found = source.match(
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|setHTML|\son\w+=|\sstyle=|<style|<script>|localStorage|sessionStorage|\.cookie|importmap/,
      );
      equal(found?.[0], undefined, name);
      // Each is a link that somebody may follow, an address that somebody may choose, or part of the policy.
      for (const [address] of source.matchAll(/https?:\/\/[^\s'";,`)]*/g))
        ok(ADDRESSES.has(address), `${name} names ${address}`);
    }
  });
};
