// Random numbers that are the same in every run and runtime (mulberry32).
export function randomFrom(seed) {
  let state = seed >>> 0;
  /** A number from 0 up to, and without, 1. */
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count) => Math.floor(next() * count);
  const pick = (list) => list[below(list.length)];
  const list = (most, make) => Array.from({ length: below(most + 1) }, make);
  return { next, below, pick, list };
}
