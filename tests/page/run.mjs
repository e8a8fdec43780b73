// The playground in Chromium, Firefox and WebKitGTK, served as `npm start` serves it.
//   node tests/page/run.mjs chromium | firefox | webkit [WORD…]      only the subjects whose name contains one of the words
import { find } from '../runtimes/find.mjs';
import { print } from '../runtimes/report.mjs';
import { runSubjects } from '../js/harness.mjs';
import access from './access.mjs';
import { startBrowser } from './browser.mjs';
import capabilityText from './capability-text.mjs';
import client from './client.mjs';
import editor from './editor.mjs';
import errors from './errors.mjs';
import features from './features.mjs';
import firefox from './firefox.mjs';
import life from './life.mjs';
import looks from './looks.mjs';
import matrix from './matrix.mjs';
import narrow from './narrow.mjs';
import playground from './playground.mjs';
import real from './real.mjs';
import repair from './repair.mjs';
import share from './share.mjs';
import site from './site.mjs';
import snippets from './snippets.mjs';
import verify from './verify.mjs';
import webkit from './webkit.mjs';
import whole from './whole.mjs';

/** What there is to do, and the programs that it takes. */
const RUNS = {
  chromium: {
    programs: ['chromium', 'deno', 'workerd'],
    run: (executablePath) =>
      inBrowser(executablePath, 'chrome', {
        'capability text': capabilityText,
        repair,
        snippets,
        playground,
        matrix,
        narrow,
        features,
        whole,
        editor,
        life,
        client,
        verify,
        errors,
        access,
        share,
        real,
        looks,
        site,
      }),
  },
  firefox: { programs: ['firefox'], run: (executablePath) => inBrowser(executablePath, 'firefox', { firefox }) },
  webkit: { programs: ['webkit', 'xvfb', 'xauth'], run: (driver, xvfb) => runSubjects({ webkit }, { driver, xvfb }) },
};

function chosen(subjects) {
  const isChosen = ([subject]) => words.length === 0 || words.some((word) => subject.includes(word));
  return Object.fromEntries(Object.entries(subjects).filter(isChosen));
}

async function inBrowser(executablePath, kind, subjects) {
  const { visit, close } = await startBrowser(executablePath, undefined, kind);
  try {
    return await runSubjects(chosen(subjects), { visit, executablePath });
  } finally {
    await close();
  }
}

const [name, ...words] = process.argv.slice(2);
const { programs, run } = RUNS[name];
const missing = programs.filter((program) => find(program) === undefined);
if (missing.length > 0) console.log(`SKIPPED: page in ${name} (not installed: ${missing.join(', ')})`);
else if (!print(`page in ${name}`, await run(...programs.map(find)))) process.exitCode = 1;
