//! Writes the same rights in fewer entries, and finds patterns that would shorten them further.

use super::intersect::candidates;
use super::resource::segments;
use super::{Capability, Entry, MAX_PAIRS, Operations, Resource};
use crate::steps::steps;
use crate::text::{fill, joined, number, order, split};

/// Only a star in one of the first segments is suggested, so that the work grows with the text.
const MAX_SEGMENTS: usize = 8;

/// The result of [`Capability::compact`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compact {
    /// The same rights in the shortest text.
    pub capability: Capability,
    /// Patterns that would shorten it further and allow more, in the order of the text.
    pub suggestions: Vec<PatternSuggestion>,
}

/// A pattern that could replace several entries with the same operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternSuggestion {
    /// The resource of the new entry.
    pub pattern: String,
    /// Its operations, which are those of the entries that it replaces.
    pub operations: Operations,
    /// The resources that it replaces.
    pub replaces: Vec<String>,
    /// By how many bytes the text becomes shorter, at least.
    pub saved_bytes: usize,
    /// What it would allow beyond the entries that it replaces.
    pub newly_allows: String,
}

pub(super) fn compact(capability: &Capability) -> Compact {
    let entries = capability.entries();
    let mut pairs = 0;
    let mut kept = Vec::new();
    for entry in entries {
        let mut left = entry.clone();
        if left.operations.is_all() {
            left.operations = Operations::ALL;
            left.unknown.clear();
        }
        for range in candidates(entries, &Resource::of(&entry.resource)) {
            pairs += range.len();
            // Entries beyond the bound stay as they are: they grant the same.
            if pairs > MAX_PAIRS {
                break;
            }
            for other in entries.get(range).unwrap_or_default() {
                steps(1);
                if makes_needless(other, entry) {
                    left.operations = left.operations.without(other.operations);
                    if other.operations.is_all() {
                        left.unknown.clear();
                    }
                }
            }
        }
        if !left.operations.is_empty() || !left.unknown.is_empty() {
            kept.push(left);
        }
    }
    let suggestions = suggestions(&kept);
    Compact {
        capability: Capability::of(kept),
        suggestions,
    }
}

/// Whether `entry` needs none of the operations that `other` has.
///
/// A pattern does not count for shorter names, although `foo:*` covers the channel `foo`: Ably
/// narrows a token by its key, and a key for `foo` has nothing in common with `foo:*`.
fn makes_needless(other: &Entry, entry: &Entry) -> bool {
    let (pattern, resource) = (Resource::of(&other.resource), Resource::of(&entry.resource));
    if pattern.kind == resource.kind && pattern.path == resource.path {
        // The same entry, or they differ in channel parameters, which have no effect.
        if other.operations.is_all() != entry.operations.is_all() {
            return other.operations.is_all();
        }
        let shorter = other.resource.len().cmp(&entry.resource.len());
        return shorter.then(other.resource.cmp(&entry.resource)).is_lt();
    }
    pattern.covers(&resource) && segments(pattern.path) <= segments(resource.path)
}

/// A pattern that could replace an entry.
struct Candidate<'a> {
    pattern: String,
    /// The text of a capability with just the pattern and the operations of the entry.
    text: String,
    entry: &'a Entry,
}

fn suggestions(entries: &[Entry]) -> Vec<PatternSuggestion> {
    let mut candidates = Vec::new();
    for entry in entries {
        if entry.unknown.is_empty() {
            add_patterns(entry, &mut candidates);
        }
    }
    let text = |index: usize| candidates.get(index).map_or("", |it| it.text.as_str());
    let mut suggestions = Vec::new();
    let mut group: Vec<&Candidate> = Vec::new();
    for index in order(candidates.len(), &|one, other| text(one).cmp(text(other))) {
        if group.last().is_none_or(|last| last.text != text(index)) {
            add_suggestion(&group, &mut suggestions);
            group.clear();
        }
        if let Some(candidate) = candidates.get(index) {
            group.push(candidate);
        }
    }
    add_suggestion(&group, &mut suggestions);
    suggestions
}

/// Adds each pattern with a star in place of one segment. The first segment is the namespace: a pattern without it
/// would reach across all of them.
fn add_patterns<'a>(entry: &'a Entry, candidates: &mut Vec<Candidate<'a>>) {
    let resource = Resource::of(&entry.resource);
    if resource.path.starts_with("*:") {
        return;
    }
    for place in 1..MAX_SEGMENTS {
        let mut path = String::new();
        let mut is_new = false;
        for (index, part) in split(resource.path, b':').enumerate() {
            if index > 0 {
                path.push(':');
            }
            let is_replaced = index == place && part != "*";
            is_new |= is_replaced;
            path.push_str(if is_replaced { "*" } else { part });
        }
        if is_new {
            let pattern = resource.text_of(&path);
            candidates.push(Candidate {
                text: text_of(&pattern, entry.operations),
                pattern,
                entry,
            });
        }
    }
}

/// Adds what a pattern saves in place of the entries of a group, if those are several.
fn add_suggestion(group: &[&Candidate<'_>], to: &mut Vec<PatternSuggestion>) {
    let [first, _, ..] = group else {
        return;
    };
    let (pattern, operations) = (first.pattern.as_str(), first.entry.operations);
    let mut before = 0;
    let mut replaces = Vec::new();
    for candidate in group {
        replaces.push(candidate.entry.resource.clone());
        before += text_of(&candidate.entry.resource, operations).len() - 1;
    }
    // If the capability has the pattern with other operations, it saves more: the two become one entry.
    let saved_bytes = before.saturating_sub(first.text.len() - 1);
    let mut names = Vec::new();
    for operation in operations.iter() {
        names.push(operation.name());
    }
    let count = number(replaces.len() as u64);
    let texts = [&joined(&names, ", "), pattern, &count];
    let form = "{} on everything that {} covers, not only on the {} resources that it replaces";
    let mut newly_allows = fill(form, &texts);
    if let Some(beginning) = pattern.strip_suffix(":*") {
        let more = "; that includes {} itself and names with further segments";
        newly_allows.push_str(&fill(more, &[beginning]));
    }
    to.push(PatternSuggestion {
        pattern: pattern.to_owned(),
        operations,
        replaces,
        saved_bytes,
        newly_allows,
    });
}

/// The text of a capability with one entry.
fn text_of(resource: &str, operations: Operations) -> String {
    let mut text = String::new();
    let entry = Entry {
        resource: resource.to_owned(),
        operations,
        unknown: Vec::new(),
    };
    super::write_text(&[entry], &mut text);
    text
}
