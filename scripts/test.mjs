// npm test: runs every step, even after a failure, then prints the failed steps, the skipped tests and the totals.
// Runs two steps at a time, because most of them wait for other processes or use one core.
// With arguments, runs only the steps whose name contains one of them: npm test -- build types
import { execute } from './execute.mjs';
import { inLanes } from './lanes.mjs';
import { stop } from './run.mjs';
import { setup } from './setup.mjs';
import { STEPS } from './steps.mjs';
import { tally } from './tally.mjs';

const IN_CI = Boolean(process.env.CI) && process.env.CI !== 'false';
const LANES = 2;
/** The longest step takes about 4 minutes, and 14 on a machine with ten times the load. */
const STEP_LIMIT_MS = 1_800_000;
const COLOUR = process.stdout.isTTY ? { CARGO_TERM_COLOR: 'always', FORCE_COLOR: '1' } : {};

/** Shows the output of a step at its end, so that outputs are not mixed, or immediately if it is the only step. */
async function runStep(step, { alone }) {
  const shown = [];
  const title = `\n=== ${step.name}\n`;
  if (alone) process.stdout.write(title);
  else console.log(`... ${step.name}`);
  const start = performance.now();
  const command = { ...step, env: { ...COLOUR, ...step.env } };
  const { output, succeeded } = await execute(command, STEP_LIMIT_MS, (stream, text) =>
    alone ? stream.write(text) : shown.push([stream, text]),
  );
  const time = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  if (!alone) process.stdout.write(title);
  for (const [stream, text] of shown) stream.write(text);
  const { passed, failed, ignored, skips, outside } = tally(output, succeeded);
  const ok = failed === 0 && !(IN_CI && skips.length > 0);
  console.log(`--- ${step.name}: ${ok ? 'ok' : 'FAILED'} in ${time}`);
  return { name: step.name, time, ok, passed, failed, ignored, skips, outside };
}

function summarise(results) {
  const sum = (pick) => results.reduce((total, result) => total + pick(result), 0);
  const skips = results.flatMap((result) => result.skips.map((skip) => `SKIPPED: ${skip}`));
  const passed = sum((result) => result.passed);
  const failed = sum((result) => result.failed) + (IN_CI ? skips.length : 0);
  const skipped = sum((result) => result.ignored) + (IN_CI ? 0 : skips.length);

  console.log('\n=== summary');
  for (const { name, time, ok } of results) console.log(`${ok ? 'ok    ' : 'FAILED'} ${time.padStart(8)}  ${name}`);
  for (const skip of skips) console.log(IN_CI ? `${skip}: nothing may be skipped in CI` : skip);
  for (const { outside } of results) for (const what of outside) console.log(`NOT IN CI: ${what}`);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed === 0;
}

setup();
const words = process.argv.slice(2);
const chosen = words.length === 0 ? STEPS : STEPS.filter(({ name }) => words.some((word) => name.includes(word)));
if (chosen.length === 0) stop(`No step has such a name. The steps are: ${STEPS.map(({ name }) => name).join(', ')}.`);

const results = await inLanes(chosen, LANES, (step) => runStep(step, { alone: chosen.length === 1 }));
process.exitCode = summarise(results) ? 0 : 1;
