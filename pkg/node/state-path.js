// Resolves the path of a state file and explains what is wrong with it.
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
      throw refusal(
        `${given} is not a regular file`,
        'give a regular file, or leave the option out to keep the state in memory',
      );
    return { path, isThere: true };
  } catch (error) {
    if (error.code !== 'ENOENT') throw explained(given, error);
  }
  if (await lstat(given).catch(() => undefined))
    throw refusal(`${given} is a link to a file that does not exist`, 'remove the link, or create the file');
  return { path: join(await folderOf(given), basename(given)), isThere: false };
}

async function folderOf(given) {
  const folder = dirname(given);
  try {
    return await realpath(folder);
  } catch (error) {
    throw error.code === 'ENOENT'
      ? refusal(`the folder of ${given} does not exist`, `create it: mkdir -p ${folder}`)
      : explained(given, error);
  }
}

const REASONS = {
  EACCES: ['no permission to read and write it or its folder', 'change the permissions, or give another file'],
  EPERM: ['the system does not permit it', 'change the permissions, or give another file'],
  EROFS: ['the file system is read-only', 'give a file on another file system'],
  ENOSPC: ['the disk is full', 'free some space'],
  EDQUOT: ['the disk quota is exceeded', 'free some space'],
  EFBIG: ['the file would exceed the file size limit of the process', 'raise the limit with ulimit -f'],
  ENOTDIR: ['a part of its path is not a folder', 'give another file'],
  ELOOP: ['its path has a loop of links', 'give another file'],
  ENAMETOOLONG: ['its name is too long', 'give another file'],
};

/** Explains an error of a system call. */
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
