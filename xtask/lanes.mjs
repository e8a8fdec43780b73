// Runs steps side by side, in the order of their list as far as they need not wait for each other.

/**
 * @template Step, Result
 * @param {(Step & { name: string, after?: string[], uses?: string })[]} steps `after`: the names of those that must
 *   have ended before, whatever came of them, if they are in the list at all; `uses`: what only one at a time may use
 * @param {number} lanes how many may run at once
 * @param {(step: Step) => Promise<Result>} run
 * @returns {Promise<Result[]>} in the order of the list
 */
export async function inLanes(steps, lanes, run) {
  const waiting = new Set(steps);
  const running = new Map();
  const ended = new Map();
  const isListed = (name) => steps.some((step) => step.name === name);
  const mayRun = ({ after = [], uses }) =>
    after.every((name) => ended.has(name) || !isListed(name)) &&
    !(uses && [...running.keys()].some((step) => step.uses === uses));

  while (waiting.size > 0 || running.size > 0) {
    const next = running.size < lanes && [...waiting].find(mayRun);
    if (next) {
      waiting.delete(next);
      running.set(
        next,
        run(next)
          .then((result) => ended.set(next.name, result))
          .finally(() => running.delete(next)),
      );
    } else if (running.size > 0) await Promise.race(running.values());
    else throw new Error(`These wait for each other: ${[...waiting].map(({ name }) => name).join(', ')}`);
  }
  return steps.map(({ name }) => ended.get(name));
}
