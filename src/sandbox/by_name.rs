//! A few hundred things by their names.

/// As a `BTreeMap` with texts as keys, and a list underneath: for as few things as the sandbox holds that
/// is as fast, and a tenth of the code in the wasm file for each kind of thing.
pub(super) struct ByName<T> {
    /// In order of their names.
    things: Vec<(String, T)>,
}

impl<T> Default for ByName<T> {
    fn default() -> ByName<T> {
        ByName { things: Vec::new() }
    }
}

impl<T> ByName<T> {
    pub(super) fn len(&self) -> usize {
        self.things.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &T)> {
        self.things.iter().map(|(name, thing)| (name, thing))
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &String> {
        self.things.iter().map(|(name, _)| name)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &T> {
        self.things.iter().map(|(_, thing)| thing)
    }

    pub(super) fn contains_key(&self, name: &str) -> bool {
        self.place(name).is_ok()
    }

    pub(super) fn get_key_value(&self, name: &str) -> Option<(&String, &T)> {
        let (name, thing) = self.things.get(self.place(name).ok()?)?;
        Some((name, thing))
    }

    pub(super) fn get(&self, name: &str) -> Option<&T> {
        self.get_key_value(name).map(|(_, thing)| thing)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        let place = self.place(name).ok()?;
        self.things.get_mut(place).map(|(_, thing)| thing)
    }

    /// In place of the old one of this name, if there is one.
    pub(super) fn insert(&mut self, name: String, thing: T) {
        match self.place(&name) {
            Ok(place) => {
                if let Some(old) = self.things.get_mut(place) {
                    old.1 = thing;
                }
            }
            Err(place) => self.things.insert(place, (name, thing)),
        }
    }

    pub(super) fn remove(&mut self, name: &str) -> Option<T> {
        let place = self.place(name).ok()?;
        Some(self.things.remove(place).1)
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(&mut T) -> bool) {
        self.things.retain_mut(|(_, thing)| keep(thing));
    }

    /// Where it is, or where it would be.
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.things
            .binary_search_by(|(it, _)| it.as_str().cmp(name))
    }
}

impl<T: Default> ByName<T> {
    /// That of this name; a new one if there is none.
    pub(super) fn or_default(&mut self, name: &str) -> Option<&mut T> {
        if !self.contains_key(name) {
            self.insert(name.to_owned(), T::default());
        }
        self.get_mut(name)
    }
}

#[cfg(test)]
mod tests {
    use super::ByName;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Debug, Clone)]
    enum Step {
        Insert(String, u8),
        Remove(String),
        OrDefault(String),
        Retain(u8),
    }

    fn step() -> impl Strategy<Value = Step> {
        let name = "[a-c\u{e9}]{0,2}";
        prop_oneof![
            (name, any::<u8>()).prop_map(|(name, value)| Step::Insert(name, value)),
            name.prop_map(Step::Remove),
            name.prop_map(Step::OrDefault),
            any::<u8>().prop_map(Step::Retain),
        ]
    }

    proptest! {
        #[test]
        fn it_holds_what_a_map_holds(steps in prop::collection::vec(step(), 0..60)) {
            let (mut ours, mut map) = (ByName::default(), BTreeMap::new());
            for step in steps {
                match step {
                    Step::Insert(name, value) => {
                        ours.insert(name.clone(), value);
                        map.insert(name, value);
                    }
                    Step::Remove(name) => prop_assert_eq!(ours.remove(&name), map.remove(&name)),
                    Step::OrDefault(name) => {
                        let found = ours.or_default(&name).copied();
                        prop_assert_eq!(found, Some(*map.entry(name).or_default()));
                    }
                    Step::Retain(least) => {
                        ours.retain(|value| *value >= least);
                        map.retain(|_, value| *value >= least);
                    }
                }
                prop_assert!(ours.iter().eq(map.iter()));
                prop_assert!(ours.keys().eq(map.keys()) && ours.values().eq(map.values()));
                prop_assert_eq!(ours.len(), map.len());
                for name in ["", "a", "b", "cc", "\u{e9}"] {
                    prop_assert_eq!(ours.get(name), map.get(name));
                    prop_assert_eq!(ours.get_key_value(name), map.get_key_value(name));
                    prop_assert_eq!(ours.contains_key(name), map.contains_key(name));
                }
            }
        }
    }
}
