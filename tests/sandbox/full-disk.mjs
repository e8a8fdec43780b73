// A disk that is full: what cannot be kept is refused, what was acknowledged stays, and it goes on when there is room.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { find } from '../runtimes/find.mjs';
import { spawnSync } from '../runtimes/start.mjs';
import { equal, ok } from '../js/assert.mjs';
import { openedAs, temporaryFolder } from './files.mjs';
import { basic, codes, request } from './http.mjs';
import { begin, CLI, listening, startSandbox } from './processes.mjs';

const TEXT = 'x'.repeat(3_000);

const publish = ({ url, keys }, name) =>
  request(`${url}/channels/full/messages`, {
    method: 'POST',
    headers: { ...basic(keys.root), 'content-type': 'application/json' },
    body: JSON.stringify({ name, data: TEXT }),
  });

async function names({ url, keys }) {
  const { text } = await request(`${url}/channels/full/messages?limit=1000&direction=forwards`, {
    headers: basic(keys.root),
  });
  return JSON.parse(text).map(({ name }) => name);
}

/** Publishes until that is refused: what was acknowledged. */
async function fill(sandbox, path, reason) {
  const acknowledged = [];
  for (let number = 0; ; number++) {
    ok(number < 1_000, 'it never was full');
    const answer = await publish(sandbox, `${number}`);
    if (answer.status === 201) {
      acknowledged.push(`${number}`);
      continue;
    }
    equal(codes(answer), [500, 50000]);
    ok(answer.text.includes('the change was discarded') && !answer.text.includes('xxx'), answer.text);
    break;
  }
  ok(acknowledged.length > 10, `only ${acknowledged.length} fitted`);
  for (let time = 0; time < 3; time++) equal(codes(await publish(sandbox, 'late')), [500, 50000]);
  equal(await names(sandbox), acknowledged);
  const lines = sandbox
    .stderr()
    .split('\n')
    .filter((line) => line.includes('cannot be used'));
  ok(lines.length === 1 && lines[0].includes(path) && lines[0].includes(reason), sandbox.stderr());
  ok(!sandbox.stderr().includes('not-a-secret') && !sandbox.stderr().includes('xxx'), 'a secret was told');
  // Whole lines only, although the last one did not fit.
  const copy = await openedAs(readFileSync(path));
  equal([copy.refused, copy.told], [undefined, []]);
  return acknowledged;
}

async function isKept(path, expected) {
  const again = await startSandbox('--state', path);
  equal([await names(again), again.stderr()], [expected, '']);
  equal((await publish(again, 'after')).status, 201);
  await again.end();
}

/** A file system of its own, where that is permitted. */
function mounted() {
  if (process.platform !== 'linux' || process.getuid() !== 0) return undefined;
  const folder = join(temporaryFolder(), 'small');
  mkdirSync(folder);
  const { status } = spawnSync(find('mount'), ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]);
  return status === 0 ? folder : undefined;
}

export function fullDisk({ test }) {
  test('a file that may not grow (ulimit -f)', async () => {
    const path = join(temporaryFolder(), 'state');
    const command = [
      '-c',
      'ulimit -f 200; exec "$@"',
      'sh',
      process.execPath,
      CLI,
      'sandbox',
      '--port',
      '0',
      '--json',
      '--state',
      path,
    ];
    const sandbox = await listening(begin(find('sh'), command));
    const acknowledged = await fill(sandbox, path, 'the file would exceed the file size limit of the process');
    await sandbox.end('SIGKILL');
    await isKept(path, acknowledged);
  });

  const folder = mounted();
  if (folder === undefined) return;
  test('a file system with 256 KB, and room made later', async () => {
    try {
      const path = join(folder, 'state');
      const filler = join(folder, 'filler');
      writeFileSync(filler, Buffer.alloc(100_000));
      const sandbox = await startSandbox('--state', path);
      const acknowledged = await fill(sandbox, path, 'the disk is full');
      rmSync(filler);
      equal((await publish(sandbox, 'room')).status, 201);
      acknowledged.push('room');
      equal(await names(sandbox), acknowledged);
      await sandbox.end('SIGKILL');
      await isKept(path, acknowledged);
    } finally {
      spawnSync(find('umount'), ['-l', folder]);
    }
  });
}
