//! Why an operation is allowed, or which entry came nearest and why it does not count.

use super::report::literal_star;
use super::{Capability, Entry, Operation, Resource};
use crate::text::joined;

/// The answer of [`Capability::explain`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Whether it is allowed.
    pub allowed: bool,
    /// As asked.
    pub operation: String,
    /// As asked.
    pub resource: String,
    /// When allowed, each entry that grants it; otherwise the entry that came nearest, if any.
    pub because: Vec<Because>,
    /// The whole answer in one sentence.
    pub message: String,
}

/// One entry, and what it has to do with the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    /// The entry's resource, as written.
    pub entry: String,
    /// The entry's operations in canonical order.
    pub operations: Vec<String>,
    /// Why it grants, or why it does not.
    pub reason: String,
    /// A resource or operation that would have granted it.
    pub suggestion: Option<String>,
}

pub(super) fn explain(capability: &Capability, operation: &str, resource: &str) -> Explanation {
    let asked = Resource::of(resource);
    let grants: Vec<Because> = capability
        .entries
        .iter()
        .filter(|entry| entry.operations.grants(operation) && entry.covers(&asked))
        .map(|entry| because(entry, granting(entry, operation, resource), None))
        .collect();
    let allowed = !grants.is_empty();
    let because = if allowed {
        grants
    } else {
        nearest_miss(capability, operation, resource)
            .into_iter()
            .collect()
    };
    let reason = match because.first() {
        Some(first) => first.reason.clone(),
        None if capability.entries.is_empty() => "the capability grants nothing".to_owned(),
        None => "no entry comes near".to_owned(),
    };
    let unknown = match Operation::named(operation) {
        None => match Operation::meant_by(operation) {
            Some(meant) => format!(" ({operation} is no operation; did you mean {meant}?)"),
            None => format!(" ({operation} is no operation)"),
        },
        Some(_) => String::new(),
    };
    let verdict = if allowed {
        " is allowed: "
    } else {
        " is not allowed: "
    };
    Explanation {
        allowed,
        message: joined(
            [
                shown(operation),
                " on ",
                shown(resource),
                verdict,
                &reason,
                &unknown,
            ],
            "",
        ),
        operation: operation.to_owned(),
        resource: resource.to_owned(),
        because,
    }
}

/// An empty name must still be seen.
fn shown(name: &str) -> &str {
    if name.is_empty() { "\"\"" } else { name }
}

fn because(entry: &Entry, reason: String, suggestion: Option<String>) -> Because {
    Because {
        entry: entry.resource.clone(),
        operations: entry.names().into_iter().map(str::to_owned).collect(),
        reason,
        suggestion,
    }
}

fn granting(entry: &Entry, operation: &str, resource: &str) -> String {
    let by = if entry.operations.is_all() {
        "every operation"
    } else {
        operation
    };
    if entry.resource == resource {
        format!("`{}` grants {by}", entry.resource)
    } else {
        format!("`{}` matches and grants {by}", entry.resource)
    }
}

/// The entry that would have needed the least change.
fn nearest_miss(capability: &Capability, operation: &str, resource: &str) -> Option<Because> {
    let mut nearest: Option<((u8, usize), Because)> = None;
    for entry in &capability.entries {
        let granted = entry.operations.grants(operation);
        let Some((near, reason, suggestion)) = miss(entry, operation, resource) else {
            continue;
        };
        // Of two that come equally near, the one that says more about the resource.
        let segments = entry
            .resource
            .split(':')
            .filter(|segment| *segment != "*")
            .count();
        let near = (near + if granted { 10 } else { 0 }, segments);
        if nearest.as_ref().is_none_or(|(best, _)| near > *best) {
            let reason = if granted || reason.ends_with(shown(operation)) {
                reason
            } else {
                format!("{reason}, but it does not grant {operation}")
            };
            nearest = Some((near, because(entry, reason, suggestion)));
        }
    }
    nearest.map(|(_, because)| because)
}

/// How near an entry comes (more is nearer), why it does not count, and what would.
fn miss(entry: &Entry, operation: &str, resource: &str) -> Option<(u8, String, Option<String>)> {
    let name = entry.resource.as_str();
    let pattern = Resource::of(name);
    let asked = Resource::of(resource);
    if pattern.covers(&asked) {
        let names = entry.names();
        let list = if names.is_empty() {
            "nothing".to_owned()
        } else {
            joined(names, ", ")
        };
        return Some((
            9,
            format!(
                "`{name}` matches but grants {list}, not {}",
                shown(operation)
            ),
            Operation::named(operation).map(|operation| operation.name().to_owned()),
        ));
    }
    if let Some(meant) = literal_star(&pattern) {
        let matches = |meant: &String| Resource::of(meant).covers(&asked);
        if let Some(meant) = meant.filter(matches) {
            return Some((
                8,
                format!("`{name}` is the literal channel name; `{meant}` would match"),
                Some(meant),
            ));
        }
        if glob(pattern.path, asked.path) {
            return Some((
                7,
                format!(
                    "`{name}` is the literal channel name: a star is a wildcard only as a whole segment between colons"
                ),
                None,
            ));
        }
    }
    if pattern.path_covers(asked.path) {
        let (what, meant) = if asked.kind.is_empty() {
            ("ordinary channels".to_owned(), pattern.path.to_owned())
        } else {
            (
                format!("[{}] resources", asked.kind),
                format!("[{}]{}", asked.kind, pattern.path),
            )
        };
        return Some((
            6,
            format!("`{name}` covers no {what}; `{meant}` would match"),
            Some(meant),
        ));
    }
    if !pattern.kind_covers(asked.kind) {
        return None;
    }
    if name.eq_ignore_ascii_case(resource) {
        return Some((
            6,
            format!("`{name}` differs in upper and lower case, which counts"),
            Some(resource.to_owned()),
        ));
    }
    if asked.path == "*" {
        return Some((
            2,
            format!("`{name}` is not the whole app; `*` would match"),
            Some("*".to_owned()),
        ));
    }
    below(&pattern, &asked, name)
}

/// One is above the other, or an inner star meets the wrong number of segments.
fn below(
    pattern: &Resource<'_>,
    asked: &Resource<'_>,
    name: &str,
) -> Option<(u8, String, Option<String>)> {
    let under = |above: &str, path: &str| {
        path.strip_prefix(above)
            .is_some_and(|rest| rest.starts_with(':'))
    };
    if under(pattern.path, asked.path) {
        let meant = format!("{name}:*");
        return Some((
            5,
            format!("`{name}` is one channel, without those below it; `{meant}` would match"),
            Some(meant),
        ));
    }
    let segments = |path: &str| path.split(':').count();
    let inner_star = pattern
        .path
        .split(':')
        .rev()
        .skip(1)
        .any(|segment| segment == "*")
        || pattern.path.starts_with("*:");
    if inner_star && segments(pattern.path) != segments(asked.path) {
        return Some((
            4,
            format!("in `{name}` each star that is not last stands for exactly one segment"),
            None,
        ));
    }
    if under(asked.path, pattern.path) {
        return Some((
            3,
            format!("`{name}` is below it, not the channel itself"),
            None,
        ));
    }
    None
}

/// What the writer of `foo*` had in mind: a star for any run of characters.
fn glob(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut last = None;
    for piece in pieces {
        last = Some(piece);
        let at =
            (0..=rest.len()).find(|at| rest.get(*at..).is_some_and(|rest| rest.starts_with(piece)));
        match at {
            Some(at) => rest = rest.get(at + piece.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.is_empty() || last == Some("")
}
