// A public fuzzer drives the sandbox's Control API by Ably's OpenAPI document: no request makes it fail or
// hang, and each answer is one that the document has.
//
//     node tests/sandbox/fuzz/run.mjs [options of `schemathesis run`]
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, stop } from '../../../scripts/run.mjs';
import { find } from '../../runtimes/find.mjs';
import { spawn } from '../../runtimes/start.mjs';
import { documentFor } from './document.mjs';
import { serve } from './serve.mjs';

const WORK = fileURLToPath(new URL('../../.work/fuzz/', import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url));
const PYTHON = find('python with venv');
const BIN = join(WORK, 'venv', process.platform === 'win32' ? 'Scripts' : 'bin');
const [DOCUMENT, REPORT, INSTALLED] = ['document.json', 'report.json', 'venv/installed.txt'].map((name) =>
  join(WORK, name),
);

const OPTIONS = [
  ['--seed', '4'],
  ['--max-examples', '30'],
  ['--generation-database', 'none'],
  ['--suppress-health-check', 'all'],
  // An answer that takes longer is a hang.
  ['--request-timeout', '120'],
  ['--continue-on-failure'],
  // No schema says that two namespaces have two names, or that the type of a rule stays.
  ['--exclude-checks', 'positive_data_acceptance'],
  ['--report', 'json'],
  ['--report-json-path', REPORT],
  ['--no-color'],
].flat();

function install() {
  const wanted = readFileSync(REQUIREMENTS, 'utf8');
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === wanted) return;
  rmSync(join(WORK, 'venv'), { recursive: true, force: true });
  run(PYTHON, ['-m', 'venv', join(WORK, 'venv')]);
  run(join(BIN, 'python'), [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--requirement',
    REQUIREMENTS,
  ]);
  writeFileSync(INSTALLED, wanted);
}

/** Its output is of use only if something was found. */
function drive({ origin, sandbox }) {
  const credential = ['-H', `Authorization: Bearer ${sandbox.accessToken}`];
  const args = ['run', DOCUMENT, '--url', `${origin}/v1`, ...credential, ...OPTIONS, ...process.argv.slice(2)];
  return new Promise((done) => {
    const fuzzer = spawn(join(BIN, 'schemathesis'), args, { cwd: WORK, stdio: ['ignore', 'pipe', 'inherit'] });
    const output = [];
    fuzzer.stdout.on('data', (chunk) => output.push(chunk));
    fuzzer.on('error', (error) => stop(`Cannot start schemathesis: ${error.message}.`));
    fuzzer.on('close', (status) => done({ status, output: Buffer.concat(output).toString() }));
  });
}

async function fuzz() {
  mkdirSync(WORK, { recursive: true });
  install();
  rmSync(REPORT, { force: true });
  const server = await serve();
  writeFileSync(DOCUMENT, JSON.stringify(documentFor(server.sandbox)));
  const { status, output } = await drive(server);
  server.close();
  if (!existsSync(REPORT)) stop(output, `schemathesis ended with ${status} and without a report.`);
  const { generated, with_failures: failed, errored } = JSON.parse(readFileSync(REPORT, 'utf8')).test_cases;
  const { answered } = server;
  // It would pass as well if nothing ever got as far as doing something.
  const isVain = [200, 201, 204, 400, 401, 404, 405, 422].filter((one) => !answered[one]);
  const isWrong = status !== 0 || failed + errored > 0 || isVain.length > 0 || answered[429] > 0;
  if (isWrong) console.log(output);
  if (isVain.length > 0) console.log(`No request was answered with ${isVain.join(', ')}.`);
  if (answered[429] > 0)
    console.log('The limit of an hour was reached: the clock of the sandbox is to gain more with each request.');
  console.log(`answers by status: ${JSON.stringify(answered)}`);
  const wrong = Math.max(failed + errored, isWrong ? 1 : 0);
  console.log(`schemathesis: ${generated - wrong} passed, ${wrong} failed`);
  process.exitCode = isWrong ? 1 : 0;
}

if (PYTHON) await fuzz();
else
  console.log(
    'SKIPPED: the Control API driven by schemathesis (Python with venv is missing: install python3 and python3-venv)',
  );
