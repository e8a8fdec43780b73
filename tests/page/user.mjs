// What a person does and sees. Elements are found by their accessible names where they have one.
import { ok } from '../js/assert.mjs';
import { PATIENCE_MS } from '../js/patience.mjs';

export const SANDBOX_KEY = 'sndbox.revoc1:not-a-secret-sandbox-revocable-key';
export const HOSTILE = '<img src=x onerror="document.title=\'hit\'"><script>document.title="hit"</script>';

// Looks every 50 ms; by default it looks when a frame is drawn, see below.
export const POLL = { polling: 50 };
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export const named = (name, role) => `::-p-aria([name="${name}"]${role ? `[role="${role}"]` : ''})`;
// biome-ignore lint/performance/useDomNodeTextContent: what is seen, and not what is hidden
export const text = (page, selector) => page.$eval(selector, (element) => element.innerText);
export const value = (page, selector) => page.$eval(selector, (element) => element.value);
/** Not by a locator: that waits for frames in which nothing moves, and headless Chromium was seen to draw none for 10 s. */
export async function press(page, selector) {
  const element = await page.waitForSelector(selector, { visible: true, ...POLL });
  await page.waitForFunction((it) => !it.disabled, POLL, element);
  // What stands at the edge may lie under the bar with the button.
  await element.evaluate((it) => it.scrollIntoView({ block: 'center', behavior: 'instant' }));
  await element.click();
}
export const click = (page, name) => press(page, named(name, 'button'));

/** Not before it can be clicked: until the module has started, it cannot. */
export const started = (page) => page.waitForFunction(() => !document.getElementById('issue').disabled, POLL);
export async function issue(page) {
  await started(page);
  await press(page, '#issue');
}

/** As a person does: all that stands there is selected, and written over. */
export async function write(page, selector, value) {
  await started(page);
  const field = await page.waitForSelector(selector);
  await field.focus();
  await field.evaluate((element) => element.select());
  if (value === '') await page.keyboard.press('Backspace');
  else if (page.keyboard.sendCharacter && !page.isBidi) await page.keyboard.sendCharacter(value);
  else await page.keyboard.type(value);
}

/** On a narrow screen parts of the form are folded. */
export async function unfold(page) {
  await started(page);
  await page.$$eval('.unfold[aria-expanded="false"]', (all) => {
    for (const it of all) if (it.checkVisibility()) it.click();
  });
}

export const fill = (page, name, value) => write(page, named(name), value);
export const fillCapability = (page, value) => write(page, '#capability', value);
export const fillClientId = (page, value) => write(page, '#client-id', value);

/** Waits until an element's text is, or matches, what is wanted; says what it was instead. */
export async function reads(page, selector, wanted) {
  await until(async () => {
    const found = await text(page, selector);
    const is = wanted instanceof RegExp ? wanted.test(found) : found === wanted;
    return is || `${selector} reads ${JSON.stringify(found)}, not ${wanted}`;
  });
}

/** Waits until `look` says true; otherwise it says what is wrong. */
export async function until(look) {
  const deadline = Date.now() + PATIENCE_MS;
  let said;
  do {
    try {
      said = await look();
    } catch (error) {
      said = error.message;
    }
    if (said === true) return;
    await sleep(20);
  } while (Date.now() < deadline);
  throw new Error(said || 'it did not come true');
}

/** The token, when the rest of the page has come after it. */
export async function token(page) {
  await started(page);
  await page.waitForFunction(() => document.getElementById('token-signature').textContent !== '', POLL);
  return page.$eval('#token', (element) => element.textContent);
}

/** `iat` counts whole seconds: what is issued in the second of a revocation falls with it, and is the same token. */
export const nextSecond = () => sleep(1000 - (Date.now() % 1000));

/** Waits until the page has written into its history what a reload brings back: it does so a while after the last change. */
export const isKept = (page, state) =>
  until(async () => {
    const kept = await page.evaluate(() => history.state);
    return Object.entries(state).every(([name, value]) => kept?.[name] === value) || `kept is ${JSON.stringify(kept)}`;
  });

/** Beside this page, of the same browser and with what that has stored. */
export async function secondTab(page, url = page.url()) {
  const other = await page.browserContext().newPage();
  other.isBidi = page.isBidi;
  other.setDefaultTimeout(PATIENCE_MS);
  await other.goto(url);
  return other;
}

export async function claims(page) {
  return JSON.parse(await page.$eval('#decoded-claims', (element) => element.textContent));
}

/** Another view, ready. */
export async function open(page, name) {
  await started(page);
  await press(page, `#tab-${name}`);
  await page.waitForFunction((id) => document.getElementById(id).querySelector('h2') !== null, POLL, `view-${name}`);
}

/** As a person looks at it: the state of a cell, and what it says of itself. */
export async function cell(page, operation, column) {
  const found = await page.evaluateHandle(
    (operation, column) =>
      [...document.querySelectorAll('#matrix tbody tr')].find((row) => row.children[0].textContent === operation)
        ?.children[column + 1],
    operation,
    column,
  );
  ok(found.asElement(), `a cell for ${operation}`);
  return found.asElement();
}

export async function fits(page, width) {
  const found = await page.evaluate(() => {
    const wide = [...document.querySelectorAll('body *')].filter(
      (it) =>
        it.getBoundingClientRect().right > innerWidth + 1 && !it.closest('.scroll, .lives, pre, .marked, .unseen'),
    );
    return {
      scroll: document.documentElement.scrollWidth,
      wide: wide.slice(0, 3).map((it) => it.outerHTML.slice(0, 100)),
    };
  });
  ok(found.scroll <= width, `it scrolls sideways: ${JSON.stringify(found)}`);
}
