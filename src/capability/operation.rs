//! The operations of a capability, as a bit set.

use crate::suggest::nearest;

/// A property of an operation that the lint rules need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remark {
    None,
    /// Known only from ably-server.
    Undocumented,
    /// Has an effect only for the whole app.
    AppWide,
    /// Lists channels when granted for the whole app; otherwise returns the status of one channel.
    Lists,
    /// Has no effect for a token without a client id.
    NeedsClient,
}

use Remark::{AppWide, Lists, NeedsClient, Undocumented};

/// Every name that Ably's servers know, in canonical (byte) order. Besides `*`, 17 are documented
/// at <https://ably.com/docs/auth/capabilities>; the other five come from ably-server.
const NAMES: [(&str, Remark); 23] = [
    ("*", Remark::None),
    ("annotation-publish", Remark::None),
    ("annotation-subscribe", Remark::None),
    ("channel-metadata", Lists),
    ("channel-metadata:publishers", Undocumented),
    ("connection-metadata", Undocumented),
    ("history", Remark::None),
    ("list-channels", Undocumented),
    ("message-delete-any", Remark::None),
    ("message-delete-own", NeedsClient),
    ("message-subscribe", Undocumented),
    ("message-update-any", Remark::None),
    ("message-update-own", NeedsClient),
    ("object-publish", Remark::None),
    ("object-subscribe", Remark::None),
    ("presence", NeedsClient),
    ("presence-subscribe", Undocumented),
    ("privileged-headers", Remark::None),
    ("publish", Remark::None),
    ("push-admin", Remark::None),
    ("push-subscribe", Remark::None),
    ("stats", AppWide),
    ("subscribe", Remark::None),
];

/// A known operation, or `*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation(u8);

impl Operation {
    /// `*`: every operation, known or unknown.
    pub const ALL: Operation = Operation(0);

    /// Returns the operation with this name. Names are lower case and compared exactly.
    pub fn named(name: &str) -> Option<Operation> {
        // Nearly all names differ in length, so few are compared; a binary search compares five.
        let index = NAMES.iter().position(|(known, _)| *known == name)?;
        u8::try_from(index).ok().map(Operation)
    }

    /// The name.
    pub fn name(self) -> &'static str {
        NAMES.get(usize::from(self.0)).map_or("", |(name, _)| name)
    }

    pub(super) fn remark(self) -> Remark {
        NAMES
            .get(usize::from(self.0))
            .map_or(Remark::None, |(_, remark)| *remark)
    }

    /// Whether Ably documents this operation. Five names are known only from Ably's open-source
    /// server.
    pub fn is_documented(self) -> bool {
        self.remark() != Undocumented
    }

    /// Every documented operation except `*`.
    pub fn documented() -> impl Iterator<Item = Operation> {
        (1..)
            .map_while(|index| NAMES.get(usize::from(index)).map(|_| Operation(index)))
            .filter(|operation| operation.is_documented())
    }

    /// Whether it may be meant for the whole app: statistics, and the list of channels.
    pub(super) fn is_for_whole_app(self) -> bool {
        matches!(self.remark(), AppWide | Lists)
    }

    /// Whether it does nothing for a client without an id.
    pub fn needs_client_id(self) -> bool {
        self.remark() == NeedsClient
    }

    /// Whether the operation with this name has an effect only for the whole app.
    pub(crate) fn is_app_wide(name: &str) -> bool {
        Operation::named(name).is_some_and(|operation| operation.remark() == AppWide)
    }

    /// The documented name that was probably meant.
    pub(crate) fn meant_by(typed: &str) -> Option<&'static str> {
        // The only other spelling seen in practice (a live test of the Terraform provider).
        if typed == "statistics" {
            return Some("stats");
        }
        let mut names = Vec::new();
        for (name, remark) in NAMES.iter().skip(1) {
            if *remark != Undocumented {
                names.push(*name);
            }
        }
        nearest(typed, &names)
    }
}

