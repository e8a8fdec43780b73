// What is made of the times of many rounds. Two things are compared within each round, since both were slowed
// alike there; then the middle of all rounds counts.

export function median(values) {
  return middle([...values].sort(ascending));
}

/** The median, and the middle half of the values around it. */
export function spread(values) {
  const sorted = [...values].sort(ascending);
  return {
    median: middle(sorted),
    low: sorted[Math.floor(sorted.length / 4)],
    high: sorted[Math.ceil((sorted.length * 3) / 4) - 1],
  };
}

/** How many times as long ours takes. */
export function ratio(ours, theirs) {
  return spread(ours.map((time, round) => time / theirs[round]));
}

/** How much longer ours takes. */
export function difference(ours, theirs) {
  return spread(ours.map((time, round) => time - theirs[round]));
}

/** The power of the size with which the time grows from the smaller size to the larger: 1 is linear, 2 quadratic. */
export function exponent(smaller, larger) {
  const times = Math.log(larger.size / smaller.size);
  return spread(larger.times.map((time, round) => Math.log(time / smaller.times[round]) / times));
}

function ascending(one, other) {
  return one - other;
}

function middle(sorted) {
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
