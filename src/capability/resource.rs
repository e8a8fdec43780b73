//! Resource names and patterns: `[qualifier]segment:segment:*`.
//!
//! Sources: <https://ably.com/docs/auth/capabilities> (wildcards), and ably-server's capability
//! tests for what the page leaves open.

use crate::text::joined;

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
        let Some((inside, path)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        else {
            return Resource {
                kind: "",
                parameters: "",
                path: text,
            };
        };
        let end = inside.find(['=', '?']).unwrap_or(inside.len());
        let (kind, parameters) = inside.split_at_checked(end).unwrap_or_default();
        Resource {
            kind,
            parameters,
            path,
        }
    }

    /// The qualifier `[*]`: resources of every type, channels included.
    pub(crate) fn is_any_kind(&self) -> bool {
        self.kind == "*"
    }

    /// The text of a resource of this type with that path.
    pub(crate) fn text_of(&self, path: &str) -> String {
        if self.kind.is_empty() {
            path.to_owned()
        } else {
            format!("[{}]{path}", self.kind)
        }
    }

    /// Every channel (`*`), or every resource (`[*]*`).
    pub(crate) fn is_app_wide(&self) -> bool {
        self.path == "*" && (self.kind.is_empty() || self.is_any_kind())
    }

    /// Whether this pattern, its type aside, covers that path.
    ///
    /// A final `*` stands for any number of segments, none included; any other `*` for exactly one.
    pub(crate) fn path_covers(&self, path: &str) -> bool {
        let mut pattern = self.path.split(':').peekable();
        let mut segments = path.split(':');
        while let Some(wanted) = pattern.next() {
            if wanted == "*" && pattern.peek().is_none() {
                return true;
            }
            match segments.next() {
                Some(found) if wanted == "*" || wanted == found => {}
                _ => return false,
            }
        }
        segments.next().is_none()
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
        Some(if kind.is_empty() {
            path
        } else {
            format!("[{kind}]{path}")
        })
    }
}

fn intersect_paths(one: &str, other: &str) -> Option<String> {
    let count = |path: &str| path.split(':').count();
    let (short, long) = if count(one) <= count(other) {
        (one, other)
    } else {
        (other, one)
    };
    if count(short) != count(long) && !ends_in_star(short) {
        return None;
    }
    let mut met: Vec<&str> = Vec::new();
    let mut rest = long.split(':');
    let mut segments = short.split(':').peekable();
    while let Some(segment) = segments.next() {
        if segment == "*" && segments.peek().is_none() {
            met.extend(rest.by_ref());
            break;
        }
        met.push(match (segment, rest.next()?) {
            (one, other) if one == other => one,
            ("*", other) => other,
            (one, "*") => one,
            _ => return None,
        });
    }
    Some(joined(met, ":"))
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
