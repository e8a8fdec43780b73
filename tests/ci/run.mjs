// What the tests need of the machine: that CI installs every program that they look for (they look by one list, and
// .ci/run installs by it), and that it need not be quiet. And that none of them gets lost: harness.mjs and reached.mjs.
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROGRAMS } from '../programs.mjs';
import { find } from '../runtimes/find.mjs';
import { print } from '../runtimes/report.mjs';
import { spawnSync } from '../runtimes/start.mjs';
import { equal, ok } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import { harness } from './harness.mjs';
import { reached } from './reached.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TESTS = join(ROOT, 'tests');
/** Started by hand, and not by `npm test`. */
const NOT_TESTS = /^(bench|examples\/figures)\//;
const OF_SYSTEM = Object.values(PROGRAMS).filter(({ names }) => names);

/** The text of every script here, by its path in tests/. */
function sources(folder = TESTS) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', '.work'].includes(entry.name) ? [] : sources(path);
    const name = relative(TESTS, path).replaceAll('\\', '/');
    return /\.[cm]?js$/.test(name) && !NOT_TESTS.test(name) ? [[name, readFileSync(path, 'utf8')]] : [];
  });
}

function throws(run, words) {
  try {
    run();
  } catch (error) {
    return ok(error.message.includes(words), error.message);
  }
  ok(false, `it did not throw: ${words}`);
}

function oneList({ test }) {
  test('whatever is looked for by another name throws', () =>
    throws(() => find('wget'), 'tests/programs.mjs has no program "wget"'));
  test('whatever was not found cannot be started', () => {
    for (const program of ['bash', '/usr/bin/env']) throws(() => spawnSync(program, []), 'was not found by find()');
    throws(() => spawnSync(undefined, []), 'is not installed');
  });
  test('nothing is started in another way', () => {
    const found = sources();
    ok(found.length > 100, `${found.length} scripts`);
    const starting = found
      .filter(([name, text]) => text.includes('child_process') && name !== 'ci/run.mjs')
      .map(([name]) => name);
    equal(starting, ['programs.mjs', 'runtimes/start.mjs']);
  });
  test('every name that stands in a call of find is in the list', () => {
    const names = sources()
      .flatMap(([, text]) => [...text.matchAll(/\bfind\('([^']+)'\)/g)].map(([, name]) => name))
      .filter((name) => name !== 'wget');
    ok(names.length > 15, `${names.length} calls`);
    equal(
      names.filter((name) => !(name in PROGRAMS)),
      [],
    );
  });
}

/** A bound of seconds is what fails on a machine that has much else to do: each is the one of tests/js/patience.mjs. */
function patience({ test }) {
  const files = sources().filter(([name]) => name !== 'ci/run.mjs');
  const holding = (word) => files.filter(([, text]) => text.includes(word));
  test('every browser is waited for', () => {
    const starting = holding('puppeteer-core')
      .concat(holding('playwright-core'))
      .filter(([, text]) => /\blaunch\(/.test(text));
    ok(starting.length >= 5, `${starting.length} scripts`);
    equal(
      starting.filter(([, text]) => !/TIMEOUTS|optionsOf\(|timeout: PATIENCE_MS/.test(text)).map(([name]) => name),
      [],
    );
  });
  test('every page is', () => {
    const opening = holding('.newPage(');
    ok(opening.length >= 5, `${opening.length} scripts`);
    const count = (text, word) => text.split(word).length - 1;
    equal(
      opening
        .filter(([, text]) => count(text, '.newPage(') > count(text, '.setDefaultTimeout(PATIENCE_MS)'))
        .map(([name]) => name),
      [],
    );
  });
  test('nothing else has a time-out in figures', () => {
    const found = files.filter(([, text]) =>
      /\btimeout: *\d|AbortSignal\.timeout\(\d|setDefaultTimeout\(\d/.test(text),
    );
    equal(
      found.map(([name]) => name),
      [],
    );
  });
}

const STUBS = {
  node: `exec "${process.execPath}" "$@"`,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell fills it in
  dirname: 'echo "${1%/*}"',
  cargo: '',
  sudo: 'shift; exec "$@"',
  npm: 'echo "npm $* with CI=$CI"',
};

/** Runs .ci/run where there are only these programs; `installed` are what apt-get brings then. */
function runCi(present, installed) {
  const bin = mkdtempSync(join(tmpdir(), 'ably-edge-auth-ci-'));
  const sh = find('sh');
  const make = (name, script) => {
    writeFileSync(join(bin, name), `#!${sh}\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  try {
    for (const [name, script] of Object.entries(STUBS)) make(name, script);
    for (const name of present) make(name, '');
    const installing = installed.map(
      (name) => `printf '#!${sh}\\n' > "${bin}/${name}"; node -e "fs.chmodSync('${bin}/${name}', 0o755)"`,
    );
    make('apt-get', [`echo "$*" >> "${bin}/asked"`, '[ "$1" = install ] || exit 0', ...installing].join('\n'));
    const { status, stdout, stderr } = spawnSync(find('bash'), [join(ROOT, '.ci/run')], {
      encoding: 'utf8',
      env: { PATH: bin },
    });
    const asked = readdirSync(bin).includes('asked') ? readFileSync(join(bin, 'asked'), 'utf8').trim().split('\n') : [];
    return { status, stdout, stderr, asked };
  } finally {
    rmSync(bin, { recursive: true });
  }
}

function ciRun({ test }) {
  // npm comes with Node.js, and is there.
  const programs = [...new Set(OF_SYSTEM.map(({ names }) => names[0]))].filter((name) => name !== 'npm');
  const packages = [...new Set(OF_SYSTEM.flatMap(({ debian }) => debian))];

  test('on a bare machine it installs everything in the list, then tests', () => {
    const { status, stdout, stderr, asked } = runCi([], programs);
    equal([status, stderr], [0, '']);
    equal(asked, ['update -qq', `install -qq -y --no-install-recommends ${packages.join(' ')}`]);
    ok(stdout.endsWith('npm test with CI=true\n'), stdout);
    for (const name of ['fish', 'zsh', 'chromium', 'firefox-esr', 'webkit2gtk-driver', 'xvfb', 'xauth', 'python3-venv'])
      ok(packages.includes(name), name);
  });
  test('where all is there, it installs nothing', () => {
    equal(runCi(programs, []), { status: 0, stdout: 'npm test with CI=true\n', stderr: '', asked: [] });
  });
  for (const missing of programs)
    test(`where only ${missing} is missing, it installs that`, () => {
      const { status, asked } = runCi(
        programs.filter((name) => name !== missing),
        [missing],
      );
      const wanted = OF_SYSTEM.filter(({ names }) => names[0] === missing).flatMap(({ debian }) => debian);
      equal([status, asked[1]], [0, `install -qq -y --no-install-recommends ${[...new Set(wanted)].join(' ')}`]);
    });
  test('a package that does not bring its program ends it', () => {
    const { status, stdout, stderr } = runCi(
      programs.filter((name) => name !== 'fish'),
      [],
    );
    equal([status, stdout], [1, 'Installing fish\n']);
    ok(stderr.includes('is not in PATH: fish'), stderr);
  });
}

const subjects = {
  harness,
  reached: reached(ROOT),
  'one list': oneList,
  patience,
  ...(process.platform === 'win32' ? {} : { '.ci/run': ciRun }),
};
if (!print('what the tests need of the machine', await runSubjects(subjects, {}))) process.exitCode = 1;
