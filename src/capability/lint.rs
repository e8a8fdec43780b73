//! Finds every problem of a capability, each with its place, a message and the likely intent.

use super::intersect::{Met, Narrowing, pooled};
use super::operation::Remark;
use super::parse::{self, EntryProblem, ParseFailure, RawEntry};
use super::product_lint::product_diagnostics;
use super::resource::path_of;
use super::resource_lint::resource_diagnostics;
use super::{Capability, Operation, Operations, Resource};
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::Result;
use crate::json::repeated;
use crate::text::{fill, number, quoted};
use Severity::{Error, Info, Warning};

/// Maximum number of unknown operations for which a suggestion is computed. Readers don't look at
/// more at once, and each suggestion costs as much as reading hundreds of characters.
const MAX_GUESSES: usize = 8;

/// The result of [`Capability::check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The capability, if it could be read at all.
    pub capability: Option<Capability>,
    /// Every problem, in text order.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Whether a token can be issued with this capability.
    pub fn is_ok(&self) -> bool {
        self.diagnostics
            .iter()
            .all(|diagnostic| diagnostic.severity != Error)
    }
}

/// What is known about the token that will carry the capability.
#[derive(Debug, Clone, Copy, Default)]
pub struct CheckContext<'a> {
    /// Whether the token will have no client id.
    pub unidentified: bool,
    /// What the key may do: a token is never allowed more.
    pub key_capability: Option<&'a Capability>,
}

pub(super) fn check(text: &str, context: &CheckContext<'_>) -> Report {
    let mut diagnostics = Vec::new();
    let entries = match parse::read(text) {
        Ok(entries) => entries,
        Err(ParseFailure(code, error)) => {
            let path = error.path().unwrap_or_default();
            diagnostics.push(Diagnostic::new(Error, code, path, &error.text()));
            return Report {
                capability: None,
                diagnostics,
            };
        }
    };
    let readable = errors(&entries, &mut diagnostics, Some(context));
    let capability = readable.then(|| Capability::from_raw_entries(entries));
    if let Some(capability) = &capability {
        product_diagnostics(capability, context.unidentified, &mut diagnostics);
        if let Some(key) = context.key_capability {
            narrowing(capability, key, &mut diagnostics);
        }
    }
    Report {
        capability,
        diagnostics,
    }
}

/// Adds every error of the entries and, given a context, every warning. Returns whether the entries
/// can be read.
fn errors(
    entries: &[RawEntry],
    diagnostics: &mut Vec<Diagnostic>,
    context: Option<&CheckContext<'_>>,
) -> bool {
    if entries.is_empty() {
        let message = "the capability grants nothing: it names no resource";
        diagnostics.push(Diagnostic::new(
            Error,
            "no-resources",
            "capability",
            message,
        ));
    }
    let duplicates = duplicates(entries);
    let mut readable = duplicates.is_empty();
    let mut is_duplicate = vec![false; entries.len()];
    for index in duplicates {
        if let Some(place) = is_duplicate.get_mut(index) {
            *place = true;
        }
    }
    let mut guesses = MAX_GUESSES;
    for (entry, is_duplicate) in entries.iter().zip(is_duplicate) {
        if is_duplicate {
            add_duplicate(entry, diagnostics);
        }
        if entry.resource.is_empty() {
            let says = "has an empty name, which no channel has";
            let kind = (Error, "empty-resource");
            Diagnostic::add(diagnostics, kind, &path_of(""), says, "", None);
        }
        if let Some(context) = context {
            resource_diagnostics(&entry.resource, diagnostics);
            list_errors(entry, &mut guesses, diagnostics);
            operation_diagnostics(&entry.resource, entry.operations, context, diagnostics);
        } else {
            list_errors(entry, &mut guesses, diagnostics);
        }
        readable &= is_readable(entry);
    }
    readable
}

/// Fails with the first problem that prevents the capability from being issued.
pub(super) fn first_error(entries: &[RawEntry]) -> Result<()> {
    let mut diagnostics = Vec::new();
    errors(entries, &mut diagnostics, None);
    first_of(&diagnostics, &|diagnostic| diagnostic.severity == Error)
}

/// Lists the parts of an issuable capability that don't do what they appear to do.
pub(super) fn warnings(capability: &Capability, context: &CheckContext<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for entry in capability.entries() {
        resource_diagnostics(&entry.resource, &mut diagnostics);
        operation_diagnostics(&entry.resource, entry.operations, context, &mut diagnostics);
    }
    product_diagnostics(capability, context.unidentified, &mut diagnostics);
    if let Some(key) = context.key_capability {
        narrowing(capability, key, &mut diagnostics);
    }
    Diagnostic::retain(&mut diagnostics, &|it| it.severity == Warning);
    diagnostics
}

