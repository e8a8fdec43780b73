/** The name that was probably meant: the only one that begins so, or one at most two letters off, and fewer than half of them. */
export function nearest(given, names) {
  const begun = names.filter((name) => name.startsWith(given));
  if (given.length > 2 && begun.length === 1) return begun[0];
  let best;
  let least = Math.min(2, Math.ceil(given.length / 2) - 1);
  for (const name of names) {
    const distance = lettersOff(given, name);
    if (distance > least || (distance === least && best !== undefined)) continue;
    [best, least] = [name, distance];
  }
  return best;
}

/** Letters put in, left out, changed, or two in the wrong order. */
function lettersOff(a, b) {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = (rows[i] = [i]);
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.length][b.length];
}
