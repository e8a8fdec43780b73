//! Answers about several things, each with its own outcome.

use serde_json::{Map, Value};

use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::object::{object, set};
use crate::sandbox::parsed_request::Call;
use crate::sandbox::response::Reply;

/// The first version of the protocol that has counts in such an answer (SPEC BAR2).
const WITH_COUNTS: u32 = 3;

/// The outcomes so far.
#[derive(Default)]
pub(super) struct Batch {
    results: Vec<Value>,
    failures: usize,
}

impl Batch {
    /// The outcome for what is named by the field `name`, as `target`: further fields, or why not.
    pub(super) fn add(&mut self, name: &str, value: &str, outcome: Outcome<Map<String, Value>>) {
        let mut result = outcome.unwrap_or_else(|refusal| {
            self.failures += 1;
            let mut result = Map::new();
            set(&mut result, "error", refusal.to_json());
            result
        });
        set(&mut result, name, value);
        self.results.push(Value::Object(result));
    }

    pub(super) fn len(&self) -> usize {
        self.results.len()
    }

    /// With counts.
    pub(super) fn counted(self) -> Value {
        object!({
            "successCount": self.results.len() - self.failures,
            "failureCount": self.failures,
            "results": self.results,
        })
    }

    /// The answer in the form of the caller's version: older ones see a bare list, or an error with the
    /// list beside it.
    pub(super) fn reply(self, call: &Call<'_>, status: u16) -> Reply {
        if call.version() >= WITH_COUNTS {
            return Reply::json(status, self.counted());
        }
        if self.failures == 0 {
            return Reply::json(status, Value::Array(self.results));
        }
        let message = format!(
            "{} of {} parts of the request failed",
            self.failures,
            self.results.len()
        );
        let mut reply = Refusal::new(400, 40020, message).into_reply(false);
        if let Some(Value::Object(body)) = &mut reply.body {
            set(body, "batchResponse", self.results);
        }
        reply
    }
}
