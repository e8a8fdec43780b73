//! Lint rules for resource names.

use super::Resource;
use super::resource::path_of;
use crate::diagnostic::{Diagnostic, Severity};
use crate::suggest::nearest;
use crate::text::{fill, find, joined, quoted, split, trim_end};
use Severity::{Info, Warning};

/// Adds the problems of one resource name.
pub(super) fn resource_diagnostics(text: &str, diagnostics: &mut Vec<Diagnostic>) {
    let resource = Resource::of(text);
    let mut add = |kind, form: &'static str, about: &str, meant: Option<&str>| {
        Diagnostic::add(diagnostics, kind, &path_of(text), form, about, meant);
    };
    // Most names have no brackets, and need no second text.
    if resource.path != text {
        let plain = resource.text_of(resource.path);
        if plain != text {
            let says = "has channel parameters or empty brackets, which have no effect in a capability: it is read as {}";
            let kind = (Warning, "channel-parameters");
            add(kind, says, &quoted(&plain), Some(&plain));
        }
    }
    if !matches!(resource.kind, "" | "*" | "meta" | "queue" | "chat") {
        let says = "has the qualifier [{}]; Ably documents [meta], [queue] and [*]";
        let meant = match nearest(resource.kind, &["meta", "queue", "chat"]) {
            // Which is not documented either; and nobody is told to grant everything.
            Some("chat") => (resource.path != "*").then(|| resource.path.to_owned()),
            kind => kind.map(|kind| fill("[{}]{}", &[kind, resource.path])),
        };
        let kind = (Warning, "unknown-qualifier");
        add(kind, says, resource.kind, meant.as_deref());
    }
    if let Some(why) = impossible(&resource, text) {
        let says = "{}, so it can match no channel";
        add((Warning, "impossible-name"), says, why, None);
    }
    if let Some(meant) = literal_star(&resource) {
        // Of an unclosed bracket nobody knows what was meant.
        let meant = meant.filter(|meant| impossible(&Resource::of(meant), meant).is_none());
        let kind = (Warning, "literal-star");
        add(kind, LITERAL_STAR, "", meant.as_deref());
    }
    if text == "*" {
        let says = "covers every channel, but no [meta] and no [queue] resource";
        add((Info, "star-is-channels-only"), says, "", None);
    }
}

pub(super) const LITERAL_STAR: &str =
    "is a literal name: a star is a wildcard only as a whole segment between colons";

/// Why no channel can have this name (ably-server's rules, code 40010).
fn impossible(resource: &Resource<'_>, text: &str) -> Option<&'static str> {
    let path = resource.path;
    if text.is_empty() {
        return None; // reported as a separate error
    }
    if path.len() == text.len() && text.starts_with('[') {
        return Some("has no closing bracket and is a literal name that begins with [");
    }
    if path.is_empty() {
        return Some("has an empty name");
    }
    if find(path, b'\n').or(find(path, b'\r')).is_some() {
        return Some("has a line break");
    }
    match path.chars().next() {
        Some(':' | ',') => Some("begins with a character that no channel name begins with"),
        Some(c) if c.is_whitespace() => Some("begins with white space"),
        _ => None,
    }
}

/// Finds a segment with a star inside. Returns the pattern that was probably meant, if one exists.
pub(super) fn literal_star(resource: &Resource<'_>) -> Option<Option<String>> {
    let odd = |segment: &str| segment.len() > 1 && find(segment, b'*').is_some();
    if !split(resource.path, b':').any(odd) {
        return None;
    }
    let mut repaired: Vec<&str> = Vec::new();
    for segment in split(resource.path, b':') {
        if !odd(segment) {
            repaired.push(segment);
            continue;
        }
        let stem = trim_end(segment, b"*");
        if find(stem, b'*').is_some() {
            return Some(None); // `a*b`: no pattern matches this
        }
        let stem = trim_end(stem, b"-_./");
        if !stem.is_empty() {
            repaired.push(stem);
        }
        repaired.push("*");
    }
    let path = joined(&repaired, ":");
    // Nobody is told to grant everything.
    Some((path != "*").then(|| resource.text_of(&path)))
}

/// Adds the warning for a name at `path` that looks like a wildcard but is a literal name.
pub(crate) fn add_literal_star(diagnostics: &mut Vec<Diagnostic>, path: &str, name: &str) {
    if let Some(meant) = literal_star(&Resource::of(name)) {
        let kind = (Severity::Warning, "literal-star");
        Diagnostic::add(diagnostics, kind, path, LITERAL_STAR, "", meant.as_deref());
    }
}
