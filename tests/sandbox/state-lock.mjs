// Who may use a state file: one process, by whatever name and from wherever it reaches the file; and what happens to those
// whom no lock keeps out.
import { appendFileSync, linkSync, readFileSync, readdirSync, renameSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { openStateFile } from '../../pkg/node/state-file.js';
import { find } from '../runtimes/find.mjs';
import { spawnSync } from '../runtimes/start.mjs';
import { equal, ok, wholeMessage } from '../js/assert.mjs';
import { ON_WINDOWS, temporaryFolder } from './files.mjs';
import { basic, codes, request } from './http.mjs';
import { begin, CLI, run, startSandbox } from './processes.mjs';

const ON_LINUX = process.platform === 'linux';
const IN_USE = 'is in use by another process; stop that process, or give another file';
const reasonOf = (promise) => promise.then(() => 'nothing was refused', wholeMessage);

const publish = ({ url, keys }, data) =>
  request(`${url}/channels/one/messages`, {
    method: 'POST',
    headers: { ...basic(keys.root), 'content-type': 'application/json' },
    body: JSON.stringify({ data }),
  });

async function history({ url, keys }) {
  const { text } = await request(`${url}/channels/one/messages?direction=forwards`, { headers: basic(keys.root) });
  return JSON.parse(text).map(({ data }) => data);
}

async function changesIn(path) {
  const { file, changes } = await openStateFile(path);
  await file.close();
  return changes;
}

/** What runs a program as in another container: with a network of its own, and the same files. */
const UNSHARE = ON_LINUX ? find('unshare') : undefined;
const ELSEWHERE =
  UNSHARE &&
  [
    [UNSHARE, '--net'],
    [UNSHARE, '--map-root-user', '--net'],
  ].find(([program, ...args]) => spawnSync(program, [...args, 'true']).status === 0);
const elsewhere = (...args) => begin(ELSEWHERE[0], [...ELSEWHERE.slice(1), ...args]);
/** Opens a state file there, says so, and writes a change for each line that it is sent. */
const WRITER = `
  import { createInterface } from 'node:readline';
  import { openStateFile } from ${JSON.stringify(new URL('../../pkg/node/state-file.js', import.meta.url).href)};
  try {
    const { file } = await openStateFile(process.argv[1], { tell: (sentence) => console.log('told: ' + sentence) });
    console.log('opened');
    for await (const line of createInterface({ input: process.stdin })) await file.onChange(line).then(() => console.log('written'), ({ message }) => console.log('refused: ' + message));
  } catch ({ message }) {
    console.log('refused: ' + message);
  }
`;

/** A writer in another container; `without`: in one that lacks the program flock. */
function writer(path, { without = false } = {}) {
  const environment = without ? ['env', 'PATH=/nowhere'] : [];
  const [program, ...args] = [
    ...ELSEWHERE,
    ...environment,
    process.execPath,
    '--input-type=module',
    '--eval',
    WRITER,
    path,
  ];
  const writing = begin(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let read = 0;
  return {
    ...writing,
    write: (change) => writing.child.stdin.write(`${change}\n`),
    /** What it says next. */
    async says() {
      let over = false;
      writing.ended.then(() => (over = true));
      for (;;) {
        const lines = writing.stdout().split('\n').slice(0, -1);
        if (lines.length > read) return lines[read++];
        if (over) throw new Error(`it ended: ${writing.stderr()}`);
        await new Promise((wake) => setTimeout(wake, 5));
      }
    },
    async end() {
      writing.child.stdin.end();
      await writing.ended;
    },
  };
}

export function lock({ test }) {
  test('of several that make one file at once, one has it', async () => {
    const path = join(temporaryFolder(), 'state');
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => openStateFile(path)));
    const opened = outcomes.filter(({ status }) => status === 'fulfilled');
    equal(opened.length, 1);
    for (const { reason } of outcomes.filter(({ status }) => status === 'rejected'))
      ok(wholeMessage(reason).includes(IN_USE), wholeMessage(reason));
    await opened[0].value.file.onChange('"one"');
    await opened[0].value.file.close();
    equal(await changesIn(path), ['"one"']);
  });

  test('a file that could not be begun leaves nothing behind', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'state');
    appendFileSync(`${path}.new`, 'mine');
    ok((await reasonOf(openStateFile(path))).includes('was not created by the sandbox'));
    equal(readdirSync(folder), ['state.new']);
  });

  test('by a hard link, in this process and in another one', async () => {
    const [folder, other] = [temporaryFolder(), temporaryFolder()];
    const path = join(folder, 'state');
    const { file } = await openStateFile(path, { compactAboveBytes: 1 });
    await file.onChange('"one"');
    const link = join(other, 'link');
    linkSync(path, link);
    const second = await run('sandbox', '--port', '0', '--state', link);
    ok(second.code === 1 && second.stderr.includes('is in use by another process'), second.stderr);
    ok((await reasonOf(openStateFile(link))).includes(IN_USE));
    await file.close();
    equal(await changesIn(link), ['"one"']);
  });

  test('it is not made short while it has another name, which would keep the old form', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'state');
    const told = [];
    const { file } = await openStateFile(path, { compactAboveBytes: 1, tell: (sentence) => told.push(sentence) });
    await file.onChange('"one"');
    linkSync(path, join(folder, 'link'));
    await file.compactFrom(() => ['"short"']);
    ok(told.length === 1 && told[0].includes('has 2 hard links'), told.join());
    await file.onChange('"two"');
    await file.close();
    equal(
      [await changesIn(join(folder, 'link')), statSync(path).ino],
      [['"one"', '"two"'], statSync(join(folder, 'link')).ino],
    );
  });

  test('a second one is refused after it was made short, too', async () => {
    const path = join(temporaryFolder(), 'state');
    const { file } = await openStateFile(path, { compactAboveBytes: 1 });
    for (let round = 0; round < 3; round++) {
      await file.onChange('"one"');
      await file.compactFrom(() => ['"short"']);
      ok((await reasonOf(openStateFile(path))).includes(IN_USE), `round ${round}`);
    }
    await file.close();
    equal(await changesIn(path), ['"short"']);
  });

  if (!ON_WINDOWS)
    test('moved while it is in use: no second one there, and the first one writes no more and says so', async () => {
      const folder = temporaryFolder();
      const [path, moved] = [join(folder, 'state'), join(folder, 'moved')];
      const first = await startSandbox('--state', path);
      equal((await publish(first, 'before')).status, 201);
      renameSync(path, moved);
      const second = await run('sandbox', '--port', '0', '--state', moved);
      ok(second.code === 1 && second.stderr.includes('is in use by another process'), second.stderr);
      for (let time = 0; time < 2; time++) equal(codes(await publish(first, 'after')), [500, 50000]);
      ok(
        first.stderr().includes(`${path} was moved, removed or replaced while the sandbox was using it`),
        first.stderr(),
      );
      equal(await history(first), ['before']);
      // The old name is free, for another file.
      const third = await startSandbox('--state', path);
      equal((await publish(third, 'another')).status, 201);
      equal(codes(await publish(first, 'after')), [500, 50000]);
      await first.end();
      const fourth = await startSandbox('--state', moved);
      equal([await history(fourth), await history(third), fourth.stderr()], [['before'], ['another'], '']);
      await third.end();
      await fourth.end();
    });

  test('changed by another process: nothing is written to it after that', async () => {
    for (const change of [(path) => appendFileSync(path, 'x'), (path, { size }) => truncateSync(path, size - 3)]) {
      const path = join(temporaryFolder(), 'state');
      const { file } = await openStateFile(path);
      await file.onChange('"one"');
      change(path, statSync(path));
      const bytes = readFileSync(path);
      for (let time = 0; time < 2; time++) {
        const reason = await reasonOf(file.onChange('"two"'));
        ok(reason.includes('was changed by another process while the sandbox was using it'), reason);
      }
      await file.close();
      equal(readFileSync(path), bytes);
    }
  });

  test('killed: the next one has it at once, by any name', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'state');
    let name = path;
    for (let round = 0; round < 3; round++) {
      const sandbox = await startSandbox('--state', name);
      equal((await publish(sandbox, `${round}`)).status, 201);
      await sandbox.end('SIGKILL');
      name = join(folder, `state-${round}`);
      linkSync(path, name);
    }
    const last = await startSandbox('--state', path);
    equal(await history(last), ['0', '1', '2']);
    await last.end();
    equal(readdirSync(folder).length, 4);
  });

  const flock = ON_LINUX ? find('flock') : undefined;
  if (ON_LINUX && flock === undefined) console.log('  SKIPPED: the lock of flock(2) (flock is not installed)');
  if (flock) {
    test('the lock is that of flock(2), which reaches into all containers', async () => {
      const path = join(temporaryFolder(), 'state');
      const { file } = await openStateFile(path, { compactAboveBytes: 1 });
      const isHeld = () => spawnSync(flock, ['-n', path, 'true']).status === 1;
      ok(isHeld(), 'when it was made');
      await file.onChange('"one"');
      await file.compactFrom(() => ['"short"']);
      ok(isHeld(), 'when it was made short');
      await file.close();
      ok(!isHeld(), 'after its end');
      const holder = begin(flock, ['--no-fork', '-n', path, 'sh', '-c', 'echo held; exec sleep 60']);
      await new Promise((resolve) => holder.child.stdout.once('data', resolve));
      ok((await reasonOf(openStateFile(path))).includes(IN_USE));
      holder.child.kill('SIGKILL');
      await holder.ended;
      equal(await changesIn(path), ['"short"']);
    });
    if (!ELSEWHERE)
      console.log(
        '  SKIPPED: writers in another network namespace, which this user may not make; the lock that keeps them out is tested without one',
      );
  }
  if (ELSEWHERE) {
    test('from another network namespace', async () => {
      const path = join(temporaryFolder(), 'state');
      const first = await startSandbox('--state', path);
      equal((await publish(first, 'one')).status, 201);
      const second = elsewhere(process.execPath, CLI, 'sandbox', '--port', '0', '--state', path);
      equal((await second.ended).code, 1);
      ok(second.stderr().includes('is in use by another process'), second.stderr());
      equal((await publish(first, 'two')).status, 201);
      await first.end();
      const third = writer(path);
      equal(await third.says(), 'opened');
      ok((await reasonOf(openStateFile(path))).includes(IN_USE));
      third.child.kill('SIGKILL');
      await third.ended;
      const fourth = await startSandbox('--state', path);
      equal(await history(fourth), ['one', 'two']);
      await fourth.end();
    });

    test('from another network namespace that lacks the program flock: told, and its first write is its last', async () => {
      const path = join(temporaryFolder(), 'state');
      const { file } = await openStateFile(path);
      await file.onChange('"one"');
      const second = writer(path, { without: true });
      ok((await second.says()).startsWith(`told: cannot lock ${path} against other containers`));
      equal(await second.says(), 'opened');
      await file.onChange('"two"');
      for (let time = 0; time < 2; time++) {
        second.write('"theirs"');
        ok((await second.says()).includes('was changed by another process while the sandbox was using it'));
      }
      await file.onChange('"three"');
      await file.close();
      await second.end();
      equal(await changesIn(path), ['"one"', '"two"', '"three"']);
    });
  }
}
