// Waits for the end of a command that runs until it is told to stop.
import { INTERRUPTED } from './failure.js';

/** The exit code by which shells report SIGTERM. */
const TERMINATED = 143;

/**
 * Listens for Ctrl-C and SIGTERM.
 *
 * @param {AbortSignal | undefined} signal
 * @returns `code` resolves with the exit code of a command for which that is an interruption; `stop` ends listening
 */
export function ended(signal) {
  let stop;
  const code = new Promise((resolve) => {
    const interrupted = () => resolve(INTERRUPTED);
    const terminated = () => resolve(TERMINATED);
    stop = () => {
      signal?.removeEventListener('abort', interrupted);
      process.removeListener('SIGTERM', terminated);
    };
    if (signal?.aborted) interrupted();
    signal?.addEventListener('abort', interrupted);
    process.once('SIGTERM', terminated);
  });
  return { code, stop };
}
