//! Refusals, each with Ably's error code.

use serde_json::{Map, Value};

use super::object::{object, set};
use super::response::Reply;
use crate::error::Error;

/// An error response. The REST API wraps it in `error`, the Control API does not.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    /// Ably's error code, which is more specific than the status.
    pub(super) code: u32,
    pub(super) message: String,
    /// Only in the Control API: reasons by field name.
    pub(super) details: Map<String, Value>,
    /// Headers beyond the two that every error has.
    pub(super) headers: Vec<(&'static str, String)>,
}

/// The result of a handler.
pub(super) type Outcome<T = Reply> = Result<T, Refusal>;

impl Refusal {
    pub(super) fn new(status: u16, code: u32, message: impl Into<String>) -> Refusal {
        Refusal {
            status,
            code,
            message: message.into(),
            details: Map::new(),
            headers: Vec::new(),
        }
    }

    /// 400, 40000
    pub(super) fn bad(message: impl Into<String>) -> Refusal {
        Refusal::new(400, 40000, message)
    }

    /// 404, 40400
    pub(super) fn not_found(message: impl Into<String>) -> Refusal {
        Refusal::new(404, 40400, message)
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Refusal {
        self.headers.push((name, value.into()));
        self
    }

    /// The error object without the wrapper.
    pub(super) fn to_json(&self) -> Value {
        object!({
            "message": self.message.as_str(),
            "code": self.code,
            "statusCode": self.status,
            "href": format!("https://help.ably.io/error/{}", self.code),
        })
    }

    pub(super) fn into_reply(self, is_flat: bool) -> Reply {
        let mut error = self.to_json();
        let body = if is_flat {
            let details = (!self.details.is_empty()).then_some(self.details);
            if let Some(object) = error.as_object_mut() {
                set(object, "details", details);
            }
            error
        } else {
            object!({ "error": error })
        };
        let mut reply = Reply::json(self.status, body);
        reply.headers = self.headers;
        reply.header("X-Ably-ErrorCode", self.code.to_string());
        // A header cannot contain line breaks, and clients only agree on how to read ASCII.
        let plain = |c: char| {
            if c.is_ascii() && !c.is_ascii_control() {
                c
            } else {
                '?'
            }
        };
        reply.header(
            "X-Ably-ErrorMessage",
            self.message.chars().map(plain).collect::<String>(),
        );
        reply
    }
}

impl From<Error> for Refusal {
    /// Keeps the core's message, with the numbers that Ably would send.
    fn from(error: Error) -> Refusal {
        let status = error.status().unwrap_or(400);
        Refusal::new(status, error.code().unwrap_or(40000), error.text())
    }
}
