//! Many revocations, found by what they are aimed at.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::{Bearer, RevocationEntry, TargetKind};
use crate::error::Result;

/// Revocations, found by key and target: of many thousands, a token is held against its own alone.
///
/// The order in which they are added is of no consequence. One that another covers (the same key and
/// target, a cut-off as late or later, in force as early or earlier) is not kept; any other stays, so
/// a new revocation with a margin takes nothing from one that is in force.
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
    /// None covers another; the earlier a cut-off, the earlier it is in force. By number, since texts that
    /// begin alike, a million of them, take several times as long to find one's way through.
    by_id: BTreeMap<u64, Vec<RevocationEntry>>,
    /// The keys of which a channel is revoked.
    keys_with_channels: BTreeSet<String>,
}

impl RevocationEntry {
    /// Where it stands in a list: the same for all of one key and target.
    fn id(&self) -> u64 {
        id(&self.key_name, self.target.kind(), self.target.value())
    }
}

impl Bearer<'_> {
    /// Where entries stand that may revoke it.
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

/// FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>). Two that come to one number are still two: an
/// entry is always held against a token, or another entry, by key name and target.
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
    /// Adds one, and says whether that makes a difference.
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

    /// Keeps only those of which `keep` says so: what no token is left for need not be kept.
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
            // A new tree: in wasm, taking single entries out of one is 5 KB that nothing else needs.
            for (id, entries) in std::mem::take(&mut self.by_id) {
                if !entries.is_empty() {
                    self.by_id.insert(id, entries);
                }
            }
        }
    }

    /// Does this token fall, at this time, to any of them? See [`RevocationEntry::revokes`].
    ///
    /// # Errors
    /// As [`RevocationList::revoking`].
    pub fn revokes(&self, bearer: &Bearer<'_>, now_ms: u64) -> Result<bool> {
        Ok(self.revoking(bearer, now_ms)?.is_some())
    }

    /// One that this token falls to, at this time.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::Kind::Usage), for every token of the key: a channel of it is revoked, and
    /// [`Bearer::capability`] is not known.
    pub fn revoking(&self, bearer: &Bearer<'_>, now_ms: u64) -> Result<Option<&RevocationEntry>> {
        bearer.check_known(self.keys_with_channels.contains(bearer.key_name))?;
        let mut entries = self.aimed_at(bearer);
        Ok(entries.find(|entry| entry.fells(bearer, now_ms)))
    }

    /// Those that a token is held against: of its own key and one of its own targets.
    fn aimed_at(&self, bearer: &Bearer<'_>) -> impl Iterator<Item = &RevocationEntry> {
        let ids = bearer.ids().into_iter();
        ids.filter_map(|id| self.by_id.get(&id)).flatten()
    }

    /// All that are kept, those of one key and target together.
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
    fn a_token_is_held_against_its_own_however_many_others_there_are() {
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
