//! What became of each target.

use std::rc::Rc;

use crate::error::Error;
use crate::json::Writer;
use crate::text::quoted;

/// What became of one target at one key.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Its tokens have fallen.
    Revoked {
        /// Tokens issued before this, in ms since 1970.
        issued_before: u64,
        /// From when on Ably refuses them, in ms since 1970.
        applies_at: u64,
    },
    /// They have not, or nobody knows; and whether that is so for all targets of the request.
    Failed(Rc<Error>, bool),
    /// They have not: it was not sent.
    NotSent(Rc<Error>),
}

/// The outcome of every target, for every key, in the order of the input.
#[derive(Debug, Clone)]
pub struct RevocationReport {
    /// The keys whose tokens were revoked.
    pub key_names: Vec<String>,
    /// The targets as they were given.
    pub targets: Vec<String>,
    /// Of every target at the first key, then of every target at the second, and so on.
    pub results: Vec<Outcome>,
}

impl RevocationReport {
    /// How many have an outcome of this kind.
    pub fn failure_count(&self) -> usize {
        let failed = |it: &&Outcome| matches!(it, Outcome::Failed(..) | Outcome::NotSent(_));
        self.results.iter().filter(failed).count()
    }

    /// The error, if it is the same one for all, and not about any target.
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

    /// As JSON: each error once, in `errors`, and its place there in each of its outcomes. `error`: why
    /// the call failed as a whole.
    pub fn to_json(&self, error: Option<&Error>) -> String {
        let mut errors: Vec<&Rc<Error>> = Vec::new();
        let mut results = String::from("[");
        for outcome in &self.results {
            if results.len() > 1 {
                results.push(',');
            }
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
                        json.json("sent", "false");
                    }
                    // Those of one request stand side by side.
                    if !errors.last().is_some_and(|it| Rc::ptr_eq(it, error)) {
                        errors.push(error);
                    }
                    json.number("error", errors.len() as u64 - 1);
                }
            }
            results.push_str(&json.finish());
        }
        results.push(']');
        let mut json = Writer::new();
        json.json("keyNames", &list(&self.key_names, &|name| quoted(name)));
        json.json("errors", &list(&errors, &|error| error.to_json()));
        json.json("results", &results);
        if let Some(error) = error {
            json.json("error", &error.to_json());
        }
        json.finish()
    }
}

fn list<T>(items: &[T], text: &dyn Fn(&T) -> String) -> String {
    let mut out = String::from("[");
    for item in items {
        if out.len() > 1 {
            out.push(',');
        }
        out.push_str(&text(item));
    }
    out.push(']');
    out
}
