// Replaces accumulated changes with a snapshot, for stores that keep one row per change.

/** Compacting fewer rows saves too little. A larger snapshot is compacted again when its rows have doubled. */
const MIN_ROWS = 300;

/**
 * Makes an `onChange` for a store that has `count` rows.
 *
 * @param {{ append(change: string): Promise<void>, replace(changes: string[]): Promise<void> }} store
 * functions that are atomic
 */
export function compacting(count, { append, replace }) {
  let most = MIN_ROWS;
  return async (change, sandbox) => {
    if (count < most) {
      await append(change);
      count++;
      return;
    }
    const changes = [...sandbox.snapshot(), change];
    await replace(changes);
    count = changes.length;
    most = Math.max(MIN_ROWS, 2 * count);
  };
}
