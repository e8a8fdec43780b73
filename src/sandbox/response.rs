//! Responses before serialization.

use serde_json::Value;

use super::codec::{self, Format};
use crate::http::Response;

/// Identifies the sandbox in every response.
const WHAT_THIS_IS: &str = concat!(
    "ably-edge-auth ",
    env!("CARGO_PKG_VERSION"),
    " sandbox; not Ably"
);

/// The response headers that pages may read.
const EXPOSED: &str =
    "Link, Retry-After, X-Ably-ErrorCode, X-Ably-ErrorMessage, X-Ably-Sandbox, X-Ably-ServerId";

/// A response.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    /// `None` if there is no body.
    pub(super) body: Option<Value>,
}

impl Reply {
    pub(super) fn json(status: u16, body: Value) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            body: Some(body),
        }
    }

    pub(super) fn empty(status: u16) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            body: None,
        }
    }

    pub(super) fn header(&mut self, name: &'static str, value: impl Into<String>) {
        self.headers.push((name, value.into()));
    }

    /// Serializes the response. `origin` is the page that may read it.
    pub(super) fn into_response(self, format: Format, origin: Option<&str>) -> Response {
        let mut headers: Vec<(String, String)> = Vec::new();
        let mut add = |name: &str, value: &str| headers.push((name.to_owned(), value.to_owned()));
        add("X-Ably-Sandbox", WHAT_THIS_IS);
        add("X-Ably-ServerId", "sandbox");
        add("Cache-Control", "no-store");
        add("Vary", "Origin, Accept");
        add("X-Content-Type-Options", "nosniff");
        if let Some(origin) = origin {
            add("Access-Control-Allow-Origin", origin);
            // In browsers, ably-js sends its requests with credentials.
            add("Access-Control-Allow-Credentials", "true");
            add("Access-Control-Expose-Headers", EXPOSED);
        }
        for (name, value) in &self.headers {
            add(name, value);
        }
        if self.body.is_some() {
            add("Content-Type", format.media_type());
        }
        let body = self.body.map(|body| codec::write(&body, format));
        Response {
            status: self.status,
            headers,
            body: body.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, Reply};

    /// In browsers, ably-js sends requests with credentials, and reads no response without this.
    #[test]
    fn only_a_page_is_told_that_it_may_send_credentials() {
        for (origin, told) in [(Some("http://localhost:3000"), Some("true")), (None, None)] {
            let response = Reply::empty(204).into_response(Format::Json, origin);
            let headers = response.headers.iter();
            let mut found = headers.filter(|(name, _)| name == "Access-Control-Allow-Credentials");
            assert_eq!(found.next().map(|(_, value)| value.as_str()), told);
        }
    }
}
