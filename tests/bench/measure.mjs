// Times things that are to be compared: in turn, many rounds, so that whatever slows the machine slows all of
// them alike. Nothing here decides: it gives the times of every round.

/** One batch is to last about this long: far over the resolution of any clock, browsers' coarse ones too. */
const BATCH_MS = { fine: 12, coarse: 60 };

/**
 * @param {{ name: string, run?(): unknown, runMany?(count: number): Promise<void> }[]} contenders one of the two; `run` may give a promise
 * @returns {Promise<Record<string, number[]>>} by name: ns for one run, of every round
 */
export async function measure(contenders, { rounds = 15, clock = 'fine' } = {}) {
  const sized = [];
  for (const contender of contenders) sized.push({ ...contender, count: await calibrate(contender, BATCH_MS[clock]) });
  const times = Object.fromEntries(sized.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another one: none of them always follows the same.
    for (let i = 0; i < sized.length; i++) {
      const contender = sized[(i + round) % sized.length];
      times[contender.name].push((await batch(contender, contender.count) * 1e6) / contender.count);
    }
  }
  return times;
}

async function calibrate(contender, wanted) {
  let count = 8;
  for (;;) {
    const ms = await batch(contender, count);
    if (ms >= wanted / 4) return Math.max(1, Math.round((count * wanted) / ms));
    count *= 4;
  }
}

async function batch({ run, runMany }, count) {
  if (runMany) {
    const start = performance.now();
    await runMany(count);
    return performance.now() - start;
  }
  const first = run();
  const start = performance.now();
  if (first instanceof Promise) {
    await first;
    for (let i = 0; i < count; i++) await run();
  } else {
    for (let i = 0; i < count; i++) run();
  }
  return performance.now() - start;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median of the ratios within each round, and their spread: the middle half of them. */
export function ratio(ours, theirs) {
  const ratios = ours.map((time, round) => time / theirs[round]).sort((a, b) => a - b);
  return { median: median(ratios), low: ratios[Math.floor(ratios.length / 4)], high: ratios[Math.ceil((ratios.length * 3) / 4) - 1] };
}
