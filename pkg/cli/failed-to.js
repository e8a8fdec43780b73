// The --failed-to file: the targets whose revocation failed or whose outcome is unknown.
import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Failure, misuse } from './failure.js';
import { echoedPath } from './redact.js';

export class FailedTo {
  #path;
  #targets;
  #mode;
  #count;
  #fault;

  /** @param {string | undefined} path without a path, nothing is written */
  constructor(path, targets) {
    this.#targets = [...new Set(targets)];
    if (path === undefined) return;
    if (path === '' || path === '-') throw misuse('--failed-to is not a file name', 'Give the path of a file.');
    if (targets.some((target) => /[\r\n]/.test(target)))
      throw new Failure('A target contains a line break, so --failed-to cannot record it', {
        hint: 'Leave out --failed-to.',
      });
    [this.#path, this.#mode] = existing(path);
  }

  /** Writes all targets before the first request, so that the file is complete however the run ends. */
  begin() {
    if (this.#path === undefined) return;
    try {
      this.#write(this.#targets);
    } catch (error) {
      throw new Failure(
        `Cannot write --failed-to ${echoedPath(this.#path)}: ${error.code ?? 'invalid path'}. Nothing was sent`,
      );
    }
  }

  /** Writes the targets that failed. If the write fails, the file still lists all targets. */
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
      output.warn(`Cannot update ${this.#path}, which still lists all targets: ${this.#fault}`);
    if (this.#count === 0 || output.json !== undefined) return;
    const odd = values['allow-odd-targets'] ? ' --allow-odd-targets' : '';
    output.note(`To retry: --targets-file ${this.#path}${odd} (${this.#count} target${this.#count === 1 ? '' : 's'})`);
  }

  /** Replaces the file atomically: the old one stays until the new one is complete. */
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

/** The path with links resolved and the mode of the file there; the path as given if nothing exists yet. */
function existing(path) {
  let found;
  try {
    found = realpathSync(path);
  } catch (error) {
    if (error.code === 'ENOENT') return [path, undefined];
    throw new Failure(`Cannot write --failed-to ${echoedPath(path)}: ${error.code ?? 'invalid path'}`);
  }
  const stat = statSync(found);
  if (!stat.isFile())
    throw new Failure(`--failed-to ${path} is not a regular file`, { hint: 'Give the path of a file.' });
  return [found, stat.mode];
}
