//! One thing to know about a capability or a token.

use crate::error::{Code, Error, Kind};
use crate::suggest::did_you_mean;
use crate::text::{fill, number};

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
    #[cold]
    #[inline(never)]
    pub(crate) fn new(severity: Severity, code: &'static str, path: &str, message: &str) -> Issue {
        Issue {
            severity,
            code,
            path: path.to_owned(),
            message: message.to_owned(),
            suggestion: None,
        }
    }

    /// An issue whose sentence begins with its path, and goes on with `form`, with `text` in place of its
    /// `{}`. Not inlined: there are two dozen of them.
    #[cold]
    #[inline(never)]
    pub(crate) fn add(
        issues: &mut Vec<Issue>,
        (severity, code): (Severity, &'static str),
        path: &str,
        form: &'static str,
        text: &str,
        meant: Option<&str>,
    ) {
        let message = fill("{} {}", &[path, &fill(form, &[text])]);
        let mut issue = Issue::new(severity, code, path, &message);
        issue.suggestion = meant.map(str::to_owned);
        issues.push(issue);
    }

    /// The issue as an error: the path opens the sentence, and the suggestion ends it.
    pub(crate) fn to_error(&self, more: usize) -> Error {
        let count = number(more as u64);
        let more: [&str; 4] = if more > 0 {
            [
                " (and ",
                &count,
                if more > 1 {
                    " more problems"
                } else {
                    " more problem"
                },
                "; a capability check lists them all)",
            ]
        } else {
            [""; 4]
        };
        let [before, count, problems, after] = more;
        let error = Error::new(
            Kind::Capability,
            "{}{}{}{}{}",
            &[&self.message, before, count, problems, after],
        )
        .with_code(Code::BadRequest)
        .at(&self.path);
        match &self.suggestion {
            Some(meant) => error.with_remediation(&did_you_mean(meant)),
            None => error,
        }
    }
}
