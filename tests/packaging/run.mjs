// Packs pkg/, installs the tarball into an empty project, and tries it there with every tool that
// its users have: each case builds a small app with no plug-in, runs the result, and looks at what it says.
//   node tests/packaging/run.mjs [WORD…]      only the cases whose name contains one of the words
import { closeBrowser } from './browser.mjs';
import { bundlers } from './cases/bundlers.mjs';
import { deployed } from './cases/deployed.mjs';
import { edge } from './cases/edge.mjs';
import { managers } from './cases/managers.mjs';
import { node } from './cases/node.mjs';
import { runners } from './cases/runners.mjs';
import { tarball } from './cases/tarball.mjs';
import { typescript } from './cases/typescript.mjs';
import { createProject } from './project.mjs';
import { PATIENCE_MS } from '../js/patience.mjs';
import { Skip } from './skip.mjs';

// Two at a time: most of them wait for a process of their own.
const AT_ONCE = 2;
// Only ends a hang, after what waits inside.
const LIMIT_MS = 3 * PATIENCE_MS;

const words = process.argv.slice(2);
const all = [...bundlers, ...deployed, ...edge, ...runners, ...typescript, ...node, ...managers, ...tarball];
// Each has a folder by its name.
const folders = all.map(({ name }) => name.replace(/\W+/g, '-'));
const shared = all.filter((_, index) => folders.indexOf(folders[index]) !== index);
if (shared.length > 0) throw new Error(`another case has the name of ${shared.map(({ name }) => name).join()}`);
const cases = all.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));

const project = await createProject();
const total = { passed: 0, failed: 0 };
const waiting = [...cases];
await Promise.all(Array.from({ length: AT_ONCE }, work));
await closeBrowser();
console.log(`packaging: ${total.passed} passed, ${total.failed} failed`);
// Not exitCode: a tool that was given up on must not keep this process alive.
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

async function work() {
  for (let next = waiting.shift(); next; next = waiting.shift()) await runCase(next);
}

async function runCase({ name, run }) {
  const start = performance.now();
  try {
    const note = await Promise.race([run(project), limit()]);
    total.passed++;
    console.log(`ok      ${seconds(start)}  ${name}${note ? `: ${note}` : ''}`);
  } catch (error) {
    if (error instanceof Skip) {
      console.log(`SKIPPED: ${name} (${error.message})`);
      return;
    }
    total.failed++;
    console.log(`FAILED  ${seconds(start)}  ${name}\n${indent(error.stack ?? String(error))}`);
  }
}

function limit() {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`took more than ${LIMIT_MS / 1000} s`)), LIMIT_MS).unref();
  });
}

function seconds(start) {
  return `${((performance.now() - start) / 1000).toFixed(1).padStart(5)} s`;
}

function indent(text) {
  return text.replace(/^/gm, '        ');
}
