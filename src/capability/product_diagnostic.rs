//! The findings about products and actions: a stable code and a sentence each.

use crate::diagnostic::{Diagnostic, Severity};
use crate::text::{fill, split};

const SENTENCES: &str = include_str!("diagnostics.txt");

/// Adds a finding unless it is there: its path, followed by the sentence with `text` in its place.
pub(super) fn add(
    diagnostics: &mut Vec<Diagnostic>,
    code: &str,
    path: &str,
    text: &str,
    meant: Option<&str>,
) {
    for line in split(SENTENCES, b'\n') {
        if let Some(sentence) = line.strip_prefix(code)
            && let Some(code) = line.get(..code.len())
            && let Some(form) = sentence.strip_prefix(' ')
        {
            let message = fill("{} {}", &[path, &fill(form, &[text])]);
            if diagnostics.iter().any(|other| other.message == message) {
                return;
            }
            let mut found = Diagnostic::new(Severity::Warning, code, path, &message);
            found.suggestion = meant.map(str::to_owned);
            diagnostics.push(found);
        }
    }
}
