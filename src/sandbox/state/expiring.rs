//! Items that expire, up to a maximum number.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::sandbox::change::TokenRecord;
use crate::text::order;

/// Ably tokens by hash, or nonces, which have no value. The items that expire first are removed
/// first.
pub(super) struct Expiring {
    most: usize,
    by_name: BTreeMap<String, Held>,
    /// A heap with the earliest expiry on top. An item whose expiry moved is also here with its old
    /// one.
    ends: BinaryHeap<Reverse<(u64, String)>>,
}

/// One type for both kinds, because each further tree type adds code.
struct Held {
    end: u64,
    token: Option<Box<TokenRecord>>,
}

impl Expiring {
    pub(super) fn new(most: usize) -> Expiring {
        Expiring {
            most,
            by_name: BTreeMap::new(),
            ends: BinaryHeap::new(),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    pub(super) fn token(&self, hash: &str) -> Option<&TokenRecord> {
        self.by_name.get(hash)?.token.as_deref()
    }

    /// Adds an item. `end` is in ms since 1970.
    pub(super) fn add(&mut self, name: String, end: u64, token: Option<Box<TokenRecord>>) {
        let old = self.by_name.insert(name.clone(), Held { end, token });
        if old.is_none_or(|old| old.end != end) {
            self.ends.push(Reverse((end, name)));
        }
        while self.by_name.len() > self.most && self.drop_first() {}
    }

    /// Removes the items that have expired by then.
    pub(super) fn drop_ended(&mut self, now: u64) {
        while self
            .ends
            .peek()
            .is_some_and(|Reverse((end, _))| *end <= now)
        {
            self.drop_first();
        }
    }

    /// Removes the item that expires first. Returns whether there was one.
    fn drop_first(&mut self) -> bool {
        let Some(Reverse((end, name))) = self.ends.pop() else {
            return false;
        };
        if self.by_name.get(&name).is_some_and(|it| it.end == end) {
            self.by_name.remove(&name);
        }
        true
    }

    /// The name, expiry and token of each item, earliest expiry first.
    pub(super) fn in_order(&self) -> Vec<(&str, u64, Option<&TokenRecord>)> {
        let mut all = Vec::new();
        for (name, it) in &self.by_name {
            all.push((name.as_str(), it.end, it.token.as_deref()));
        }
        let end = |place: usize| all.get(place).map(|(_, end, _)| *end);
        let order = order(all.len(), &|one, other| end(one).cmp(&end(other)));
        let mut sorted = Vec::new();
        for place in order {
            sorted.extend(all.get(place).copied());
        }
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::Expiring;

    fn names(all: &Expiring) -> Vec<&str> {
        all.in_order()
            .into_iter()
            .map(|(name, _, _)| name)
            .collect()
    }

    #[test]
    fn what_ends_first_leaves_first_whenever_its_end_was_moved() {
        let mut all = Expiring::new(3);
        for (name, end) in [("a", 5), ("b", 3), ("c", 4), ("b", 9), ("a", 5)] {
            all.add(name.to_owned(), end, None);
        }
        assert_eq!(names(&all), ["c", "a", "b"]);
        all.drop_ended(3);
        assert_eq!(names(&all), ["c", "a", "b"], "an end that was moved");
        all.add("d".to_owned(), 9, None);
        assert_eq!(names(&all), ["a", "b", "d"], "one too many");
        assert!(all.has("a") && !all.has("c"));
        all.add("b".to_owned(), 3, None);
        assert_eq!(names(&all), ["b", "a", "d"]);
        all.drop_ended(5);
        assert_eq!(names(&all), ["d"]);
        all.drop_ended(u64::MAX);
        assert_eq!(names(&all), [""; 0]);
    }
}
