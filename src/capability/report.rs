//! Every problem of a capability, each with its place, a sentence and what was probably meant.

use super::draft::{self, Draft, Oddity};
use super::issue::{Issue, Severity};
use super::{Capability, Entry, Operation, Operations, Resource};
use crate::error::Result;
use crate::json::repeated;
use crate::nearest::nearest;
use crate::text::{joined, quoted};

/// What [`Capability::check`] finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The capability, when it can be read at all.
    pub capability: Option<Capability>,
    /// Every problem, in the order of the text.
    pub issues: Vec<Issue>,
}

impl Report {
    /// Whether a token can be issued with it.
    pub fn is_ok(&self) -> bool {
        self.issues
            .iter()
            .all(|issue| issue.severity != Severity::Error)
    }
}

/// Who will carry the capability, as far as that is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct CheckContext<'a> {
    /// The token will have no client id.
    pub unidentified: bool,
    /// What the key may do: nothing outside it is ever allowed.
    pub key_capability: Option<&'a Capability>,
}

pub(super) fn check(text: &str, context: &CheckContext<'_>) -> Report {
    let drafts = match draft::read(text) {
        Ok(drafts) => drafts,
        Err(error) => {
            let code = if error.hint().is_some() {
                "not-a-capability"
            } else {
                "too-large"
            };
            let path = error.path().unwrap_or_default().to_owned();
            let issue = Issue::new(Severity::Error, code, path, error.to_string());
            return Report {
                capability: None,
                issues: vec![issue],
            };
        }
    };
    let mut issues = Vec::new();
    if drafts.is_empty() {
        issues.push(grants_nothing());
    }
    let duplicates = duplicates(&drafts);
    for (index, draft) in drafts.iter().enumerate() {
        if duplicates.contains(&index) {
            issues.push(stands_twice(draft));
        }
        resource_errors(draft, &mut issues);
        resource_issues(&draft.resource, &mut issues);
        list_errors(draft, &mut issues);
        operation_issues(&draft.resource, draft.operations, context, &mut issues);
    }
    if let Some(key) = context.key_capability {
        let entries = drafts
            .iter()
            .map(|draft| (draft.resource.as_str(), draft.operations));
        narrowing(entries, key, &mut issues);
    }
    let readable = duplicates.is_empty() && drafts.iter().all(is_readable);
    Report {
        capability: readable.then(|| Capability::from_drafts(drafts)),
        issues,
    }
}

/// The first problem that keeps a capability from being issued.
pub(super) fn first_error(drafts: &[Draft]) -> Result<()> {
    let mut errors = Vec::new();
    if drafts.is_empty() {
        errors.push(grants_nothing());
    }
    let duplicates = duplicates(drafts);
    for (index, draft) in drafts.iter().enumerate() {
        if duplicates.contains(&index) {
            errors.push(stands_twice(draft));
        }
        resource_errors(draft, &mut errors);
        list_errors(draft, &mut errors);
    }
    first_of(
        errors
            .into_iter()
            .filter(|issue| issue.severity == Severity::Error),
    )
}

/// What a capability that can be issued does not do although it seems to.
pub(super) fn warnings(capability: &Capability, context: &CheckContext<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for Entry {
        resource,
        operations,
        ..
    } in &capability.entries
    {
        resource_issues(resource, &mut issues);
        operation_issues(resource, *operations, context, &mut issues);
    }
    if let Some(key) = context.key_capability {
        let entries = capability
            .entries
            .iter()
            .map(|entry| (entry.resource.as_str(), entry.operations));
        narrowing(entries, key, &mut issues);
    }
    issues.retain(|issue| issue.severity == Severity::Warning);
    issues
}

/// The first problem that keeps a capability from being read at all.
pub(super) fn first_unreadable(drafts: &[Draft]) -> Result<()> {
    let mut errors: Vec<Issue> = duplicates(drafts)
        .into_iter()
        .filter_map(|index| drafts.get(index))
        .map(stands_twice)
        .collect();
    for draft in drafts.iter().filter(|draft| !is_readable(draft)) {
        list_errors(draft, &mut errors);
    }
    first_of(
        errors
            .into_iter()
            .filter(|issue| matches!(issue.code, "duplicate-resource" | "not-a-list" | "not-text")),
    )
}

fn first_of(mut errors: impl Iterator<Item = Issue>) -> Result<()> {
    match errors.next() {
        Some(first) => Err(first.into_error(errors.count())),
        None => Ok(()),
    }
}

/// The places of the resources that stood there already.
fn duplicates(drafts: &[Draft]) -> Vec<usize> {
    repeated(drafts.len(), &|index| {
        drafts.get(index).map_or("", |draft| &draft.resource)
    })
}

