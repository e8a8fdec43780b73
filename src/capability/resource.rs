//! Resource names and patterns: `[qualifier]segment:segment:*`.
//!
//! Sources: <https://ably.com/docs/auth/capabilities> (wildcards), and ably-server's capability
//! tests for what the page leaves open.

use crate::text::{concat, find, joined, split};

/// A resource taken apart: its type and its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Resource<'a> {
    /// What stands in the brackets before the first `=` or `?`: empty for an ordinary channel.
    pub(crate) kind: &'a str,
    /// Channel parameters, as in `[?rewind=1]foo`: they mean nothing here.
    pub(crate) parameters: &'a str,
    /// All after the brackets.
    pub(crate) path: &'a str,
}

impl<'a> Resource<'a> {
    /// An unclosed bracket is part of a literal name.
    pub(crate) fn of(text: &'a str) -> Resource<'a> {
        let mut resource = Resource {
            kind: "",
            parameters: "",
            path: text,
        };
        if !text.starts_with('[') {
            return resource;
        }
        let Some(end) = find(text, b']') else {
            return resource;
        };
        let inside = text.get(1..end).unwrap_or_default();
        let kind_end = inside
            .len()
            .min(find(inside, b'=').unwrap_or(usize::MAX))
            .min(find(inside, b'?').unwrap_or(usize::MAX));
        resource.kind = inside.get(..kind_end).unwrap_or_default();
        resource.parameters = inside.get(kind_end..).unwrap_or_default();
        resource.path = text.get(end + 1..).unwrap_or_default();
        resource
    }

    /// The qualifier `[*]`: resources of every type, channels included.
    pub(crate) fn is_any_kind(&self) -> bool {
        self.kind == "*"
    }

    /// The text of a resource of this type with that path.
    pub(crate) fn text_of(&self, path: &str) -> String {
        let [open, close] = if self.kind.is_empty() {
            ["", ""]
        } else {
            ["[", "]"]
        };
        concat(&[open, self.kind, close, path])
    }

    /// Every channel (`*`), or every resource (`[*]*`).
    pub(crate) fn is_app_wide(&self) -> bool {
        self.path == "*" && (self.kind.is_empty() || self.is_any_kind())
    }

    /// Whether this pattern, its type aside, covers that path.
    ///
    /// A final `*` stands for any number of segments, none included; any other `*` for exactly one.
    pub(crate) fn path_covers(&self, path: &str) -> bool {
        let mut pattern = split(self.path, b':');
        let mut segments = split(path, b':');
        while let Some(wanted) = pattern.next() {
            if wanted == "*" && pattern.is_done() {
                return true;
            }
            match segments.next() {
                Some(found) if wanted == "*" || wanted == found => {}
                _ => return false,
            }
        }
        segments.is_done()
    }

    pub(crate) fn kind_covers(&self, kind: &str) -> bool {
        self.is_any_kind() || self.kind == kind
    }

    /// Whether this pattern covers that resource.
    pub(crate) fn covers(&self, resource: &Resource<'_>) -> bool {
        self.kind_covers(resource.kind) && self.path_covers(resource.path)
    }

    /// How the texts begin of all resources that may meet this one, and of few others: in a sorted list
    /// they need not be looked for one by one. No text has two of these beginnings.
    pub(crate) fn beginnings(&self) -> Vec<String> {
        let mut all = Vec::new();
        let mut add = |parts: &[&str]| all.push(concat(parts));
        if self.is_any_kind() {
            add(&[]);
            return all;
        }
        if self.kind.is_empty() && self.path.starts_with("*") {
            // Whatever stands there; or the literal name of something that begins with a star.
            add(&[]);
            return all;
        }
        add(&["[*"]);
        if !self.kind.starts_with('*') {
            for end in ["]", "?", "="] {
                add(&["[", self.kind, end]);
            }
        }
        if !self.kind.is_empty() {
            return all;
        }
        let mut end = 0;
        for segment in split(self.path, b':') {
            let before = self.path.get(..end).unwrap_or_default();
            if segment == "*" {
                add(&[before]);
                return all;
            }
            add(&[before, "*"]);
            if segment.starts_with('*') {
                return all;
            }
            end += segment.len() + 1;
        }
        add(&[self.path]);
        all
    }

    /// The pattern for what both cover, as Ably works it out; nothing when they do not meet.
    ///
    /// Where the lengths differ, the shorter must end in `*`: so `foo:*` and `foo` do not meet,
    /// although `foo:*` covers the channel `foo`.
    pub(crate) fn intersect(&self, other: &Resource<'_>) -> Option<String> {
        let kind = match (self.is_any_kind(), other.is_any_kind()) {
            (true, _) => other.kind,
            (_, true) => self.kind,
            _ if self.kind == other.kind => self.kind,
            _ => return None,
        };
        let path = intersect_paths(self.path, other.path)?;
        Some(Resource { kind, ..*self }.text_of(&path))
    }
}

fn intersect_paths(one: &str, other: &str) -> Option<String> {
    let (ones, others) = (segments(one), segments(other));
    let (short, long) = if ones <= others {
        (one, other)
    } else {
        (other, one)
    };
    if ones != others && !ends_in_star(short) {
        return None;
    }
    let mut met: Vec<&str> = Vec::new();
    let mut pattern = split(short, b':');
    let mut rest = split(long, b':');
    while let Some(segment) = pattern.next() {
        if segment == "*" && pattern.is_done() {
            if let Some(rest) = rest.rest() {
                met.push(rest);
            }
            break;
        }
        let other = rest.next()?;
        met.push(match segment {
            "*" => other,
            _ if segment == other || other == "*" => segment,
            _ => return None,
        });
    }
    Some(joined(&met, ":"))
}

/// How many segments a path has.
pub(super) fn segments(path: &str) -> usize {
    split(path, b':').count()
}

fn ends_in_star(path: &str) -> bool {
    path == "*" || path.ends_with(":*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_resource_apart() {
        for (text, kind, parameters, path) in [
            ("foo:bar", "", "", "foo:bar"),
            ("[meta]log", "meta", "", "log"),
            ("[*]*", "*", "", "*"),
            ("[?rewind=1]foo", "", "?rewind=1", "foo"),
            ("[meta?x=1]foo", "meta", "?x=1", "foo"),
            ("[foo", "", "", "[foo"),
            ("", "", "", ""),
        ] {
            assert_eq!(
                Resource::of(text),
                Resource {
                    kind,
                    parameters,
                    path
                },
                "{text}"
            );
        }
    }
}
