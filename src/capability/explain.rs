//! Explains why an operation is allowed, or which entry came closest and why it does not apply.

use super::resource::segments;
use super::resource_lint::literal_star;
use super::{Capability, Entry, Operation, Resource};
use crate::steps::steps;
use crate::text::{fill, find_text, joined, split};

/// The result of [`Capability::explain`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Whether the operation is allowed.
    pub allowed: bool,
    /// The operation, as given.
    pub operation: String,
    /// The resource, as given.
    pub resource: String,
    /// If allowed, every entry that grants the operation. Otherwise the entry that came closest, if
    /// any.
    pub because: Vec<Because>,
    /// The whole explanation in one sentence.
    pub message: String,
}

/// One entry and its part in the explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    /// The entry's resource, as written.
    pub entry: String,
    /// The entry's operations in canonical order.
    pub operations: Vec<String>,
    /// Why the entry grants the operation, or why it does not.
    pub reason: String,
    /// A resource or operation that would have granted the request.
    pub suggestion: Option<String>,
}

pub(super) fn explain(capability: &Capability, operation: &str, resource: &str) -> Explanation {
    let asked = Resource::of(resource);
    let mut because = Vec::new();
    for entry in capability.entries() {
        if entry.operations.grants(operation) && entry.covers(&asked) {
            let reason = granting(entry, operation, resource);
            because.push(Because::of(entry, reason, None));
        }
    }
    let allowed = !because.is_empty();
    if !allowed && let Some(miss) = nearest_miss(capability, operation, resource) {
        because.push(miss);
    }
    let reason = match because.first() {
        Some(first) => first.reason.as_str(),
        None if capability.entries().is_empty() => "the capability grants nothing",
        None => "no entry matches",
    };
    let verdict = if allowed { "allowed" } else { "not allowed" };
    let texts = [shown(operation), shown(resource), verdict, reason];
    let mut message = fill("{} on {} is {}: {}", &texts);
    if Operation::is_app_wide(operation) && allowed && !asked.is_app_wide() {
        message.push_str(" (but statistics belong to the whole app: ask for `*`)");
    }
    if Operation::named(operation).is_none() {
        message.push_str(" (unknown operation ");
        message.push_str(shown(operation));
        if let Some(meant) = Operation::meant_by(operation) {
            message.push_str(&fill("; did you mean {}?", &[meant]));
        }
        message.push(')');
    }
    Explanation {
        allowed,
        message,
        operation: operation.to_owned(),
        resource: resource.to_owned(),
        because,
    }
}

/// Makes an empty name visible.
fn shown(name: &str) -> &str {
    if name.is_empty() { "\"\"" } else { name }
}

impl Because {
    fn of(entry: &Entry, reason: String, suggestion: Option<String>) -> Because {
        let mut operations = Vec::new();
        for name in entry.names() {
            operations.push(name.to_owned());
        }
        Because {
            entry: entry.resource.clone(),
            operations,
            reason,
            suggestion,
        }
    }
}

fn granting(entry: &Entry, operation: &str, resource: &str) -> String {
    let matches = if entry.resource == resource {
        "` grants "
    } else {
        "` matches and grants "
    };
    let by = if entry.operations.is_all() {
        "every operation"
    } else {
        operation
    };
    fill("`{}{}{}", &[&entry.resource, matches, by])
}

/// The entry that would need the smallest change to grant the request.
fn nearest_miss(capability: &Capability, operation: &str, resource: &str) -> Option<Because> {
    // The name is copied into a reason for every entry, and all but one of them are dropped.
    let operation = match operation.len() {
        ..=MAX_SHOWN_BYTES => operation,
        _ => "…",
    };
    let asked = Resource::of(resource);
    let mut nearest: Option<(u32, Because)> = None;
    for entry in capability.entries() {
        let Some(mut miss) = miss(entry, operation, resource, &asked) else {
            continue;
        };
        let granted = entry.operations.grants(operation);
        // Among entries that come equally close, prefer the most specific one.
        let mut near = (miss.near + if granted { 10 } else { 0 }) << 24;
        for segment in split(&entry.resource, b':') {
            near += u32::from(segment != "*");
        }
        if nearest.as_ref().is_none_or(|(best, _)| near > *best) {
            if !granted && miss.near < MATCHES {
                miss.reason.push_str(", but it does not grant ");
                miss.reason.push_str(operation);
            }
            let because = Because::of(entry, miss.reason, miss.suggestion);
            nearest = Some((near, because));
        }
    }
    nearest.map(|(_, because)| because)
}

/// An entry that does not grant the request.
struct Miss {
    /// How close the entry comes; higher is closer.
    near: u32,
    /// Why the entry does not apply.
    reason: String,
    /// A change that would make it apply.
    suggestion: Option<String>,
}

