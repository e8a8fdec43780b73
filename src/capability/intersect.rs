//! What is left of a capability under a key's.

use std::ops::Range;

use super::{Capability, Entry, MAX_RESOURCES, Operations, Resource};
use crate::error::{Code, Error, Kind, Result};
use crate::steps::steps;
use crate::text::{concat, number, order, split};

/// As many pairs of entries are compared: those that begin alike, or of which one begins with a wildcard. A
/// token of the longest that is issued has some 300 entries, so its key may have 800 such wildcards.
pub const MAX_PAIRS: usize = 250_000;
/// As long as all names of what is left may be together. They are made of both sides' names, so a few long
/// ones that meet many short ones would come to gigabytes.
const MAX_NAME_BYTES: usize = 1024 * 1024;

/// The entries that are left, and what each of them grants.
pub(super) type Met = Vec<(String, Operations)>;

/// Entries, one after the other, under a key's; the bounds are on all of them together.
pub(super) struct Narrowing<'a> {
    key: &'a [Entry],
    pairs: usize,
    resources: usize,
    name_bytes: usize,
}

impl<'a> Narrowing<'a> {
    pub(super) fn by(key: &'a Capability) -> Narrowing<'a> {
        Narrowing {
            key: key.entries(),
            pairs: 0,
            resources: 0,
            name_bytes: 0,
        }
    }

    /// Adds what is left of an entry.
    ///
    /// # Errors
    /// [`Kind::Capability`], 40000: over a bound.
    pub(super) fn add(&mut self, entry: &Entry, met: &mut Met) -> Result<()> {
        let resource = Resource::of(&entry.resource);
        for range in candidates(self.key, &resource) {
            self.pairs += range.len();
            if self.pairs > MAX_PAIRS {
                let form =
                    "narrowing the capability by its key takes over {} comparisons of entries";
                return Err(over(form, MAX_PAIRS).with_remediation(
                    "give fewer patterns that begin with a wildcard, here or in the key",
                ));
            }
            for key in self.key.get(range).unwrap_or_default() {
                steps(1);
                let operations = key.operations.intersect(entry.operations);
                if operations.is_empty() {
                    continue;
                }
                if let Some(name) = Resource::of(&key.resource).intersect(&resource) {
                    self.resources += 1;
                    self.name_bytes += name.len();
                    if self.resources > MAX_RESOURCES {
                        let form = "the capability narrowed by its key has over {} resources";
                        return Err(over(form, MAX_RESOURCES));
                    }
                    if self.name_bytes > MAX_NAME_BYTES {
                        let form = "the capability narrowed by its key has resource names of over {} bytes together";
                        return Err(over(form, MAX_NAME_BYTES));
                    }
                    met.push((name, operations));
                }
            }
        }
        Ok(())
    }
}

fn over(form: &'static str, most: usize) -> Error {
    Error::new(Kind::Capability, form, &[&number(most as u64)])
        .with_code(Code::BadRequest)
        .at("capability")
}

/// What is left, those for one resource pooled, as Ably does it.
pub(super) fn pooled(mut met: Met) -> Capability {
    let order = order(met.len(), &|one, other| {
        let resource = |index: usize| met.get(index).map(|(resource, _)| resource);
        resource(one).cmp(&resource(other))
    });
    let mut entries: Vec<Entry> = Vec::new();
    for place in order {
        let Some((resource, operations)) = met.get_mut(place) else {
            continue;
        };
        match entries.last_mut() {
            Some(last) if last.resource == *resource => {
                last.operations = last.operations.union(*operations);
            }
            _ => entries.push(Entry {
                resource: std::mem::take(resource),
                operations: *operations,
                unknown: Vec::new(),
            }),
        }
    }
    Capability::of(entries)
}

/// Where in sorted entries all those stand that may meet a resource, and few others.
fn candidates(entries: &[Entry], resource: &Resource<'_>) -> Vec<Range<usize>> {
    let mut search = Search {
        entries,
        found: Vec::new(),
    };
    let all = 0..entries.len();
    let is_channel = resource.kind.is_empty();
    if resource.is_any_kind() || (is_channel && resource.path.starts_with('*')) {
        // Whatever stands there; or the literal name of something that begins with a star.
        search.found.push(all);
        return search.found;
    }
    // Hardly any capability has one of these.
    let qualified = search.beginning_with(&all, 0, "[");
    for kind in ["*", resource.kind] {
        for end in ["]", "?", "="] {
            if qualified.is_empty() {
                break;
            }
            let qualifier = concat(&["[", kind, end]);
            let range = search.beginning_with(&qualified, 0, &qualifier);
            match end {
                "]" => search.descend(range, qualifier.len(), resource.path),
                // Channel parameters, behind which the path begins anywhere.
                _ => search.add(range),
            }
        }
    }
    if is_channel {
        search.descend(all, 0, resource.path);
    }
    search.found
}

struct Search<'a> {
    entries: &'a [Entry],
    found: Vec<Range<usize>>,
}