/// A set of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Operations(u32);

impl Operations {
    /// `["*"]`
    pub const ALL: Operations = Operations(1);

    pub(crate) fn insert(&mut self, operation: Operation) -> bool {
        let bit = 1 << operation.0;
        let new = self.0 & bit == 0;
        self.0 |= bit;
        new
    }

    /// Whether `operation` comes after all of the set in canonical order.
    pub(super) fn are_before(self, operation: Operation) -> bool {
        self.0 < 1 << operation.0
    }

    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the set contains `*`.
    pub fn is_all(self) -> bool {
        self.0 & 1 != 0
    }

    /// The number of names in the set; `*` counts as one.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether the set lists this operation; `*` does not imply it.
    pub fn contains(self, operation: Operation) -> bool {
        self.0 & (1 << operation.0) != 0
    }

    /// Whether the set grants the operation with this name. `*` grants any name, known or unknown.
    pub fn grants(self, name: &str) -> bool {
        self.grant(Operation::named(name))
    }

    /// Same as [`Operations::grants`] for an operation that was already looked up; `None` means
    /// unknown.
    pub(crate) fn grant(self, operation: Option<Operation>) -> bool {
        self.is_all() || operation.is_some_and(|operation| self.contains(operation))
    }

    /// The operations that both sets grant. `*` grants all of the other set.
    #[must_use]
    pub fn intersect(self, other: Operations) -> Operations {
        match (self.is_all(), other.is_all()) {
            (true, true) => Operations::ALL,
            (true, false) => other,
            (false, true) => self,
            (false, false) => Operations(self.0 & other.0),
        }
    }

    /// The operations that either set grants. `*` absorbs all others.
    #[must_use]
    pub fn union(self, other: Operations) -> Operations {
        if self.is_all() || other.is_all() {
            return Operations::ALL;
        }
        Operations(self.0 | other.0)
    }

    /// The operations that the other set does not grant. `*` cannot be divided.
    pub(super) fn without(self, other: Operations) -> Operations {
        match (self.is_all(), other.is_all()) {
            (_, true) => Operations::default(),
            (true, false) => self,
            (false, false) => Operations(self.0 & !other.0),
        }
    }

    /// Iterates over the operations in canonical order.
    pub fn iter(self) -> impl Iterator<Item = Operation> {
        Bits(self.0)
    }
}

/// The remaining bits of a set during iteration.
struct Bits(u32);

impl Iterator for Bits {
    type Item = Operation;

    fn next(&mut self) -> Option<Operation> {
        let lowest = self.0.trailing_zeros() as u8;
        self.0 &= self.0.checked_sub(1)?;
        Some(Operation(lowest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_complete() {
        assert!(NAMES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(Operation::documented().count(), 17);
        assert_eq!(
            NAMES
                .iter()
                .filter(|(_, remark)| *remark == Undocumented)
                .count(),
            5
        );
    }

    #[test]
    fn names_come_back_in_order() {
        let mut set = Operations::default();
        for name in ["subscribe", "history", "publish"] {
            assert!(set.insert(Operation::named(name).unwrap()));
        }
        assert!(!set.insert(Operation::named("publish").unwrap()));
        let names: Vec<_> = set.iter().map(Operation::name).collect();
        assert_eq!(names, ["history", "publish", "subscribe"]);
        assert_eq!(set.len(), 3);
    }

    #[test]
    fn some_do_nothing_without_a_client_id() {
        let needing: Vec<_> = (0..23)
            .map(Operation)
            .filter(|operation| operation.needs_client_id())
            .map(Operation::name)
            .collect();
        assert_eq!(
            needing,
            ["message-delete-own", "message-update-own", "presence"]
        );
    }

    #[test]
    fn star_grants_anything() {
        assert!(Operations::ALL.grants("anything-at-all"));
        assert!(!Operations::default().grants("publish"));
        assert_eq!(Operation::named("Publish"), None);
    }
}
