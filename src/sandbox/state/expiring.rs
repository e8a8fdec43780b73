//! Things that come to an end by themselves, so many at the most.

use std::collections::{BTreeMap, BTreeSet};

/// By name; what ends first leaves first.
pub(super) struct Expiring<T> {
    most: usize,
    by_name: BTreeMap<String, (u64, T)>,
    by_end: BTreeSet<(u64, String)>,
}

impl<T> Expiring<T> {
    pub(super) fn new(most: usize) -> Expiring<T> {
        Expiring {
            most,
            by_name: BTreeMap::new(),
            by_end: BTreeSet::new(),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&T> {
        self.by_name.get(name).map(|(_, thing)| thing)
    }

    /// `end` in ms since 1970.
    pub(super) fn add(&mut self, name: String, end: u64, thing: T) {
        self.by_end.insert((end, name.clone()));
        if let Some((old_end, _)) = self.by_name.insert(name.clone(), (end, thing))
            && old_end != end
        {
            self.by_end.remove(&(old_end, name));
        }
        while self.by_name.len() > self.most {
            let Some((_, name)) = self.by_end.pop_first() else {
                return;
            };
            self.by_name.remove(&name);
        }
    }

    /// Drops what had ended by then.
    pub(super) fn drop_ended(&mut self, now: u64) {
        while let Some((end, _)) = self.by_end.first()
            && *end <= now
            && let Some((_, name)) = self.by_end.pop_first()
        {
            self.by_name.remove(&name);
        }
    }

    /// Name, end, thing; what ends first comes first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, u64, &T)> {
        self.by_end.iter().filter_map(|(end, name)| {
            let (_, thing) = self.by_name.get(name)?;
            Some((name, *end, thing))
        })
    }
}
