// The token endpoint called in process, in Node.js: the CPU time of a request and of reading its answer. Each handler has
// a process of its own, so that none is charged with the garbage or the threads of another.
import { CONSTANT, OURS, SIGNS_ONLY, WITH_JOSE } from './endpoints.mjs';
import { startShell } from './http-servers.mjs';
import { measure } from './measure.mjs';
import { IN_PROCESS } from './work-names.mjs';

const HANDLERS = [OURS, SIGNS_ONLY, WITH_JOSE, CONSTANT];

export async function measureCalls({ rounds }) {
  const shells = [];
  for (const name of HANDLERS) shells.push(await startShell('node', name, 'calls'));
  const contenders = HANDLERS.map((name, i) => ({
    name,
    runMany(count) {
      shells[i].send(count);
      return shells[i].next();
    },
  }));
  try {
    return { [IN_PROCESS]: await measure(contenders, { rounds, clock: 'cpu' }) };
  } finally {
    for (const { stop } of shells) stop();
  }
}
