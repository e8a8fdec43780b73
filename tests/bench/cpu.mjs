// The CPU time of another process, as the operating system accounts it: it says what a request costs also on a machine
// that is busy otherwise. Linux only.
import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** Whether this system tells. */
export const isTold = existsSync('/proc/self/task/');

/** The ms that all threads of a process have had. Those that have ended are not counted. */
export function cpuMs(pid) {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // It has ended meanwhile.
    }
  }
  return ns / 1e6;
}
