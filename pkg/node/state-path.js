// Where a state file is, links followed, and what may be wrong with the place.
import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AblyAuthError } from '../lib/error.js';

/** @returns {Promise<{ path: string, isThere: boolean }>} */
export async function findStateFile(given) {
  try {
    const path = await realpath(given);
    const found = await stat(path);
    if (found.isDirectory()) throw refusal(`${given} is a folder`, 'give a file in it');
    if (!found.isFile())
      throw refusal(`${given} is no ordinary file`, 'give a file, or none to keep the state in memory only');
    return { path, isThere: true };
  } catch (error) {
    if (error.code !== 'ENOENT') throw explained(given, error);
  }
  if (await lstat(given).catch(() => undefined))
    throw refusal(`${given} is a link to a file that is not there`, 'remove the link, or make the file');
  return { path: join(await folderOf(given), basename(given)), isThere: false };
}

async function folderOf(given) {
  const folder = dirname(given);
  try {
    return await realpath(folder);
  } catch (error) {
    throw error.code === 'ENOENT'
      ? refusal(`the folder of ${given} is not there`, `make it first: mkdir -p ${folder}`)
      : explained(given, error);
  }
}

const REASONS = {
  EACCES: ['this user may not read and write it, or its folder', 'change its permissions, or give another file'],
  EPERM: ['the system does not permit it', 'change its permissions, or give another file'],
  EROFS: ['the file system is read-only', 'give a file elsewhere'],
  ENOSPC: ['the disk is full', 'make room'],
  EDQUOT: ['the disk quota is used up', 'make room'],
  EFBIG: ['the file would be larger than this process may write', 'raise its limit (ulimit -f)'],
  ENOTDIR: ['a part of its path is no folder', 'give another file'],
  ELOOP: ['its links lead in a circle', 'give another file'],
  ENAMETOOLONG: ['its name is too long', 'give another file'],
};

/** What a system call says, in a sentence. */
export function explained(path, error) {
  if (error instanceof AblyAuthError) return error;
  const [reason, remediation] = REASONS[error.code] ?? [error.message];
  return refusal(`the state file ${path} cannot be used: ${reason}`, remediation, error);
}

export function refusal(message, remediation, cause) {
  return new AblyAuthError({
    kind: 'usage',
    message,
    path: 'state',
    remediation,
    cause,
  });
}