impl Search<'_> {
    fn add(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.found.push(range);
        }
    }

    /// Those of a range that go on with a text behind their first `from` bytes, in which all of the range
    /// are alike: so a path is gone through once, however many segments it has.
    fn beginning_with(&self, range: &Range<usize>, from: usize, text: &str) -> Range<usize> {
        let text = text.as_bytes();
        let rest = |entry: &Entry| {
            steps(1);
            let rest = entry.resource.as_bytes().get(from..).unwrap_or_default();
            rest.get(..text.len()).unwrap_or(rest).cmp(text)
        };
        let within = self.entries.get(range.clone()).unwrap_or_default();
        let start = within.partition_point(|entry| rest(entry).is_lt());
        let end = within.partition_point(|entry| rest(entry).is_le());
        range.start + start..range.start + end
    }

    /// Adds those of a range that may meet a path, which begins behind their first `from` bytes.
    fn descend(&mut self, mut range: Range<usize>, mut from: usize, path: &str) {
        let mut segments = split(path, b':');
        while let Some(segment) = segments.next()
            && !range.is_empty()
        {
            if segment == "*" {
                return self.add(range);
            }
            self.add(self.beginning_with(&range, from, "*"));
            if segment.starts_with('*') {
                return;
            }
            range = self.beginning_with(&range, from, segment);
            from += segment.len();
            if !segments.is_done() {
                range = self.beginning_with(&range, from, ":");
                from += 1;
            }
        }
        // Without a star, it meets nothing else of those but itself, which is the first of them.
        let is_itself = |entry: &&Entry| entry.resource.len() == from;
        if self.entries.get(range.start).filter(is_itself).is_some() {
            self.add(range.start..range.end.min(range.start + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn capability(resources: &[String]) -> Capability {
        let mut entries: Vec<(&str, &[&str])> = Vec::new();
        for resource in resources {
            if !entries.iter().any(|(known, _)| known == resource) {
                entries.push((resource, &["publish"]));
            }
        }
        Capability::new(&entries).unwrap()
    }

    fn refused(key: &[String], requested: &[String]) -> String {
        let left = capability(key).intersect(&capability(requested));
        left.unwrap_err().to_string()
    }

    fn names(count: usize, name: impl Fn(usize) -> String) -> Vec<String> {
        (0..count).map(name).collect()
    }

    #[test]
    fn what_would_take_too_long_is_refused_and_says_the_bound() {
        let all = |letter: char| names(501, |index| format!("*:{letter}{index}"));
        assert_eq!(
            refused(&all('a'), &all('b')),
            "narrowing the capability by its key takes over 250000 comparisons of entries; give fewer patterns that begin with a wildcard, here or in the key"
        );
        assert_eq!(
            refused(&all('a')[..500], &all('b')[..500]),
            "nothing is left of the capability under the key's own; ask for something that the key may do, or use another key"
        );
        assert_eq!(
            refused(
                &names(100, |index| format!("a{index}:*")),
                &names(100, |index| format!("*:b{index}")),
            ),
            "the capability narrowed by its key has over 5000 resources"
        );
        assert_eq!(
            refused(
                &names(100, |index| format!("a{index}:*")),
                &["*:".to_owned() + &"b".repeat(20_000)],
            ),
            "the capability narrowed by its key has resource names of over 1048576 bytes together"
        );
    }

    #[test]
    fn thousands_of_entries_that_begin_with_names_are_no_trouble() {
        let many = names(5_000, |index| format!("room{index}:*"));
        let left = capability(&many).intersect(&capability(&many)).unwrap();
        assert_eq!(left, capability(&many));
        let meta = names(5_000, |index| format!("[meta]room{index}"));
        let left = capability(&meta).intersect(&capability(&meta)).unwrap();
        assert_eq!(left, capability(&meta));
    }

    proptest! {
        // A failure prints its input; nothing is left behind in the tree.
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_entry_is_passed_over_that_meets_the_resource(
            entries in prop::collection::vec("(\\[(\\*|meta|m|\\?x=1|)[]?=]{1,2})?[a*:\\[]{0,6}", 0..20),
            resource in "(\\[(\\*|meta|m|\\?x=1|)[]?=]{1,2})?[a*:\\[]{0,6}",
        ) {
            let mut entries: Vec<String> = entries.into_iter().filter(|name| !name.is_empty()).collect();
            entries.push("*".to_owned());
            let capability = capability(&entries);
            let entries = capability.entries();
            let resource = Resource::of(&resource);
            let ranges = candidates(entries, &resource);
            let is_candidate = |index| ranges.iter().any(|range| range.contains(&index));
            for (index, entry) in entries.iter().enumerate() {
                if Resource::of(&entry.resource).intersect(&resource).is_some() {
                    prop_assert!(is_candidate(index), "{:?}", entry.resource);
                }
            }
        }
    }
}