/// Fails with the first problem that prevents the capability from being read at all.
pub(super) fn first_unreadable(entries: &[RawEntry]) -> Result<()> {
    let mut diagnostics = Vec::new();
    for index in duplicates(entries) {
        if let Some(entry) = entries.get(index) {
            add_duplicate(entry, &mut diagnostics);
        }
    }
    for entry in entries {
        if !is_readable(entry) {
            // Unknown operations don't prevent reading, so no suggestions are computed.
            list_errors(entry, &mut 0, &mut diagnostics);
        }
    }
    first_of(&diagnostics, &|diagnostic| {
        matches!(
            diagnostic.code,
            "duplicate-resource" | "not-a-list" | "not-text"
        )
    })
}

/// Fails with the first diagnostic that `counts`, and says how many more there are.
fn first_of(diagnostics: &[Diagnostic], counts: &dyn Fn(&Diagnostic) -> bool) -> Result<()> {
    let mut first = None;
    let mut more = 0;
    for diagnostic in diagnostics {
        if counts(diagnostic) {
            match first {
                None => first = Some(diagnostic),
                Some(_) => more += 1,
            }
        }
    }
    match first {
        Some(first) => Err(first.to_error(more)),
        None => Ok(()),
    }
}

/// The indexes of resources that were already listed.
fn duplicates(entries: &[RawEntry]) -> Vec<usize> {
    repeated(entries.len(), &|index| {
        entries.get(index).map_or("", |entry| &entry.resource)
    })
}

fn is_readable(entry: &RawEntry) -> bool {
    entry
        .problems
        .iter()
        .all(|problem| matches!(problem, EntryProblem::Repeated(..)))
}

fn add_duplicate(entry: &RawEntry, diagnostics: &mut Vec<Diagnostic>) {
    let path = path_of(&entry.resource);
    let says = "is listed twice, and only one of the two would count";
    Diagnostic::add(
        diagnostics,
        (Error, "duplicate-resource"),
        &path,
        says,
        "",
        None,
    );
}

fn item_of(path: &str, index: usize) -> String {
    fill("{}[{}]", &[path, &number(index as u64)])
}

/// Adds the problems of one list. `guesses` is the number of suggestions that may still be
/// computed.
fn list_errors(entry: &RawEntry, guesses: &mut usize, diagnostics: &mut Vec<Diagnostic>) {
    let is_empty = entry.len == 0 && entry.problems.is_empty();
    let star_with_others =
        entry.operations.is_all() && entry.operations.len() + entry.unknown.len() > 1;
    if !is_empty && !star_with_others && entry.unknown.is_empty() && entry.problems.is_empty() {
        return;
    }
    let path = path_of(&entry.resource);
    if is_empty {
        let says = "is an empty list, which Ably refuses; leave the resource out to grant nothing";
        Diagnostic::add(diagnostics, (Error, "no-operations"), &path, says, "", None);
    }
    if star_with_others {
        let says = "has \"*\" alongside other operations, which Ably refuses; \"*\" alone means every operation";
        let kind = (Error, "star-with-others");
        Diagnostic::add(diagnostics, kind, &path, says, "", Some("[\"*\"]"));
    }
    for (index, name) in entry.unknown_at.iter().zip(&entry.unknown) {
        let path = item_of(&path, *index);
        let says = "is the unknown operation {}";
        let kind = (Error, "unknown-operation");
        let may_guess = *guesses > 0;
        *guesses = guesses.saturating_sub(1);
        let meant = may_guess.then(|| Operation::meant_by(name)).flatten();
        Diagnostic::add(diagnostics, kind, &path, says, &quoted(name), meant);
    }
    for problem in &entry.problems {
        match problem {
            EntryProblem::NotAList(found, text) => {
                let says = "is {}, not a list of operations";
                let known = text
                    .as_ref()
                    .filter(|text| Operation::named(text).is_some());
                let meant = known.map(|text| fill("[{}]", &[&quoted(text)]));
                let kind = (Error, "not-a-list");
                Diagnostic::add(diagnostics, kind, &path, says, found, meant.as_deref());
            }
            EntryProblem::NotText(index, found) => {
                let path = item_of(&path, *index);
                let says = "is {}, not the name of an operation";
                Diagnostic::add(diagnostics, (Error, "not-text"), &path, says, found, None);
            }
            EntryProblem::Repeated(index, name) => {
                let path = item_of(&path, *index);
                let kind = (Warning, "duplicate-operation");
                Diagnostic::add(diagnostics, kind, &path, "repeats {}", &quoted(name), None);
            }
        }
    }
}

