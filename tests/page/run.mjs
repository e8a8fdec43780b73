// The playground in Chromium, served as `npm start` serves it.
import { find } from '../runtimes/find.mjs';
import { print } from '../runtimes/report.mjs';
import { runSubjects } from '../suite/harness.mjs';
import { startBrowser } from './browser.mjs';
import playground from './playground.mjs';
import repair from './repair.mjs';

const executablePath = find('chromium');
if (executablePath === undefined) {
  console.log('SKIPPED: page in Chromium (not installed)');
} else {
  const { visit, close } = await startBrowser(executablePath);
  try {
    const report = await runSubjects({ repair, playground }, { visit });
    if (!print('page', report)) process.exitCode = 1;
  } finally {
    await close();
  }
}
