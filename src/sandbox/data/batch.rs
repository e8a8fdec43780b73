//! Batch responses, with an outcome for each item.

use serde_json::{Map, Value};

use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::object::{object, set};
use crate::sandbox::parsed_request::Call;
use crate::sandbox::response::Reply;

/// The first protocol version whose batch responses include counts (SPEC BAR2).
const WITH_COUNTS: u32 = 3;

/// The outcomes so far.
#[derive(Default)]
pub(super) struct Batch {
    results: Vec<Value>,
    failures: usize,
}

impl Batch {
    /// Adds the outcome for the item whose field `name` is `value`: further fields, or an error.
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

    /// The response with counts.
    pub(super) fn counted(self) -> Value {
        object!({
            "successCount": self.results.len() - self.failures,
            "failureCount": self.failures,
            "results": self.results,
        })
    }

    /// The response in the caller's protocol version. Older versions expect a bare list, or an
    /// error next to the list.
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
