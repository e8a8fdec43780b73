// npm run screenshot: takes the picture of the playground that README.md shows, docs/playground.png. Run it when
// the page has changed visibly; it needs the built package and Chromium.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/run.mjs';
import { find } from '../runtimes/find.mjs';
import { startBrowser } from './browser.mjs';
import { token } from './user.mjs';

const PICTURE = join(ROOT, 'docs/playground.png');
/** npm and crates.io show it on each visit of the README. */
const MAX_BYTES = 150_000;

const WIDTH = 1270;
const HEIGHT = 535;

const { visit, close } = await startBrowser(find('chromium'));
try {
  await visit(
    async (page) => {
      await token(page);
      await page.evaluate(() => document.activeElement?.blur());
      await page.screenshot({ path: PICTURE, clip: { x: 0, y: 0, width: WIDTH, height: HEIGHT } });
    },
    { width: WIDTH, height: 800 },
  );
} finally {
  await close();
}
const { size } = statSync(PICTURE);
console.log(`docs/playground.png: ${size} bytes`);
if (size > MAX_BYTES) {
  console.error(`It has more than ${MAX_BYTES} bytes: take a smaller part of the page.`);
  process.exitCode = 1;
}
