// What becomes of a list of revocations when others are added to it.

/**
 * All of both, but for those that have expired and those that say nothing beside another. When a token
 * falls is not decided here: what is left out changes no answer of the one function that does.
 */
export function mergeRevocations(kept, added, now = Date.now()) {
  const byTarget = new Map();
  for (const entry of [...(kept ?? []), ...added]) {
    if (entry.expiresAt <= now) continue;
    const target = `${entry.keyName} ${entry.target}`;
    const others = byTarget.get(target) ?? [];
    if (others.some((other) => covers(other, entry))) continue;
    byTarget.set(target, [...others.filter((other) => !covers(entry, other)), entry]);
  }
  return [...byTarget.values()].flat();
}

/** Of one key and target: whatever falls to `other` falls to `entry`, as soon and as long. */
function covers(entry, other) {
  return (
    entry.issuedBefore >= other.issuedBefore && entry.appliesAt <= other.appliesAt && entry.expiresAt >= other.expiresAt
  );
}

export function lastExpiry(entries) {
  return entries.reduce((last, { expiresAt }) => Math.max(last, expiresAt), 0);
}
