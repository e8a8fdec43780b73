//! The operations of a capability, as a set of bits.

use crate::suggest::nearest;

/// What is to be said of an operation, beside its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remark {
    None,
    /// Known to ably-server only.
    Undocumented,
    /// Means something for the whole app only.
    AppWide,
    /// Lists channels for the whole app, and gives the status of one channel otherwise.
    Lists,
    /// Does nothing for a token without a client id.
    NeedsClient,
}

use Remark::{AppWide, Lists, NeedsClient, Undocumented};

/// Every name Ably's servers know, in canonical (byte) order. The 17 documented ones, `*` aside:
/// <https://ably.com/docs/auth/capabilities>; the other five are listed by ably-server only.
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

/// One known operation, or `*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation(u8);

impl Operation {
    /// `*`: every operation, known or not.
    pub const ALL: Operation = Operation(0);

    /// The operation of this name; names are lower case and compared exactly.
    pub fn named(name: &str) -> Option<Operation> {
        let index = NAMES
            .binary_search_by(|(known, _)| (*known).cmp(name))
            .ok()?;
        u8::try_from(index).ok().map(Operation)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        NAMES.get(usize::from(self.0)).map_or("", |(name, _)| name)
    }

    pub(super) fn remark(self) -> Remark {
        NAMES
            .get(usize::from(self.0))
            .map_or(Remark::None, |(_, remark)| *remark)
    }

    /// Whether Ably documents it. Five names are known from Ably's open server alone.
    pub fn is_documented(self) -> bool {
        self.remark() != Undocumented
    }

    /// Every documented operation, without `*`.
    pub fn documented() -> impl Iterator<Item = Operation> {
        (1..)
            .map_while(|index| NAMES.get(usize::from(index)).map(|_| Operation(index)))
            .filter(|operation| operation.is_documented())
    }

    /// Whether it does nothing for a client without an id.
    pub fn needs_client_id(self) -> bool {
        self.remark() == NeedsClient
    }

    /// Whether the operation of this name means something for the whole app only.
    pub(crate) fn is_app_wide(name: &str) -> bool {
        Operation::named(name).is_some_and(|operation| operation.remark() == AppWide)
    }

    /// The documented name that was probably meant.
    pub(crate) fn meant_by(typed: &str) -> Option<&'static str> {
        // The one other spelling seen in the wild (Terraform provider's live test).
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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

    /// Nothing is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// `*` is in it.
    pub fn is_all(self) -> bool {
        self.0 & 1 != 0
    }

    /// How many names are in it, `*` counting as one.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether this one itself is in the set, `*` aside.
    pub fn contains(self, operation: Operation) -> bool {
        self.0 & (1 << operation.0) != 0
    }

    /// Whether the set grants the operation of this name. `*` grants any name, known or not.
    pub fn grants(self, name: &str) -> bool {
        self.grant(Operation::named(name))
    }

    /// The same for one that was looked up; nothing: nobody knows it.
    pub(crate) fn grant(self, operation: Option<Operation>) -> bool {
        self.is_all() || operation.is_some_and(|operation| self.contains(operation))
    }

    /// What both grant: `*` gives way to the other.
    #[must_use]
    pub fn intersect(self, other: Operations) -> Operations {
        match (self.is_all(), other.is_all()) {
            (true, true) => Operations::ALL,
            (true, false) => other,
            (false, true) => self,
            (false, false) => Operations(self.0 & other.0),
        }
    }

    /// What either grants: beside `*` nothing else counts.
    #[must_use]
    pub fn union(self, other: Operations) -> Operations {
        if self.is_all() || other.is_all() {
            return Operations::ALL;
        }
        Operations(self.0 | other.0)
    }

    /// The names, in canonical order.
    pub fn iter(self) -> impl Iterator<Item = Operation> {
        Bits(self.0)
    }
}

/// What is left of a set while it is gone through.
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
