// A state file in use: the order of what is written, who may use it, and how it is made short.
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openStateFile } from '../../pkg/node/state-file.js';
import { equal, ok, wholeMessage } from '../js/assert.mjs';
import { ON_WINDOWS, temporaryFolder } from './files.mjs';

const reasonOf = (promise) => promise.then(() => 'nothing was refused', wholeMessage);

export function life({ test }) {
  test('changes that come together are kept in their order', async () => {
    const path = join(temporaryFolder(), 'state');
    const { file } = await openStateFile(path);
    const changes = Array.from({ length: 500 }, (_, index) => `"${index}"`);
    const done = [];
    await Promise.all(changes.map((change) => file.onChange(change).then(() => done.push(change))));
    await file.close();
    const { file: again, changes: found } = await openStateFile(path);
    await again.close();
    equal([found, done], [changes, changes]);
  });

  test('a second one is refused until the first is closed, through whatever name', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'state');
    const { file } = await openStateFile(path);
    for (const name of [path, join(folder, '..', basename(folder), 'state')]) {
      const reason = await reasonOf(openStateFile(name));
      ok(reason.includes('is in use by another process; stop that process, or give another file'), reason);
      ok(reason.includes('state'), reason);
    }
    await file.close();
    await (await openStateFile(path)).file.close();
  });

  test('nothing is written after the end', async () => {
    const { file } = await openStateFile(join(temporaryFolder(), 'state'));
    await file.close();
    ok((await reasonOf(file.onChange('"late"'))).includes('is closed'));
  });

  test('a line end would be the end of the record', async () => {
    const { file } = await openStateFile(join(temporaryFolder(), 'state'));
    for (const change of ['a\nb', 'a\r', '\n']) ok((await reasonOf(file.onChange(change))).includes('line break'));
    await file.close();
  });

  test('it is made short when it has grown, and what came meanwhile is in it', async () => {
    const path = join(temporaryFolder(), 'state');
    const { file } = await openStateFile(path, { compactAboveBytes: 200 });
    // The state is the sum of all; a snapshot is one change.
    let sum = 0;
    await file.compactFrom(() => [`${sum}`]);
    let largest = 0;
    const add = async (number) => {
      await file.onChange(`${number}`);
      sum += number;
      largest = Math.max(largest, statSync(path).size);
    };
    for (let round = 0; round < 100; round++) await Promise.all([1, 2, 3, 4, 5, 6, 7].map(add));
    await file.close();
    ok(largest < 500, `it grew to ${largest} bytes`);
    const { file: again, changes } = await openStateFile(path);
    await again.close();
    equal([sum, changes.reduce((total, change) => total + Number(change), 0)], [2_800, 2_800]);
    ok(changes.length < 100);
  });

  test('what a kill left of a rewriting is removed; what is not ours is not', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'state');
    const { file } = await openStateFile(path);
    await file.onChange('"kept"');
    await file.close();
    const bytes = readFileSync(path);
    for (const left of [bytes.subarray(0, 0), bytes.subarray(0, 5), bytes, bytes.subarray(0, -3)]) {
      writeFileSync(`${path}.new`, left);
      const { file: again, changes } = await openStateFile(path);
      await again.close();
      equal([changes, readdirSync(folder)], [['"kept"'], ['state']]);
    }
    writeFileSync(`${path}.new`, 'mine');
    const reason = await reasonOf(openStateFile(path));
    ok(reason.includes('state.new was not created by the sandbox'), reason);
    equal([readFileSync(`${path}.new`, 'utf8'), readFileSync(path)], ['mine', bytes]);
  });

  if (!ON_WINDOWS)
    test('a file that is removed or replaced under it: nothing more is acknowledged', async () => {
      for (const replace of [
        (path) => rmSync(path),
        (path) => renameSync(path, `${path}.moved`) ?? rmSync(`${path}.moved`),
      ]) {
        const path = join(temporaryFolder(), 'state');
        const { file } = await openStateFile(path);
        await file.onChange('"before"');
        replace(path);
        for (let time = 0; time < 2; time++) {
          const reason = await reasonOf(file.onChange('"after"'));
          ok(reason.includes('was moved, removed or replaced while the sandbox was using it'), reason);
        }
        await file.close();
      }
    });
}
