// When to write a snapshot in place of all the changes that have piled up: for stores that keep one row
// for each change.

/** Fewer rows than this are not worth it, and a snapshot that has more of them is let grow to its double. */
const LEAST = 300;

/**
 * An `onChange` over a store that has `count` rows.
 *
 * @param {{ append(change: string): Promise<void>, replace(changes: string[]): Promise<void> }} store
 * whose functions do all that they do, or nothing
 */
export function compacting(count, { append, replace }) {
  let most = LEAST;
  return async (change, sandbox) => {
    if (count < most) {
      await append(change);
      count++;
      return;
    }
    const changes = [...sandbox.snapshot(), change];
    await replace(changes);
    count = changes.length;
    most = Math.max(LEAST, 2 * count);
  };
}
