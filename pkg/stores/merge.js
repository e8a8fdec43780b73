// Merges lists of revocations and of bans.

/**
 * Combines both lists without expired and redundant entries. Removing these never changes whether a token is revoked,
 * which the wasm module decides. Of several bans of one target the last one counts; lifting a ban is a later one that has
 * ended, because a deletion would be lost to a writer that still knows the ban.
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

/**
 * Whether `entry` revokes every token that `other` does, at least as early and as long, or is the later of two bans. Both
 * have the same key and target.
 */
function covers(entry, other) {
  if (entry.bannedUntil !== undefined || other.bannedUntil !== undefined)
    return (
      entry.issuedBefore > other.issuedBefore ||
      (entry.issuedBefore === other.issuedBefore && entry.bannedUntil >= other.bannedUntil)
    );
  return (
    entry.issuedBefore >= other.issuedBefore && entry.appliesAt <= other.appliesAt && entry.expiresAt >= other.expiresAt
  );
}

export function lastExpiry(entries) {
  return entries.reduce((last, { expiresAt }) => Math.max(last, expiresAt), 0);
}
