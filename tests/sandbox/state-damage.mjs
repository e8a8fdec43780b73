// A state file that is cut short or altered, at every byte of it: what is opened is never a wrong state.
import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSandbox } from '../../pkg/sandbox.js';
import { openStateFile } from '../../pkg/node/state-file.js';
import { equal, ok, wholeMessage } from '../js/assert.mjs';
import { bytesOf, ON_WINDOWS, openedAs, temporaryFolder } from './files.mjs';

/** Those of a few real requests. */
async function realChanges() {
  const changes = [];
  const sandbox = createSandbox({ now: () => 1_700_000_000_000, onChange: (change) => void changes.push(change) });
  const headers = { authorization: `Basic ${btoa(sandbox.keys.revocable)}`, 'content-type': 'application/json' };
  const post = (path, body) => sandbox.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  const keyName = sandbox.keys.revocable.split(':')[0];
  await post('/channels/chat/messages', { name: 'grüße', data: '😀' });
  await post(`/keys/${keyName}/revokeTokens`, { targets: ['clientId:ada'] });
  await post(`/keys/${keyName}/requestToken`, { keyName, timestamp: 1_700_000_000_000, nonce: '0123456789abcdef' });
  return changes;
}

export function damage({ test }) {
  test('cut off at every byte: what was whole before it is there, and the rest is told', async () => {
    const changes = await realChanges();
    equal(changes.length, 3);
    const bytes = await bytesOf(changes);
    const ends = [...bytes.keys()].filter((at) => bytes[at] === 10).map((at) => at + 1);
    const folder = temporaryFolder();
    for (let length = 0; length < bytes.length; length++) {
      const path = join(folder, 'state');
      const found = await openedAs(bytes.subarray(0, length), path);
      const whole = ends.filter((end) => end <= length).length;
      const what = `cut off at byte ${length}`;
      if (length > 0 && whole === 0) {
        ok(found.refused?.includes('is not a sandbox state file'), what);
        equal(readFileSync(path), bytes.subarray(0, length), what);
        continue;
      }
      equal(found.changes, changes.slice(0, Math.max(0, whole - 1)), what);
      const from = ends[whole - 1] ?? 0;
      const isTold =
        found.told.length === 1 && found.told[0].includes(`dropped ${length - from} bytes from byte ${from} on`);
      ok(length === from ? found.told.length === 0 : isTold, `${what}: ${found.told}`);
      createSandbox({ state: found.changes });
      // What was dropped is gone for good: the next one comes after what is whole.
      const again = await openedAs(readFileSync(path), path);
      equal([again.changes, again.told], [found.changes, []], what);
    }
  });

  test('a bit flipped in every byte: refused, and left as it is', async () => {
    const bytes = await bytesOf(await realChanges());
    const path = join(temporaryFolder(), 'state');
    for (let at = 0; at < bytes.length; at++)
      for (const bit of [1 << (at % 8), 0x20, 0x80]) {
        const altered = Buffer.from(bytes);
        altered[at] ^= bit;
        const { refused, changes } = await openedAs(altered, path);
        ok(refused, `byte ${at}, bit ${bit}: opened with ${changes?.length} changes`);
        ok(/is not a sandbox state file|is damaged: line \d+ \(byte \d+\)|says format/.test(refused), refused);
        ok(/The file was not changed; (restore|give|use)/.test(refused), refused);
        equal(readFileSync(path), altered, `byte ${at}`);
      }
  });

  test('a bit flipped in a tail that was never finished: the tail is dropped, or the file refused', async () => {
    const changes = await realChanges();
    const whole = await bytesOf(changes.slice(0, 2));
    const bytes = (await bytesOf(changes)).subarray(0, -20);
    const path = join(temporaryFolder(), 'state');
    for (let at = whole.length; at < bytes.length; at++) {
      const altered = Buffer.from(bytes);
      altered[at] ^= 1 << (at % 8);
      const { refused, changes: found } = await openedAs(altered, path);
      if (refused === undefined) equal(found, changes.slice(0, 2), `byte ${at}`);
    }
  });

  test('lines that are missing, doubled, exchanged or of another file', async () => {
    const changes = ['{"a":1}', '{"b":2}', '{"c":3}', '{"d":4}'];
    const lines = (await bytesOf(changes)).toString().split('\n').slice(0, -1);
    const others = (await bytesOf(['{"x":1}', ...changes.slice(1)])).toString().split('\n');
    const [first, a, b, c, d] = lines;
    for (const [what, altered, line] of [
      ['missing', [first, a, c, d], 3],
      ['missing at first', [first, b, c, d], 2],
      ['doubled', [first, a, b, b, c, d], 4],
      ['exchanged', [first, a, c, b, d], 3],
      ["another file's", [first, a, others[2], c, d], 3],
      ['an empty one', [first, a, '', b, c, d], 3],
      ['the first one twice', [first, first, a, b, c, d], 2],
    ]) {
      const { refused } = await openedAs(`${altered.join('\n')}\n`);
      const at = altered.slice(0, line - 1).join('\n').length + 1;
      ok(refused?.includes(`line ${line} (byte ${at})`), `${what}: ${refused}`);
    }
  });

  test('another format is named', async () => {
    const bytes = (await bytesOf(['{"a":1}'])).toString();
    for (const version of [0, 2, 10, 11, 999]) {
      const { refused } = await openedAs(bytes.replace('state 1\n', `state ${version}\n`));
      ok(
        refused?.includes(`line 1 (byte 0) says format ${version}, but this version of ably-edge-auth reads format 1`),
        refused,
      );
    }
    for (const text of [
      '\n',
      'x',
      '{"json":true}\n',
      'ably-edge-auth sandbox state one\n',
      `${'x'.repeat(3_000_000)}`,
      '\0'.repeat(100),
    ])
      ok((await openedAs(text)).refused?.includes('is not a sandbox state file'), text.slice(0, 20));
  });

  test('a long change, and many', async () => {
    for (const changes of [
      [`"${'é'.repeat(3_000_000)}"`, '"after"'],
      Array.from({ length: 20_000 }, (_, index) => `{"number":${index},"text":"${'x'.repeat(100)}"}`),
    ]) {
      const path = join(temporaryFolder(), 'state');
      const first = await openStateFile(path);
      await Promise.all(changes.map((change) => first.file.onChange(change)));
      await first.file.close();
      const second = await openStateFile(path);
      await second.file.close();
      equal(second.changes.length, changes.length);
      ok(second.changes.every((change, index) => change === changes[index]));
    }
  });

  test('places that hold no state file', async () => {
    const folder = temporaryFolder();
    const refusal = (path) => openStateFile(path).then(() => 'opened', wholeMessage);
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'text'), 'something else\n');
    const cases = [
      ['folder', 'is a folder; give a file in it'],
      ['missing/state', 'the folder of'],
      ['text', 'is not a sandbox state file'],
      ['text/state', ON_WINDOWS ? 'the folder of' : 'a part of its path is not a folder'],
    ];
    if (!ON_WINDOWS) {
      symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'));
      symlinkSync('circle', join(folder, 'circle'));
      cases.push(
        ['dangling', 'is a link to a file that does not exist'],
        ['circle', 'its path has a loop of links'],
        ['x'.repeat(300), 'its name is too long'],
      );
      const found = await refusal('/dev/null');
      ok(found.includes('is not a regular file'), found);
    }
    for (const [name, words] of cases) {
      const found = await refusal(join(folder, name));
      ok(found.includes(words), `${name}: ${found}`);
    }
    equal(readFileSync(join(folder, 'text'), 'utf8'), 'something else\n');
  });

  if (!ON_WINDOWS)
    test('only its owner reads it; a link is followed, and stays one', async () => {
      const folder = temporaryFolder();
      const path = join(folder, 'state');
      symlinkSync('state', join(folder, 'link'));
      const mode = () => (statSync(path).mode & 0o777).toString(8);
      const { file } = await openStateFile(path);
      await file.onChange('"one"');
      await file.close();
      equal(mode(), '600');
      chmodSync(path, 0o644);
      const told = [];
      const again = await openStateFile(join(folder, 'link'), {
        tell: (sentence) => told.push(sentence),
        compactAboveBytes: 1,
      });
      equal([again.changes, mode(), told.length], [['"one"'], '600', 1]);
      await again.file.compactFrom(() => ['"short"']);
      await again.file.close();
      equal(
        [statSync(path).size, mode(), readdirSync(folder).sort()],
        [(await bytesOf(['"short"'])).length, '600', ['link', 'state']],
      );
      equal((await openedAs(readFileSync(path))).changes, ['"short"']);
    });
}
