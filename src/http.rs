//! HTTP as values: a request, a response, and the [`Transport`] that exchanges one for the other.
//!
//! This crate opens no connections. The program supplies a transport: `fetch` in JavaScript, a
//! script in tests, or any HTTP client in a Rust program.

mod client;
mod endpoint;
mod error_response;
mod read_headers;
mod retry_after;
mod server_time;

use std::fmt;
use std::future::Future;

use zeroize::Zeroize;

pub(crate) use client::{
    Credential, Exchange, NO_FURTHER_ATTEMPT, NO_MORE_REQUESTS, json_of, segment,
};
pub use endpoint::Network;
pub(crate) use error_response::read_error;
pub use read_headers::READ_HEADERS;
pub use server_time::server_time;

/// An HTTP request. It holds credentials, so it is never printed, and it is wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The method, such as `POST`.
    pub method: String,
    /// The full URL, with path and query encoded.
    pub url: String,
    /// Header names as sent; they are compared case-insensitively.
    pub headers: Vec<(String, String)>,
    /// Empty if there is none.
    pub body: Vec<u8>,
}

/// An HTTP response. It may hold keys or tokens, so it is never printed, and it is wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers. A transport may omit all but [`READ_HEADERS`].
    pub headers: Vec<(String, String)>,
    /// The body, after any content decoding.
    pub body: Vec<u8>,
}

/// Maximum length of a response body. Ably's responses are far shorter, so a longer one is not from
/// Ably.
pub const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = headers.iter().find(|(it, _)| it.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}

fn wipe(headers: &mut [(String, String)], body: &mut Vec<u8>) {
    for (_, value) in headers {
        value.zeroize();
    }
    body.zeroize();
}

impl Request {
    /// Returns the value of a header; the name is compared case-insensitively.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

impl Response {
    /// Returns the value of a header; the name is compared case-insensitively.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        wipe(&mut self.headers, &mut self.body);
    }
}

impl Drop for Response {
    fn drop(&mut self) {
        wipe(&mut self.headers, &mut self.body);
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The request timed out.
    Timeout,
    /// The caller aborted the call.
    Aborted,
    /// The server could not be reached, or the response was cut off; with the platform's own
    /// message.
    Network(String),
    /// The platform refuses further requests, as Workers does after a limit.
    NoMoreRequests,
    /// The response is longer than [`MAX_BODY_BYTES`].
    TooLong,
}

/// Sends requests and tells the time.
///
/// A transport never follows a redirect but returns it as the response. It sends no cookies and
/// uses no cache.
pub trait Transport {
    /// Sends one request to one host and reads the whole response within `timeout_ms`.
    fn send(
        &self,
        request: &Request,
        timeout_ms: u32,
    ) -> impl Future<Output = Result<Response, Failure>>;

    /// Waits for `ms`. Returns [`Failure::Aborted`] at once if the caller aborts the call.
    fn sleep(&self, ms: u32) -> impl Future<Output = Result<(), Failure>>;

    /// Whether the caller has aborted the call. No further request is sent then.
    fn is_ended(&self) -> bool {
        false
    }

    /// The current time, in ms since 1970.
    fn now(&self) -> u64;

    /// Parses an HTTP date such as `Sun, 06 Nov 1994 08:49:37 GMT` to ms since 1970. A platform may
    /// supply its own parser; it only receives texts of this length and ending.
    fn date(&self, text: &str) -> Option<u64> {
        retry_after::date(text)
    }

    /// A number from 0 up to but excluding 1. It spreads retries and need not be unpredictable.
    fn random(&self) -> f64;
}

impl<T: Transport> Transport for &T {
    fn send(
        &self,
        request: &Request,
        timeout_ms: u32,
    ) -> impl Future<Output = Result<Response, Failure>> {
        (**self).send(request, timeout_ms)
    }

    fn sleep(&self, ms: u32) -> impl Future<Output = Result<(), Failure>> {
        (**self).sleep(ms)
    }

    fn is_ended(&self) -> bool {
        (**self).is_ended()
    }

    fn now(&self) -> u64 {
        (**self).now()
    }

    fn date(&self, text: &str) -> Option<u64> {
        (**self).date(text)
    }

    fn random(&self) -> f64 {
        (**self).random()
    }
}
