//! Which entry comes closest to granting an operation, and why it does not.

use super::resource::segments;
use super::resource_lint::literal_star;
use super::{Capability, Entry, Operation, Resource};
use crate::steps::steps;
use crate::text::{fill, find_text, joined, split};

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

impl Because {
    pub(super) fn of(entry: &Entry, reason: String, suggestion: Option<String>) -> Because {
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

/// Makes an empty name visible.
pub(super) fn shown(name: &str) -> &str {
    if name.is_empty() { "\"\"" } else { name }
}

/// Why an entry grants operations on a resource that it covers, or that it `may` reach.
pub(super) fn reason_of(entry: &Entry, operations: &str, name: &str, may: bool) -> String {
    let matches = match (may, entry.resource == name) {
        (true, _) => "` may reach it, and grants ",
        (false, true) => "` grants ",
        (false, false) => "` matches and grants ",
    };
    let by = match entry.operations.is_all() {
        true => "every operation",
        false => operations,
    };
    fill("`{}{}{}", &[&entry.resource, matches, by])
}

/// The entry that would need the smallest change to grant the request.
pub(super) fn nearest_miss(
    capability: &Capability,
    operation: &str,
    resource: &str,
) -> Option<Because> {
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

/// A miss whose reason is `form` filled with `texts`, and the resource that would match.
fn missed(
    near: u32,
    form: &'static str,
    texts: &[&str],
    suggestion: Option<String>,
) -> Option<Miss> {
    let mut reason = fill(form, texts);
    if let Some(resource) = &suggestion {
        reason.push_str(&fill("; `{}` would match", &[resource]));
    }
    Some(Miss {
        near,
        reason,
        suggestion,
    })
}

/// The narrowest resource that grants what was asked, and nothing else. Never a pattern that nobody
/// asked for: whoever follows a suggestion must not give away more than the question was about.
fn narrowest(operation: &str, asked: &Resource<'_>) -> Option<String> {
    let known = Operation::named(operation)?;
    let wanted = match asked.is_app_wide() {
        true => known.is_for_whole_app() && asked.kind.is_empty(),
        false => !asked.path.is_empty(),
    };
    wanted.then(|| asked.text_of(asked.path))
}

fn miss(entry: &Entry, operation: &str, resource: &str, asked: &Resource<'_>) -> Option<Miss> {
    let name = entry.resource.as_str();
    let pattern = Resource::of(name);
    let meant = narrowest(operation, asked);
    if super::product::covers(name, asked) {
        let mut miss = match joined(&entry.names(), ", ") {
            names if names.is_empty() => {
                missed(MATCHES, "`{}` matches but grants nothing", &[name], None)
            }
            names => {
                let texts = [name, &names, shown(operation)];
                missed(MATCHES, "`{}` matches but grants {}, not {}", &texts, None)
            }
        }?;
        miss.suggestion = match asked.text_of(asked.path) == name {
            true => Operation::named(operation).map(|known| known.name().to_owned()),
            false => meant,
        };
        return Some(miss);
    }
    if let Some(repaired) = literal_star(&pattern) {
        if let Some(repaired) = repaired
            && Resource::of(&repaired).covers(asked)
        {
            return missed(8, "`{}` is a literal channel name", &[name], Some(repaired));
        }
        if asked.path.len() <= MAX_GUESSED_BYTES && glob(pattern.path, asked.path) {
            let form = "`{}` is a literal channel name: a star is a wildcard only as a whole segment between colons";
            return missed(7, form, &[name], None);
        }
    }
    if pattern.path_covers(asked.path) {
        let form = match asked.kind {
            "" => "`{}` covers no ordinary channels{}",
            _ => "`{}` covers no [{}] resources",
        };
        return missed(6, form, &[name, asked.kind], meant);
    }
    if !pattern.kind_covers(asked.kind) {
        return None;
    }
    if name.eq_ignore_ascii_case(resource) {
        let form = "`{}` differs in case, and names are case-sensitive";
        let mut miss = missed(6, form, &[name], None)?;
        miss.suggestion = meant;
        return Some(miss);
    }
    if asked.is_app_wide() {
        return missed(2, "`{}` is not the whole app", &[name], meant);
    }
    below(&pattern, asked, name, meant)
}

/// Explains a mismatch in depth: one name is above the other, or an inner star has the wrong number
/// of segments to match.
fn below(
    pattern: &Resource<'_>,
    asked: &Resource<'_>,
    name: &str,
    meant: Option<String>,
) -> Option<Miss> {
    let under = |above: &str, path: &str| {
        path.strip_prefix(above)
            .is_some_and(|rest| rest.starts_with(':'))
    };
    if under(pattern.path, asked.path) {
        let form = "`{}` is one channel, without those below it";
        return missed(5, form, &[name], meant);
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
