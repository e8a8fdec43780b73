//! The entries of a capability, and its canonical text.

use super::{Operations, Resource};
use crate::text::push_quoted;

/// One resource and the operations allowed on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub(super) resource: String,
    pub(super) operations: Operations,
    /// Unknown operation names. They grant nothing but are kept, so that the text is preserved.
    /// Sorted, so that equal capabilities are equal values.
    pub(super) unknown: Vec<String>,
}

impl Entry {
    /// The resource name or pattern, as written.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The known operations.
    pub fn operations(&self) -> Operations {
        self.operations
    }

    /// The names of all operations in canonical order, including unknown ones.
    pub fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        let mut unknown = self.unknown.as_slice();
        for operation in self.operations.iter() {
            while let Some((first, rest)) = unknown.split_first()
                && first.as_str() < operation.name()
            {
                names.push(first.as_str());
                unknown = rest;
            }
            names.push(operation.name());
        }
        for name in unknown {
            names.push(name);
        }
        names
    }

    pub(super) fn covers(&self, resource: &Resource<'_>) -> bool {
        Resource::of(&self.resource).covers(resource)
    }
}

/// Appends the canonical text: resources and operations in byte order, without white space.
pub(super) fn write_text(entries: &[Entry], out: &mut String) {
    out.push('{');
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_quoted(out, &entry.resource);
        out.push_str(":[");
        let mut before = "\"";
        if entry.unknown.is_empty() {
            for operation in entry.operations.iter() {
                out.push_str(before);
                out.push_str(operation.name());
                before = "\",\"";
            }
            out.push_str(if before.len() > 1 { "\"]" } else { "]" });
            continue;
        }
        before = "";
        for name in entry.names() {
            out.push_str(before);
            push_quoted(out, name);
            before = ",";
        }
        out.push(']');
    }
    out.push('}');
}

/// Insertion sort: there are at most a hundred names, and almost always none.
pub(super) fn sort(names: &mut [String]) {
    for end in 1..names.len() {
        let mut at = end;
        while at > 0 && names.get(at) < names.get(at - 1) {
            names.swap(at, at - 1);
            at -= 1;
        }
    }
}
