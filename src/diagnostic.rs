//! A finding about a capability or a token.

use crate::error::{Code, Error, Kind};
use crate::suggest::did_you_mean;
use crate::text::{fill, number};

/// The severity of an [`Diagnostic`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Prevents a token from being issued.
    Error,
    /// Does not do what it appears to do.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// The name used in JavaScript.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// A finding about a capability or a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How severe it is.
    pub severity: Severity,
    /// A stable code for this kind of finding, such as `unknown-operation`.
    pub code: &'static str,
    /// Where it was found, such as `capability["chat:*"][1]`.
    pub path: String,
    /// One sentence that describes the problem.
    pub message: String,
    /// The text that was probably meant instead.
    pub suggestion: Option<String>,
}

impl Diagnostic {
    #[cold]
    #[inline(never)]
    pub(crate) fn new(
        severity: Severity,
        code: &'static str,
        path: &str,
        message: &str,
    ) -> Diagnostic {
        Diagnostic {
            severity,
            code,
            path: path.to_owned(),
            message: message.to_owned(),
            suggestion: None,
        }
    }

    /// Adds a diagnostic whose message is the path followed by `form`, with `text` in place of `{}`.
    /// Not inlined because it has two dozen callers.
    #[cold]
    #[inline(never)]
    pub(crate) fn add(
        diagnostics: &mut Vec<Diagnostic>,
        (severity, code): (Severity, &'static str),
        path: &str,
        form: &'static str,
        text: &str,
        meant: Option<&str>,
    ) {
        let message = fill("{} {}", &[path, &fill(form, &[text])]);
        let mut diagnostic = Diagnostic::new(severity, code, path, &message);
        diagnostic.suggestion = meant.map(str::to_owned);
        diagnostics.push(diagnostic);
    }

    /// Removes what is not to be kept.
    pub(crate) fn retain(diagnostics: &mut Vec<Diagnostic>, is_kept: &dyn Fn(&Diagnostic) -> bool) {
        diagnostics.retain(is_kept);
    }

    /// Converts the diagnostic to an error; the suggestion becomes its remediation.
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
