// Times things that are to be compared: in turn, many rounds, so that whatever slows the machine slows all of
// them alike. Nothing here decides: it gives the times of every round.

/** One batch is to last about this long: far over the resolution of any clock, browsers' coarse ones too. */
const BATCH_MS = { fine: 12, coarse: 60, cpu: 150 };

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {() => unknown} [run] does it once; may give a promise
 * @property {(result: unknown) => unknown} [check] throws when that is no right result; asked after every batch about its last
 * @property {(count: number) => Promise<unknown>} [runMany] in place of both; may give the ms that count, such as those of the CPU
 * @property {number} [per] how many one run makes
 */

/**
 * @param {Contender[]} contenders
 * @returns {Promise<Record<string, number[]>>} by name: ns for one, of every round
 */
export async function measure(contenders, { rounds = 15, clock = 'fine' } = {}) {
  const sized = [];
  for (const contender of contenders) sized.push({ ...contender, count: await calibrate(contender, BATCH_MS[clock]) });
  const times = Object.fromEntries(sized.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another one: none of them always follows the same.
    for (let i = 0; i < sized.length; i++) {
      const contender = sized[(i + round) % sized.length];
      const { name, count, per = 1 } = contender;
      times[name].push(((await batch(contender, count)) * 1e6) / count / per);
    }
  }
  return times;
}

async function calibrate(contender, wanted) {
  let count = 1;
  let steady = 0;
  for (;;) {
    const ms = await batch(contender, count);
    const next = Math.max(1, Math.round((count * wanted) / ms));
    // While it is being compiled it gets faster, and anything may be slow once.
    steady = next <= count * 1.5 ? steady + 1 : 0;
    if (steady === 2) return next;
    count = Math.min(next, count * 8);
  }
}

async function batch({ run, check, runMany }, count) {
  if (!runMany) return repeat(run, check, count);
  const start = performance.now();
  const ms = await runMany(count);
  return typeof ms === 'number' ? ms : performance.now() - start;
}

/** Gives the ms that `count` runs took. */
export async function repeat(run, check, count) {
  let result = run();
  const waits = result instanceof Promise;
  if (waits) await result;
  const start = performance.now();
  if (waits) for (let i = 0; i < count; i++) result = await run();
  else for (let i = 0; i < count; i++) result = run();
  const ms = performance.now() - start;
  await check?.(result);
  return ms;
}