/// Adds warnings about operations that have no effect on this resource.
fn operation_diagnostics(
    text: &str,
    operations: Operations,
    context: &CheckContext<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let app_wide = Resource::of(text).is_app_wide();
    for operation in operations.iter() {
        let (kind, says) = match operation.remark() {
            Remark::Undocumented => (
                (Warning, "undocumented-operation"),
                "has {}, which is known to Ably's servers but not documented: it may change or be removed",
            ),
            Remark::AppWide if !app_wide => (
                (Warning, "stats-needs-star"),
                "has {}, which has no effect here: statistics belong to the whole app, so put it on \"*\" or \"[*]*\"",
            ),
            Remark::Lists if !app_wide => (
                (Info, "listing-needs-star"),
                "has {}, which gives the status of these channels; to list channels, it must be on \"*\"",
            ),
            Remark::NeedsClient if context.unidentified => (
                (Warning, "needs-client-id"),
                "has {}, which has no effect for a token without a client id",
            ),
            _ => continue,
        };
        let name = quoted(operation.name());
        Diagnostic::add(diagnostics, kind, &path_of(text), says, &name, None);
    }
}

/// Adds warnings about entries that the key narrows.
fn narrowing(capability: &Capability, key: &Capability, diagnostics: &mut Vec<Diagnostic>) {
    let mut left = capability.entries().is_empty();
    let mut narrowing = Narrowing::by(key);
    for entry in capability.entries() {
        let path = path_of(&entry.resource);
        let mut met = Met::new();
        if let Err(error) = narrowing.add(entry, &mut met) {
            diagnostics.push(Diagnostic::new(
                Error,
                "too-large",
                "capability",
                &error.text(),
            ));
            return;
        }
        if met.is_empty() {
            let (code, says, key) = match narrowing.may_meet(entry) {
                Some(key) => {
                    let says = "may be outside the key's capability: Ably does not document whether it meets the key's {}";
                    ("key-intersection", says, quoted(key))
                }
                None => {
                    let says = "is outside the key's capability, so none of it is granted";
                    ("outside-key", says, String::new())
                }
            };
            Diagnostic::add(diagnostics, (Warning, code), &path, says, &key, None);
            continue;
        }
        left = true;
        let alone = Capability::of(vec![entry.clone()]);
        let kept = pooled(met);
        if kept != alone {
            let says = "is narrowed by the key's capability to {}";
            let kind = (Info, "narrowed-by-key");
            Diagnostic::add(diagnostics, kind, &path, says, kept.text(), None);
        }
    }
    if !left {
        let message = "the key grants none of the requested capability (40160)";
        diagnostics.push(Diagnostic::new(
            Error,
            "nothing-left",
            "capability",
            message,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likely_name_is_looked_for_as_often_as_somebody_may_read_it() {
        let many = r#""publsh1","publsh2","publsh3","publsh4","publsh5""#;
        let text = format!(r#"{{"a":[{many}],"b":[{many}]}}"#);
        let report = check(&text, &CheckContext::default());
        let suggestions = report
            .diagnostics
            .iter()
            .map(|diagnostic| diagnostic.suggestion.as_deref());
        let wanted = (0..10).map(|place| (place < MAX_GUESSES).then_some("publish"));
        assert!(suggestions.eq(wanted), "{:?}", report.diagnostics);
    }

    #[test]
    fn a_key_that_cannot_be_compared_with_it_takes_nothing_away() {
        let capability = |letter: char| {
            let entry = |index| format!(r#""*:{letter}{index}":["publish"]"#);
            format!("{{{}}}", (0..501).map(entry).collect::<Vec<_>>().join(","))
        };
        let key = Capability::read(&capability('a')).unwrap();
        let context = CheckContext {
            key_capability: Some(&key),
            ..CheckContext::default()
        };
        let report = check(&capability('b'), &context);
        assert!(!report.is_ok());
        let last = report
            .diagnostics
            .last()
            .map(|diagnostic| (diagnostic.code, diagnostic.path.as_str()));
        assert_eq!(last, Some(("too-large", "capability")));
    }
}
