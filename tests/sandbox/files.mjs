// Folders and state files for the tests, each gone when the process ends.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStateFile } from '../../pkg/node/state-file.js';
import { wholeMessage } from '../js/assert.mjs';

export const ON_WINDOWS = process.platform === 'win32';

const all = mkdtempSync(join(tmpdir(), 'ably-edge-auth-'));
process.on('exit', () => rmSync(all, { recursive: true, force: true }));

export const temporaryFolder = () => mkdtempSync(join(all, 'test-'));

/** What a file with these changes in it looks like. */
export async function bytesOf(changes) {
  const path = join(temporaryFolder(), 'state');
  const { file } = await openStateFile(path);
  for (const change of changes) await file.onChange(change);
  await file.close();
  return readFileSync(path);
}

/** Opens a file that has these bytes: what is in it then, and what was told; or why it was refused. */
export async function openedAs(bytes, path = join(temporaryFolder(), 'state')) {
  writeFileSync(path, bytes, { mode: 0o600 });
  const told = [];
  try {
    const { file, changes } = await openStateFile(path, { tell: (sentence) => told.push(sentence) });
    await file.close();
    return { path, changes, told };
  } catch (error) {
    if (error.name !== 'AblyAuthError') throw error;
    return { path, refused: wholeMessage(error), told };
  }
}