fn is_readable(draft: &Draft) -> bool {
    draft
        .oddities
        .iter()
        .all(|oddity| matches!(oddity, Oddity::Repeated(..)))
}

fn grants_nothing() -> Issue {
    Issue::new(
        Severity::Error,
        "no-resources",
        "capability".to_owned(),
        "the capability grants nothing: it names no resource".to_owned(),
    )
}

fn stands_twice(draft: &Draft) -> Issue {
    let path = path_of(&draft.resource);
    let message = format!("{path} stands twice, and only one of the two would count");
    Issue::new(Severity::Error, "duplicate-resource", path, message)
}

fn path_of(resource: &str) -> String {
    format!("capability[{}]", quoted(resource))
}

fn resource_errors(draft: &Draft, issues: &mut Vec<Issue>) {
    if draft.resource.is_empty() {
        let path = path_of(&draft.resource);
        let message = format!("{path} has an empty name, which no channel has");
        issues.push(Issue::new(Severity::Error, "empty-resource", path, message));
    }
}

/// What is odd about the name of a resource.
fn resource_issues(text: &str, issues: &mut Vec<Issue>) {
    let resource = Resource::of(text);
    let mut add = |severity, code, says: &str, suggestion: Option<String>| {
        let path = path_of(text);
        let message = format!("{path} {says}");
        issues.push(Issue::new(severity, code, path, message).meaning(suggestion));
    };
    if !resource.parameters.is_empty() {
        let plain = resource.text_of(resource.path);
        let says = format!(
            "has channel parameters, which mean nothing in a capability: it counts as {}",
            quoted(&plain)
        );
        add(Severity::Warning, "channel-parameters", &says, Some(plain));
    }
    if !matches!(resource.kind, "" | "*" | "meta" | "queue") {
        let says = format!(
            "has the qualifier [{}]; Ably documents [meta], [queue] and [*]",
            resource.kind
        );
        let meant = nearest(resource.kind, ["meta", "queue"]);
        add(
            Severity::Warning,
            "unknown-qualifier",
            &says,
            meant.map(|kind| format!("[{kind}]{}", resource.path)),
        );
    }
    if let Some(why) = impossible(&resource, text) {
        let says = format!("{why}, so it can match no channel");
        add(Severity::Warning, "impossible-name", &says, None);
    }
    if let Some(meant) = literal_star(&resource) {
        add(Severity::Warning, "literal-star", LITERAL_STAR, meant);
    }
    if text == "*" {
        let says = "covers every channel, but no [meta] and no [queue] resource";
        add(
            Severity::Info,
            "star-is-channels-only",
            says,
            Some("[*]*".to_owned()),
        );
    }
}

pub(super) const LITERAL_STAR: &str =
    "is a literal name: a star is a wildcard only as a whole segment between colons";

