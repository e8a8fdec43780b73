<<<<<<< HEAD
// The module's own "did you mean", started only when there is something to ask.
import './start.js';
import { NEAREST_TEXTS, nearestTexts } from '../generated/abi.js';
import { call, module, readText, write } from '../lib/module/shared-buffer.js';

/** The name that was probably meant, if any. */
export function nearest(given, names) {
  const typed = given.slice(0, 100).replace(/\p{Surrogate}/gu, '\ufffd');
  write(nearestTexts({ typed, known: names.join() }), NEAREST_TEXTS);
  call(module().nearest);
  return readText();
=======
/**
 * The name that was probably meant: the only one with `given` as its prefix, or else the only nearest one. A near name is
 * at most two edits away, and fewer than half the letters of `given`.
 */
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

/** The edit distance: insertions, deletions, substitutions and swaps of adjacent letters. */
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
>>>>>>> f4b2863 (docs(cli): say it in plain English)
}
