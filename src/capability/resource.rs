//! Resource names and patterns: `[qualifier]segment:segment:*`.
//!
//! Sources: <https://ably.com/docs/auth/capabilities> (wildcards), and ably-server's capability
//! tests for what the page leaves open.

use crate::steps::steps;
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

/// Whether two paths meet: looked at first, for of all pairs hardly any does.
fn paths_meet(one: &str, other: &str) -> bool {
    let (mut ones, mut others) = (split(one, b':'), split(other, b':'));
    loop {
        steps(1);
        match (ones.next(), others.next()) {
            (Some("*"), Some(_)) if ones.is_done() => return true,
            (Some(_), Some("*")) if others.is_done() => return true,
            (Some(segment), Some(other)) if segment == other => {}
            (Some("*"), Some(_)) | (Some(_), Some("*")) => {}
            (one, other) => return one.is_none() && other.is_none(),
        }
    }
}

fn intersect_paths(one: &str, other: &str) -> Option<String> {
    if !paths_meet(one, other) {
        return None;
    }
    let (ones, others) = (segments(one), segments(other));
    let (short, long) = if ones <= others {
        (one, other)
    } else {
        (other, one)
    };
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
        met.push(if segment == "*" { other } else { segment });
    }
    Some(joined(&met, ":"))
}

/// How many segments a path has.
pub(super) fn segments(path: &str) -> usize {
    split(path, b':').count()
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