/// Why no channel can have this name (ably-server's rules, code 40010).
fn impossible(resource: &Resource<'_>, text: &str) -> Option<&'static str> {
    let path = resource.path;
    if text.is_empty() {
        return None; // an error of its own
    }
    if path == text && text.starts_with('[') {
        return Some("has no closing bracket and is a literal name that begins with [");
    }
    if path.is_empty() {
        return Some("has an empty name");
    }
    if path.contains(['\n', '\r']) {
        return Some("has a line break");
    }
    match path.chars().next() {
        Some(':' | ',') => Some("begins with a character that no channel name begins with"),
        Some(c) if c.is_whitespace() => Some("begins with white space"),
        _ => None,
    }
}

/// A segment with a star inside, and the pattern that was probably meant.
pub(super) fn literal_star(resource: &Resource<'_>) -> Option<Option<String>> {
    let odd = |segment: &str| segment.len() > 1 && segment.contains('*');
    if !resource.path.split(':').any(odd) {
        return None;
    }
    let repaired: Option<Vec<String>> = resource
        .path
        .split(':')
        .map(|segment| {
            if !odd(segment) {
                return Some(segment.to_owned());
            }
            let stem = segment.trim_end_matches('*');
            if stem.contains('*') {
                return None; // `a*b`: no whole segment says this
            }
            let stem = stem.trim_end_matches(['-', '_', '.', '/']);
            Some(if stem.is_empty() {
                "*".to_owned()
            } else {
                format!("{stem}:*")
            })
        })
        .collect();
    Some(
        repaired
            .map(|segments| resource.text_of(&joined(segments.iter().map(String::as_str), ":"))),
    )
}

/// What is wrong with a list.
fn list_errors(draft: &Draft, issues: &mut Vec<Issue>) {
    if draft.len == 0 && draft.oddities.is_empty() {
        let path = path_of(&draft.resource);
        let message = format!(
            "{path} is an empty list, which Ably refuses; leave the resource out to grant nothing"
        );
        issues.push(Issue::new(Severity::Error, "no-operations", path, message));
    }
    if draft.operations.is_all() && draft.len > 1 {
        let path = path_of(&draft.resource);
        let message = format!(
            "{path} has \"*\" beside other operations, which Ably refuses; \"*\" alone means every operation"
        );
        issues.push(
            Issue::new(Severity::Error, "star-with-others", path, message)
                .meaning(Some("[\"*\"]".to_owned())),
        );
    }
    for (index, name) in &draft.unknown {
        let path = format!("{}[{index}]", path_of(&draft.resource));
        let message = format!("{path} is {}, which is no operation", quoted(name));
        let meant = Operation::meant_by(name).map(str::to_owned);
        issues.push(Issue::new(Severity::Error, "unknown-operation", path, message).meaning(meant));
    }
    for oddity in &draft.oddities {
        issues.push(match oddity {
            Oddity::NotAList(found, text) => {
                let path = path_of(&draft.resource);
                let message = format!("{path} is {found}, not a list of operations");
                let meant = text.as_ref().map(|text| format!("[{}]", quoted(text)));
                Issue::new(Severity::Error, "not-a-list", path, message).meaning(meant)
            }
            Oddity::NotText(index, found) => {
                let path = format!("{}[{index}]", path_of(&draft.resource));
                let message = format!("{path} is {found}, not the name of an operation");
                Issue::new(Severity::Error, "not-text", path, message)
            }
            Oddity::Repeated(index, name) => {
                let path = format!("{}[{index}]", path_of(&draft.resource));
                let message = format!("{path} is {} again", quoted(name));
                Issue::new(Severity::Warning, "duplicate-operation", path, message)
            }
        });
    }
}

/// Operations that do nothing where they stand.
fn operation_issues(
    text: &str,
    operations: Operations,
    context: &CheckContext<'_>,
    issues: &mut Vec<Issue>,
) {
    let app_wide = Resource::of(text).is_app_wide();
    for operation in operations.iter() {
        let (severity, code, says, meant) = match operation.name() {
            _ if !operation.is_documented() => (
                Severity::Warning,
                "undocumented-operation",
                "is known to Ably's servers but not documented: it may change or go",
                None,
            ),
            "stats" if !app_wide => (
                Severity::Warning,
                "stats-needs-star",
                "does nothing: statistics are the whole app's, so it belongs on \"*\" or \"[*]*\"",
                Some("*"),
            ),
            "channel-metadata" if !app_wide => (
                Severity::Info,
                "listing-needs-star",
                "gives the status of these channels; to list channels it must stand on \"*\"",
                None,
            ),
            "presence" | "message-update-own" | "message-delete-own" if context.unidentified => (
                Severity::Warning,
                "needs-client-id",
                "does nothing for a token without a client id",
                None,
            ),
            _ => continue,
        };
        let path = path_of(text);
        let message = format!("{path} has {}, which {says}", quoted(operation.name()));
        issues.push(Issue::new(severity, code, path, message).meaning(meant.map(str::to_owned)));
    }
}

/// What the key takes away.
fn narrowing<'a>(
    entries: impl Iterator<Item = (&'a str, Operations)>,
    key: &Capability,
    issues: &mut Vec<Issue>,
) {
    let mut outside = 0;
    let mut total = 0;
    for (text, operations) in entries {
        let resource = Resource::of(text);
        let mut kept = Operations::default();
        for entry in &key.entries {
            if resource.intersect(&Resource::of(&entry.resource)).is_some() {
                kept = kept.union(operations.intersect(entry.operations));
            }
        }
        total += 1;
        let path = path_of(text);
        if kept.is_empty() {
            outside += 1;
            let message =
                format!("{path} is outside the key's capability: nothing of it is granted");
            issues.push(Issue::new(Severity::Warning, "outside-key", path, message));
        } else if kept != operations && !kept.is_all() {
            let names: Vec<&str> = kept.iter().map(Operation::name).collect();
            let message = format!(
                "{path} is narrowed by the key's capability to {}",
                joined(names, ", ")
            );
            issues.push(Issue::new(Severity::Info, "narrowed-by-key", path, message));
        }
    }
    if total > 0 && outside == total {
        let message = "nothing is left of the capability under the key's own (40160)".to_owned();
        issues.push(Issue::new(
            Severity::Error,
            "nothing-left",
            "capability".to_owned(),
            message,
        ));
    }
}
