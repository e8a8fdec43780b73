//! Narrows a capability to what a key can grant.

use std::ops::Range;

use super::product::{may_intersect, product_form};
use super::resource::covers_by_prefix;
use super::{Capability, Entry, MAX_RESOURCES, Operations, Resource};
use crate::error::{Code, Error, Kind, Result};
use crate::steps::steps;
use crate::text::{concat, number, order, split};

/// Maximum number of entry pairs that are compared. Only pairs that start alike, or in which one
/// side starts with a wildcard, are compared. The longest token that can be issued has about 300
/// entries, so its key may have about 800 such wildcards.
pub const MAX_PAIRS: usize = 250_000;
/// Maximum total length of the resulting names. Result names combine names from both sides, so a
/// few long names that match many short ones could add up to gigabytes.
const MAX_NAME_BYTES: usize = 1024 * 1024;
/// Up to this many entries, comparing all of them is faster than a binary search.
const MAX_ENTRIES_WITHOUT_SEARCH: usize = 4;

/// The entries of the result, each with the operations it grants.
pub(super) type Met = Vec<(String, Operations)>;

/// Narrows entries to a key's capability, one after the other. The limits apply to all of them
/// together.
pub(super) struct Narrowing<'a> {
    key: &'a [Entry],
    pairs: usize,
    resources: usize,
    name_bytes: usize,
    /// The entries of the key that are written for a product, once they are asked for.
    for_products: Option<Vec<&'a Entry>>,
}

impl<'a> Narrowing<'a> {
    pub(super) fn by(key: &'a Capability) -> Narrowing<'a> {
        Narrowing {
            key: key.entries(),
            pairs: 0,
            resources: 0,
            name_bytes: 0,
            for_products: None,
        }
    }

    /// Adds the part of `entry` that the key can grant.
    ///
    /// # Errors
    /// [`Kind::Capability`], 40000: a limit is exceeded.
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
                let name = match covers_by_prefix(&key.resource, &entry.resource) {
                    true => Some(entry.resource.clone()),
                    false => Resource::of(&key.resource).intersect(&resource),
                };
                if let Some(name) = name {
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

    /// For an entry of which nothing is left: an entry of the key that may meet it all the same,
    /// because one of the two is written for a product. Not looked for after [`MAX_PAIRS`].
    pub(super) fn may_meet(&mut self, entry: &Entry) -> Option<&'a str> {
        let key = self.key;
        let resource = Resource::of(&entry.resource);
        let for_products = self.for_products.get_or_insert_with(|| {
            steps(key.len());
            let mut found = Vec::new();
            for entry in key {
                if product_form(&Resource::of(&entry.resource)).is_some() {
                    found.push(entry);
                }
            }
            found
        });
        let count = match product_form(&resource) {
            Some(_) => key.len(),
            None => for_products.len(),
        };
        for index in 0..count.min(MAX_PAIRS.saturating_sub(self.pairs)) {
            steps(1);
            self.pairs += 1;
            let of_key = match count == key.len() {
                true => key.get(index),
                false => for_products.get(index).copied(),
            }?;
            if !of_key.operations.intersect(entry.operations).is_empty()
                && may_intersect(&Resource::of(&of_key.resource), &resource)
            {
                return Some(&of_key.resource);
            }
        }
        None
    }
}

fn over(form: &'static str, most: usize) -> Error {
    Error::new(Kind::Capability, form, &[&number(most as u64)])
        .with_code(Code::BadRequest)
        .at("capability")
}

/// Whether the key grants all of the requested capability as it is written.
pub(super) fn is_all_of(met: &Met, requested: &Capability) -> bool {
    let entries = requested.entries();
    met.len() == entries.len()
        && met.iter().zip(entries).all(|((name, operations), entry)| {
            *name == entry.resource && *operations == entry.operations && entry.unknown.is_empty()
        })
}

/// Builds the result, merging the entries of each resource as Ably does.
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

/// Ranges of the sorted entries that include every entry that may match `resource`, and few others.
pub(super) fn candidates(entries: &[Entry], resource: &Resource<'_>) -> Vec<Range<usize>> {
    let mut search = Search {
        entries,
        found: Vec::new(),
    };
    let all = 0..entries.len();
    let is_channel = resource.kind.is_empty();
    if entries.len() <= MAX_ENTRIES_WITHOUT_SEARCH
        || resource.is_any_kind()
        || (is_channel && resource.path.starts_with('*'))
    {
        // Every entry may match: by its qualifier or first segment, or as the same literal name.
        search.found.push(all);
        return search.found;
    }
    // Few capabilities contain a qualifier.
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
                // The path after channel parameters may start anywhere.
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

    /// Narrows `range`, whose entries share their first `from` bytes, to those that continue with
    /// `text`. The path is thus read once, however many segments it has.
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

    /// Adds the entries of `range` that may match `path`, which starts after the first `from` bytes
    /// that they share.
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
        // Without a star, the path only matches itself, which is the first entry of the range.
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
            "the key grants none of the requested capability; ask for something that the key may do, or use another key"
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
    fn thousands_of_entries_that_begin_with_names_are_quick() {
        let many = names(5_000, |index| format!("room{index}:*"));
        let left = capability(&many).intersect(&capability(&many)).unwrap();
        assert_eq!(left, capability(&many));
        let meta = names(5_000, |index| format!("[meta]room{index}"));
        let left = capability(&meta).intersect(&capability(&meta)).unwrap();
        assert_eq!(left, capability(&meta));
    }

    proptest! {
        // Failures print their input, so no regression file is written to the source tree.
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
