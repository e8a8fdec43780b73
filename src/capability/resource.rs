//! Resource names and patterns: `[qualifier]segment:segment:*`.
//!
//! Sources: <https://ably.com/docs/auth/capabilities> for wildcards, and ably-server's capability
//! tests for cases that page leaves open.

use crate::steps::steps;
use crate::text::{concat, fill, find, joined, quoted, split};

/// A resource, split into its type and its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Resource<'a> {
    /// The qualifier in brackets, up to the first `=` or `?`. Empty for an ordinary channel.
    pub(crate) kind: &'a str,
    /// Channel parameters, as in `[?rewind=1]foo`. They have no effect in a capability.
    pub(crate) parameters: &'a str,
    /// Everything after the brackets.
    pub(crate) path: &'a str,
}

impl<'a> Resource<'a> {
    /// Splits a resource name. An unclosed bracket is part of a literal name.
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

    /// Whether the qualifier is `[*]`: resources of every type, including channels.
    pub(crate) fn is_any_kind(&self) -> bool {
        self.kind == "*"
    }

    /// Formats a resource of this type with another path.
    pub(crate) fn text_of(&self, path: &str) -> String {
        let [open, close] = if self.kind.is_empty() {
            ["", ""]
        } else {
            ["[", "]"]
        };
        concat(&[open, self.kind, close, path])
    }

    /// Whether this is every channel (`*`) or every resource (`[*]*`).
    pub(crate) fn is_app_wide(&self) -> bool {
        self.path == "*" && (self.kind.is_empty() || self.is_any_kind())
    }

    /// Whether the path of this pattern covers `path`, ignoring types.
    ///
    /// A final `*` matches any number of segments, including none; any other `*` matches exactly
    /// one.
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

    /// Whether this pattern covers `resource`.
    pub(crate) fn covers(&self, resource: &Resource<'_>) -> bool {
        self.kind_covers(resource.kind) && self.path_covers(resource.path)
    }

    /// Returns the pattern for everything that both cover, as Ably computes it, or `None` if they
    /// have nothing in common.
    ///
    /// If the lengths differ, the shorter one must end in `*`. So `foo:*` and `foo` have no
    /// intersection, although `foo:*` covers the channel `foo`.
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

/// A quick, incomplete check: true only if the pattern is a prefix and a star, such as `a:b:*`, and covers all that
/// `resource` covers, so that their intersection is `resource`.
pub(super) fn covers_by_prefix(pattern: &str, resource: &str) -> bool {
    pattern.strip_suffix('*').is_some_and(|stem| {
        (stem.is_empty() || stem.ends_with(':'))
            && resource.starts_with(stem)
            && find(stem, b'*').is_none()
            && !resource.starts_with('[')
    })
}

/// Where a diagnostic finds an entry.
pub(super) fn path_of(resource: &str) -> String {
    fill("capability[{}]", &[&quoted(resource)])
}

/// Whether two paths have an intersection. Checked first, because most pairs have none.
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

/// The number of segments of a path.
pub(super) fn segments(path: &str) -> usize {
    split(path, b':').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    #[test]
    fn a_pattern_covers_what_has_its_beginning() {
        for (pattern, resource) in [
            ("*", "a:*:b"),
            ("a:*", "a:"),
            ("a:*", "a:*"),
            ("a:b:*", "a:b:c*"),
        ] {
            assert!(covers_by_prefix(pattern, resource), "{pattern} {resource}");
        }
        for (pattern, resource) in [
            ("a:*", "a"),
            ("a*", "ab"),
            ("*:*", "*:a"),
            ("*", "[meta]a"),
            ("a", "a"),
        ] {
            assert!(!covers_by_prefix(pattern, resource), "{pattern} {resource}");
        }
    }

    proptest! {
        // Failures print their input, so no regression file is written to the source tree.
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_pattern_that_covers_by_prefix_leaves_the_resource_as_it_is(
            pattern in "(\\[[*m]\\])?[ab*:]{0,5}",
            resource in "(\\[[*m]\\])?[ab*:]{0,7}",
        ) {
            if covers_by_prefix(&pattern, &resource) {
                let left = Resource::of(&pattern).intersect(&Resource::of(&resource));
                prop_assert_eq!(left.as_deref(), Some(&*resource));
            }
        }
    }
}
