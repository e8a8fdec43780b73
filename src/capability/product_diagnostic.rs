//! The findings about products and actions, a row of a table each: a stable code, whether a document
//! says it, the path, and a sentence about what the path leads to.

use super::verdict::Certainty;
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::{fill, quoted, split};

const ROWS: &str = include_str!("diagnostics.txt");

/// Adds a finding about `subject` unless it is there, with `text` in its sentence. Returns whether it
/// is inferred.
pub(super) fn add(
    diagnostics: &mut Vec<Diagnostic>,
    code: &str,
    subject: &str,
    text: &str,
    meant: Option<&str>,
) -> bool {
    for row in split(ROWS, b'\n') {
        let mut words = split(row, b' ');
        if let (Some(known), Some(certainty), Some(path)) =
            (words.next(), words.next(), words.next())
            && known == code
        {
            let path = fill(path, &[&quoted(subject)]);
            let sentence = fill(words.rest().unwrap_or_default(), &[text]);
            let message = fill("{} {}", &[&path, &sentence]);
            if !diagnostics.iter().any(|other| other.message == message) {
                let mut found = Diagnostic::new(Severity::Warning, known, &path, &message);
                found.suggestion = meant.map(str::to_owned);
                diagnostics.push(found);
            }
            return certainty == Certainty::Inferred.as_str();
        }
    }
    false
}
