//! One thing to know about a capability or a token.

use super::Resource;
use super::report::{LITERAL_STAR, literal_star};
use crate::error::{Code, Error, Kind};
use crate::nearest::did_you_mean;

/// How bad an [`Issue`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// A token cannot be issued with it.
    Error,
    /// It does not do what it seems to do.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// The name, as JavaScript sees it.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// One thing to know about a capability or a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name for this kind of issue, such as `unknown-operation`.
    pub code: &'static str,
    /// Where, as `capability["chat:*"][1]`.
    pub path: String,
    /// What was found, in a sentence.
    pub message: String,
    /// The text that was probably meant in its place.
    pub suggestion: Option<String>,
}

impl Issue {
    pub(crate) fn new(
        severity: Severity,
        code: &'static str,
        path: String,
        message: String,
    ) -> Issue {
        Issue {
            severity,
            code,
            path,
            message,
            suggestion: None,
        }
    }

    /// The warning for a name at `place` that looks like a wildcard and is none.
    pub(crate) fn of_literal_star(place: &str, name: &str) -> Option<Issue> {
        let meant = literal_star(&Resource::of(name))?;
        let message = format!("{place} {LITERAL_STAR}");
        let issue = Issue::new(Severity::Warning, "literal-star", place.to_owned(), message);
        Some(issue.meaning(meant))
    }

    pub(super) fn meaning(mut self, suggestion: Option<String>) -> Issue {
        self.suggestion = suggestion;
        self
    }

    /// The issue as an error: the path opens the sentence, and the suggestion ends it.
    pub(super) fn into_error(self, more: usize) -> Error {
        let mut message = self.message;
        if more > 0 {
            message.push_str(&format!(
                " (and {more} more problems; a capability check lists them all)"
            ));
        }
        let error = Error::new(Kind::Capability, message)
            .code_of(Code::BadRequest)
            .at(self.path);
        match self.suggestion {
            Some(meant) => error.hint_of(did_you_mean(&meant)),
            None => error,
        }
    }
}
