//! A map by name for up to a few hundred items.
//!
//! A sorted list: a tree would not be faster at this size, and takes ten times the code for each
//! type.

/// Items sorted by name.
pub(super) struct SortedMap<T>(Vec<(String, T)>);

impl<T> Default for SortedMap<T> {
    fn default() -> SortedMap<T> {
        SortedMap(Vec::new())
    }
}

impl<T> SortedMap<T> {
    /// The index of the name, or where to insert it.
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(it, _)| it.as_str().cmp(name))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get(&self, name: &str) -> Option<&T> {
        self.with_name(name).map(|(_, thing)| thing)
    }

    /// Returns the item and its name, borrowed from the map.
    pub(super) fn with_name(&self, name: &str) -> Option<(&str, &T)> {
        let (name, thing) = self.0.get(self.place(name).ok()?)?;
        Some((name, thing))
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        let place = self.place(name).ok()?;
        self.0.get_mut(place).map(|(_, thing)| thing)
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.place(name).is_ok()
    }

    /// Inserts an item, replacing any with the same name.
    pub(super) fn insert(&mut self, name: String, thing: T) {
        match self.place(&name) {
            Ok(place) => {
                if let Some((_, old)) = self.0.get_mut(place) {
                    *old = thing;
                }
            }
            Err(place) => self.0.insert(place, (name, thing)),
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        if let Ok(place) = self.place(name) {
            self.0.remove(place);
        }
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(&mut T) -> bool) {
        self.0.retain_mut(|(_, thing)| keep(thing));
    }

    /// Iterates in name order.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &T)> {
        self.0.iter().map(|(name, thing)| (name.as_str(), thing))
    }
}

impl<T: Default> SortedMap<T> {
    /// Returns the item with this name, creating it if necessary.
    pub(super) fn made(&mut self, name: &str) -> Option<&mut T> {
        if !self.contains(name) {
            self.insert(name.to_owned(), T::default());
        }
        self.get_mut(name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::SortedMap;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn holds_what_a_tree_holds(steps in prop::collection::vec((0..4, "[a-d]{0,2}", any::<u8>()), 0..60)) {
            let mut ours = SortedMap::<u8>::default();
            let mut tree = BTreeMap::<String, u8>::new();
            for (step, name, number) in steps {
                match step {
                    0 => {
                        ours.insert(name.clone(), number);
                        tree.insert(name, number);
                    }
                    1 => {
                        ours.remove(&name);
                        tree.remove(&name);
                    }
                    2 => {
                        *ours.made(&name).expect("it was made") ^= number;
                        *tree.entry(name).or_default() ^= number;
                    }
                    _ => {
                        ours.retain(|it| *it != number);
                        tree.retain(|_, it| *it != number);
                    }
                }
                prop_assert_eq!(ours.len(), tree.len());
                prop_assert!(ours.iter().eq(tree.iter().map(|(name, it)| (name.as_str(), it))));
            }
            for name in ["", "a", "bb", "d"] {
                prop_assert_eq!(ours.get(name), tree.get(name));
                prop_assert_eq!(ours.get_mut(name), tree.get_mut(name));
                prop_assert_eq!(ours.contains(name), tree.contains_key(name));
            }
        }
    }
}
