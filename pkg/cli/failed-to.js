// The file of --failed-to: the targets whose tokens were not revoked, or of which nobody knows.
import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Failure, misuse } from './failure.js';
import { echoedPath } from './redact.js';

export class FailedTo {
  #path;
  #targets;
  #mode;
  #count;
  #fault;

  /** @param {string | undefined} path nothing is written without one */
  constructor(path, targets) {
    this.#targets = [...new Set(targets)];
    if (path === undefined) return;
    if (path === '' || path === '-') throw misuse('--failed-to is to name a file');
    if (targets.some((target) => /[\r\n]/.test(target)))
      throw new Failure('--failed-to cannot hold a target with a line end in it');
    [this.#path, this.#mode] = existing(path);
  }

  /** All of them, before anything is sent. */
  begin() {
    if (this.#path === undefined) return;
    try {
      this.#write(this.#targets);
    } catch (error) {
      throw new Failure(
        `The file of --failed-to, ${echoedPath(this.#path)}, cannot be written: ${error.code ?? 'it has no such name'}`,
        { hint: 'Nothing was sent.' },
      );
    }
  }

  /** Those that are left. A file that cannot be written any more has all of them still. */
  end({ results }) {
    if (this.#path === undefined) return;
    const failed = new Set(results.filter(({ error }) => error !== undefined).map(({ target }) => target));
    try {
      this.#write(this.#targets.filter((target) => failed.has(target)));
    } catch (error) {
      this.#fault = error.code;
    }
  }

  tell(output, values) {
    if (this.#path === undefined || this.#count === undefined) return;
    if (this.#fault !== undefined)
      output.warn(`${this.#path} still has all targets, for it cannot be written any more: ${this.#fault}`);
    if (this.#count === 0 || output.json !== undefined) return;
    const odd = values['allow-odd-targets'] ? ' --allow-odd-targets' : '';
    output.note(
      `For the next run: --targets-file ${this.#path}${odd} (${this.#count} target${this.#count === 1 ? '' : 's'})`,
    );
  }

  /** In one piece: the file that was there stays until the new one is whole. */
  #write(targets) {
    const beside = `${this.#path}.${process.pid}.tmp`;
    try {
      writeFileSync(beside, targets.map((target) => `${target}\n`).join(''), { flag: 'wx', mode: this.#mode });
      renameSync(beside, this.#path);
    } catch (error) {
      if (error.code !== 'EEXIST') rmSync(beside, { force: true });
      throw error;
    }
    this.#count = targets.length;
  }
}

/** Where a link leads, and who may read what is there; the path itself when there is nothing yet. */
function existing(path) {
  let found;
  try {
    found = realpathSync(path);
  } catch (error) {
    if (error.code === 'ENOENT') return [path, undefined];
    throw new Failure(
      `The file of --failed-to, ${echoedPath(path)}, cannot be written: ${error.code ?? 'it has no such name'}`,
    );
  }
  const stat = statSync(found);
  if (!stat.isFile()) throw new Failure(`The file of --failed-to, ${path}, is no file`);
  return [found, stat.mode];
}
