// Runs one command of a runtime: its output is shown at its end, its time is bounded, and it must say how many
// tests passed. A shell that dies quietly is a failure.
import { once } from 'node:events';
import { PATIENCE_MS } from '../js/patience.mjs';
import { TESTS } from './stage.mjs';
import { spawn } from './start.mjs';

/** So that what waits inside comes first, and says what it waited for. */
const MOST_SECONDS = (4 * PATIENCE_MS) / 1000;
const ON_WINDOWS = process.platform === 'win32';
const SIGNALS = ['SIGINT', 'SIGTERM'];
const RESULT = /^.+: \d+ passed, \d+ failed$/m;
const GOOD_RESULT = /^.+: [1-9]\d* passed, 0 failed$/m;

const running = new Set();
for (const signal of SIGNALS)
  process.on(signal, () => {
    for (const end of running) end(signal);
    process.exit(1);
  });

/** @returns whether all its tests passed */
export async function execute([program, ...args]) {
  // A group of its own: what it has started ends with it.
  const child = spawn(program, args, { cwd: TESTS, stdio: ['ignore', 'pipe', 'pipe'], detached: !ON_WINDOWS });
  const end = (signal) => {
    try {
      if (ON_WINDOWS) child.kill(signal);
      else process.kill(-child.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error; // it has ended by itself
    }
  };
  running.add(end);

  let output = '';
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));

  let late = false;
  const ending = setTimeout(() => {
    late = true;
    end('SIGTERM'); // on which a driver closes its browser
  }, MOST_SECONDS * 1000);
  const killing = setTimeout(() => end('SIGKILL'), (MOST_SECONDS + 5) * 1000);
  const [code] = await once(child, 'close');
  clearTimeout(ending);
  clearTimeout(killing);
  running.delete(end);

  process.stdout.write(output);
  if (code === 0 && GOOD_RESULT.test(output)) return true;
  process.stderr.write(errors);
  const how = late ? `not done in ${MOST_SECONDS} s` : `exit code ${code}`;
  console.log(
    `FAILED, ${how}${RESULT.test(output) ? '' : ', and it never said how many tests passed'}: ${[program, ...args].join(' ')}`,
  );
  return false;
}
