//! A large set of revocations, indexed by target.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::{Bearer, RevocationEntry, TargetKind};
use crate::error::Result;

/// Revocations indexed by key and target, so that a token is compared only with entries for its own
/// targets.
///
/// The order of insertion does not matter. An entry is dropped if another one covers it: the same
/// key and target, an equal or later cut-off, and in force equally early or earlier. All others are
/// kept, so a new revocation with a margin does not weaken one that is already in force.
///
/// ```
/// use ably_edge_auth::{Bearer, RevocationEntry, RevocationList};
///
/// let revoked = |issued_before, applies_at| RevocationEntry {
///     key_name: "xVLyHw.A-pwh7".into(),
///     target: "clientId:ada".parse().expect("a target"),
///     issued_before,
///     applies_at,
/// };
/// let mut list = RevocationList::default();
/// assert!(list.add(revoked(20_000, 20_000)));
/// assert!(list.add(revoked(25_000, 55_000)), "later, with a margin");
/// assert!(!list.add(revoked(10_000, 40_000)), "covered by the first");
///
/// let issued_at = |issued| Bearer {
///     key_name: "xVLyHw.A-pwh7",
///     client_id: Some("ada"),
///     revocation_key: None,
///     capability: None,
///     issued,
/// };
/// assert!(list.revokes(&issued_at(19_000), 30_000)?);
/// assert!(!list.revokes(&issued_at(21_000), 30_000)?);
/// assert!(list.revokes(&issued_at(21_000), 55_000)?);
/// # Ok::<(), ably_edge_auth::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RevocationList {
    /// No entry covers another: the earlier its cut-off, the earlier it is in force. The map is
    /// keyed by a number because comparing a million texts with a common prefix takes several times
    /// as long.
    by_id: BTreeMap<u64, Vec<RevocationEntry>>,
    /// The keys with a revocation by channel.
    keys_with_channels: BTreeSet<String>,
}

impl RevocationEntry {
    /// The map key of the entry, the same for all entries of one key and target.
    fn id(&self) -> u64 {
        id(&self.key_name, self.target.kind(), self.target.value())
    }
}

impl Bearer<'_> {
    /// The map keys of entries that may revoke this token.
    fn ids(&self) -> Vec<u64> {
        let mut values = Vec::new();
        if let Some(client_id) = self.client_id {
            values.push((TargetKind::ClientId, client_id));
        }
        if let Some(revocation_key) = self.revocation_key {
            values.push((TargetKind::RevocationKey, revocation_key));
        }
        for entry in self.capability.map_or(&[][..], |it| it.entries()) {
            values.push((TargetKind::Channel, entry.resource()));
        }
        let id = |(kind, value)| id(self.key_name, kind, value);
        values.into_iter().map(id).collect()
    }
}

/// FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>). Collisions are harmless: an entry is
/// always compared by key name and target as well.
fn id(key_name: &str, kind: TargetKind, value: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for text in [key_name, " ", kind.as_str(), ":", value] {
        for byte in text.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}

impl RevocationList {
    /// Adds an entry. Returns whether it changes anything.
    pub fn add(&mut self, entry: RevocationEntry) -> bool {
        if entry.target.kind() == TargetKind::Channel
            && !self.keys_with_channels.contains(&entry.key_name)
        {
            self.keys_with_channels.insert(entry.key_name.clone());
        }
        match self.by_id.entry(entry.id()) {
            Entry::Vacant(place) => {
                place.insert(vec![entry]);
            }
            Entry::Occupied(mut place) => {
                let kept = place.get_mut();
                if kept.iter().any(|other| other.covers(&entry)) {
                    return false;
                }
                kept.retain(|other| !entry.covers(other));
                let later = |other: &RevocationEntry| other.issued_before < entry.issued_before;
                kept.insert(kept.partition_point(later), entry);
            }
        }
        true
    }

    /// Keeps only the entries for which `keep` returns true. An entry can be dropped once all
    /// tokens it revokes have expired.
    pub fn retain(&mut self, mut keep: impl FnMut(&RevocationEntry) -> bool) {
        let mut has_gaps = false;
        for entries in self.by_id.values_mut() {
            entries.retain(&mut keep);
            has_gaps |= entries.is_empty();
        }
        let by_id = self.by_id.values().flatten();
        let channels = by_id.filter(|entry| entry.target.kind() == TargetKind::Channel);
        self.keys_with_channels = channels.map(|entry| entry.key_name.clone()).collect();
        if has_gaps {
            // Builds a new map, because removing single entries would add 5 KB to the wasm module.
            for (id, entries) in std::mem::take(&mut self.by_id) {
                if !entries.is_empty() {
                    self.by_id.insert(id, entries);
                }
            }
        }
    }

    /// Returns whether any entry revokes the token at this time. See [`RevocationEntry::revokes`].
    ///
    /// # Errors
    /// Same as [`RevocationList::revoking`].
    pub fn revokes(&self, bearer: &Bearer<'_>, now_ms: u64) -> Result<bool> {
        Ok(self.revoking(bearer, now_ms)?.is_some())
    }

    /// Returns an entry that revokes this token at this time.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::Kind::Usage), for every token of the key: the key has a revocation by
    /// channel, and [`Bearer::capability`] is unknown.
    pub fn revoking(&self, bearer: &Bearer<'_>, now_ms: u64) -> Result<Option<&RevocationEntry>> {
        bearer.check_known(self.keys_with_channels.contains(bearer.key_name))?;
        let mut entries = self.aimed_at(bearer);
        Ok(entries.find(|entry| entry.revokes_known(bearer, now_ms)))
    }

    /// When the first of the entries that revoke this token is enforced, in ms since 1970.
    #[cfg(feature = "sandbox")]
    pub(crate) fn enforced_at(&self, bearer: &Bearer<'_>) -> Option<u64> {
        let mut first = None;
        for entry in self.aimed_at(bearer) {
            if entry.revokes_known(bearer, u64::MAX) && first.is_none_or(|at| entry.applies_at < at)
            {
                first = Some(entry.applies_at);
            }
        }
        first
    }

    /// The entries for the token's key and any of its targets.
    fn aimed_at(&self, bearer: &Bearer<'_>) -> impl Iterator<Item = &RevocationEntry> {
        let ids = bearer.ids().into_iter();
        ids.filter_map(|id| self.by_id.get(&id)).flatten()
    }

    /// Iterates over all entries. Those of one key and target are adjacent.
    pub fn iter(&self) -> impl Iterator<Item = &RevocationEntry> {
        self.by_id.values().flatten()
    }
}

impl Extend<RevocationEntry> for RevocationList {
    fn extend<I: IntoIterator<Item = RevocationEntry>>(&mut self, entries: I) {
        for entry in entries {
            self.add(entry);
        }
    }
}

impl FromIterator<RevocationEntry> for RevocationList {
    fn from_iter<I: IntoIterator<Item = RevocationEntry>>(entries: I) -> RevocationList {
        let mut list = RevocationList::default();
        list.extend(entries);
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_compared_only_with_revocations_that_may_concern_it() {
        let entry = |key: &str, target: &str| RevocationEntry {
            key_name: key.to_owned(),
            target: target.parse().unwrap(),
            issued_before: 2_000,
            applies_at: 2_000,
        };
        let capability = crate::Capability::parse(r#"{"a":["publish"],"b":["publish"]}"#).unwrap();
        let bearer = Bearer {
            key_name: "app.key",
            client_id: Some("ada"),
            revocation_key: Some("group"),
            capability: Some(&capability),
            issued: 1_000,
        };
        let own = ["clientId:ada", "revocationKey:group", "channel:b"];
        let mut list: RevocationList = own.iter().map(|it| entry("app.key", it)).collect();
        for others in [0, 1_000, 100_000] {
            list.extend((0..others).flat_map(|number| {
                [
                    entry("app.key", &format!("clientId:user{number}")),
                    entry(&format!("app.key{number}"), "clientId:ada"),
                ]
            }));
            assert_eq!(bearer.ids().len(), 4, "look-ups");
            assert_eq!(list.aimed_at(&bearer).count(), own.len());
            assert!(list.revokes(&bearer, 2_000).unwrap());
        }
        assert_eq!(list.iter().count(), own.len() + 200_000);
    }
}
