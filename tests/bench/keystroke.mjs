// From a key that is pressed in the page to the drawn report, for a capability of 1,000 resources, in Chromium.
import { find } from '../runtimes/find.mjs';
import { startBrowser } from '../page/browser.mjs';
import { reads, started } from '../page/user.mjs';
import { KEYSTROKE } from './work-names.mjs';

const RESOURCES = 1_000;
/** The first ones warm up. */
const WARM_UP = 5;
/** Inside the name of the first resource. */
const PLACE = 11;

export async function measureKeystrokes({ rounds }) {
  const capability = Object.fromEntries(
    Array.from({ length: RESOURCES }, (_, i) => [`channel:${i}`, ['publish', 'subscribe']]),
  );
  const { visit, close } = await startBrowser(find('chromium'));
  const times = [];
  try {
    await visit(async (page) => {
      await started(page);
      await page.$eval('#capability', enter, JSON.stringify(capability, null, 1));
      await reads(page, '#rows-shown', `1 to 12 of ${RESOURCES} resources`);
      await page.focus('#capability');
      await page.$eval('#capability', (it, at) => it.setSelectionRange(at, at), PLACE);
      for (let i = 0; i < WARM_UP + rounds; i++) {
        await page.evaluate(watch);
        await page.keyboard.type('x');
        const ms = await page.evaluate('took');
        if (i >= WARM_UP) times.push(ms * 1e6);
      }
      await reads(page, '#canonical', new RegExp(`"channel${'x'.repeat(WARM_UP + rounds)}:0"`));
    });
  } finally {
    await close();
  }
  return { [KEYSTROKE]: { 'ours: page': times } };
}

/** In the page. */
function enter(element, text) {
  element.value = text;
  element.dispatchEvent(new Event('input', { bubbles: true }));
}

/** In the page: notes how long the next key takes, until every listener of the input has run. */
function watch() {
  globalThis.took = undefined;
  document.getElementById('capability').addEventListener(
    'beforeinput',
    () => {
      const start = performance.now();
      const told = () => (globalThis.took = performance.now() - start);
      document.getElementById('inputs').addEventListener('input', told, { once: true });
    },
    { once: true },
  );
}