/// Closeness of an entry that only lacks the operation.
const MATCHES: u32 = 9;

/// Maximum length of a resource name for which a suggestion is sought. No channel name is longer,
/// and the search reads the whole name for every entry.
const MAX_GUESSED_BYTES: usize = 2_048;
/// Maximum length of an operation name in a message. No real operation name is longer.
const MAX_SHOWN_BYTES: usize = 100;

/// A miss whose reason is `form` filled with `texts`.
fn missed(near: u32, form: &'static str, texts: &[&str], suggestion: Option<&str>) -> Option<Miss> {
    Some(Miss {
        near,
        reason: fill(form, texts),
        suggestion: suggestion.map(str::to_owned),
    })
}

fn miss(entry: &Entry, operation: &str, resource: &str, asked: &Resource<'_>) -> Option<Miss> {
    let name = entry.resource.as_str();
    let pattern = Resource::of(name);
    if pattern.covers(asked) {
        let meant = Operation::named(operation).map(Operation::name);
        let names = entry.names();
        if names.is_empty() {
            return missed(MATCHES, "`{}` matches but grants nothing", &[name], meant);
        }
        let texts = [name, &joined(&names, ", "), shown(operation)];
        return missed(MATCHES, "`{}` matches but grants {}, not {}", &texts, meant);
    }
    if let Some(meant) = literal_star(&pattern) {
        if let Some(meant) = meant
            && Resource::of(&meant).covers(asked)
        {
            let form = "`{}` is a literal channel name; `{}` would match";
            return missed(8, form, &[name, &meant], Some(&meant));
        }
        if asked.path.len() <= MAX_GUESSED_BYTES && glob(pattern.path, asked.path) {
            let form = "`{}` is a literal channel name: a star is a wildcard only as a whole segment between colons";
            return missed(7, form, &[name], None);
        }
    }
    if pattern.path_covers(asked.path) {
        let meant = asked.text_of(pattern.path);
        let form = match asked.kind {
            "" => "`{}` covers no ordinary channels{}; `{}` would match",
            _ => "`{}` covers no [{}] resources; `{}` would match",
        };
        return missed(6, form, &[name, asked.kind, &meant], Some(&meant));
    }
    if !pattern.kind_covers(asked.kind) {
        return None;
    }
    if name.eq_ignore_ascii_case(resource) {
        let form = "`{}` differs in case, and names are case-sensitive";
        return missed(6, form, &[name], Some(resource));
    }
    if asked.is_app_wide() {
        let form = "`{}` is not the whole app; `{}` would match";
        return missed(2, form, &[name, resource], Some(resource));
    }
    below(&pattern, asked, name)
}

/// Explains a mismatch in depth: one name is above the other, or an inner star has the wrong number
/// of segments to match.
fn below(pattern: &Resource<'_>, asked: &Resource<'_>, name: &str) -> Option<Miss> {
    let under = |above: &str, path: &str| {
        path.strip_prefix(above)
            .is_some_and(|rest| rest.starts_with(':'))
    };
    if under(pattern.path, asked.path) {
        let meant = fill("{}:*", &[name]);
        let form = "`{}` is one channel, without those below it; `{}` would match";
        return missed(5, form, &[name, &meant], Some(&meant));
    }
    let mut inner_star = false;
    let mut parts = split(pattern.path, b':');
    while let Some(segment) = parts.next() {
        inner_star |= segment == "*" && !parts.is_done();
    }
    if inner_star
        && asked.path.len() <= MAX_GUESSED_BYTES
        && segments(pattern.path) != segments(asked.path)
        && in_order(pattern, asked)
    {
        let form = "in `{}`, a star that is not last matches exactly one segment";
        return missed(4, form, &[name], None);
    }
    if under(asked.path, pattern.path) {
        return missed(3, "`{}` is below it, not the channel itself", &[name], None);
    }
    None
}

/// Whether the literal segments of the pattern appear in the path in the same order.
fn in_order(pattern: &Resource<'_>, asked: &Resource<'_>) -> bool {
    let mut found = split(asked.path, b':');
    for segment in split(pattern.path, b':') {
        steps(1);
        if segment != "*" && !found.any(|there| there == segment) {
            return false;
        }
    }
    true
}

/// Matches the way the author of `foo*` meant it: a star stands for any run of characters.
fn glob(pattern: &str, text: &str) -> bool {
    steps(pattern.len() + text.len());
    let mut pieces = split(pattern, b'*');
    let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    while let Some(piece) = pieces.next() {
        if pieces.is_done() {
            return rest.ends_with(piece);
        }
        let after = find_text(rest, piece).and_then(|at| rest.get(at + piece.len()..));
        let Some(after) = after else {
            return false;
        };
        rest = after;
    }
    rest.is_empty()
}
