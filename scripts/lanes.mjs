// Runs steps in parallel, in the order of their list unless one has to wait for another.

/**
 * @template Step, Result
 * @param {(Step & { name: string, after?: string[], uses?: string })[]} steps `after`: names of steps in the list that
 *   must have ended before, successfully or not; `uses`: a resource that only one step may use at a time
 * @param {number} lanes the number of steps that may run at once
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
    else throw new Error(`These steps wait for each other: ${[...waiting].map(({ name }) => name).join(', ')}`);
  }
  return steps.map(({ name }) => ended.get(name));
}
