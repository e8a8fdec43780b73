//! The outcome of each target.

use std::rc::Rc;

use crate::error::Error;
use crate::json::{List, Writer};

/// The outcome of one target at one key.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Its tokens are revoked.
    Revoked {
        /// Tokens issued before this time are revoked, in ms since 1970.
        issued_before: u64,
        /// Ably refuses them from this time on, in ms since 1970.
        applies_at: u64,
    },
    /// The revocation failed or its outcome is unknown. The flag says whether that holds for all
    /// targets of the request.
    Failed(Rc<Error>, bool),
    /// The target was not sent, so its tokens are not revoked.
    NotSent(Rc<Error>),
}

/// The outcome of every target for every key, in input order.
#[derive(Debug, Clone)]
pub struct RevocationReport {
    /// The keys whose tokens were revoked.
    pub key_names: Vec<String>,
    /// The targets, as given.
    pub targets: Vec<String>,
    /// The outcomes of every target at the first key, then at the second, and so on.
    pub results: Vec<Outcome>,
}

impl RevocationReport {
    /// The number of outcomes that are failed or not sent.
    pub fn failure_count(&self) -> usize {
        let failed = |it: &&Outcome| matches!(it, Outcome::Failed(..) | Outcome::NotSent(_));
        self.results.iter().filter(failed).count()
    }

    /// The error, if it is the same for all targets and not about any one of them.
    pub(super) fn one_reason(&self) -> Option<Rc<Error>> {
        let mut reason: Option<&Rc<Error>> = None;
        for outcome in &self.results {
            let (Outcome::Failed(error, true) | Outcome::NotSent(error)) = outcome else {
                return None;
            };
            let is_other = |it: &&Rc<Error>| {
                it.kind() != error.kind()
                    || it.code() != error.code()
                    || it.status() != error.status()
            };
            if reason.as_ref().is_some_and(is_other) {
                return None;
            }
            reason = reason.or(Some(error));
        }
        reason.cloned()
    }

    /// The report as JSON. Each error appears once in `errors`, and outcomes refer to it by index.
    /// `error` is why the call failed as a whole.
    pub fn to_json(&self, error: Option<&Error>) -> String {
        let mut errors: Vec<&Rc<Error>> = Vec::new();
        let mut results = List::new();
        for outcome in &self.results {
            let mut json = Writer::new();
            match outcome {
                Outcome::Revoked {
                    issued_before,
                    applies_at,
                } => {
                    json.number("issuedBefore", *issued_before);
                    json.number("appliesAt", *applies_at);
                }
                Outcome::Failed(error, _) | Outcome::NotSent(error) => {
                    if matches!(outcome, Outcome::NotSent(_)) {
                        json.flag("sent", false);
                    }
                    // Outcomes of one request are adjacent.
                    if !errors.last().is_some_and(|it| Rc::ptr_eq(it, error)) {
                        errors.push(error);
                    }
                    json.number("error", errors.len() as u64 - 1);
                }
            }
            results.json(&json.finish());
        }
        let mut key_names = List::new();
        for name in &self.key_names {
            key_names.text(name);
        }
        let mut all_errors = List::new();
        for error in errors {
            all_errors.json(&error.to_json());
        }
        let mut json = Writer::new();
        json.json("keyNames", &key_names.finish());
        json.json("errors", &all_errors.finish());
        json.json("results", &results.finish());
        if let Some(error) = error {
            json.json("error", &error.to_json());
        }
        json.finish()
    }
}
