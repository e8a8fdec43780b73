//! HTTP as values: what is asked, what was answered, and the [`Transport`] that carries one to the
//! other.
//!
//! Nothing in this crate opens a connection. A program hands in a transport: `fetch` in JavaScript,
//! a scripted one in tests, or whatever HTTP client a Rust program has.

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

/// What is asked. It holds credentials, so it is never printed, and wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// Such as `POST`.
    pub method: String,
    /// The whole address, path and query encoded.
    pub url: String,
    /// Names as they are sent; they compare without regard to case.
    pub headers: Vec<(String, String)>,
    /// Empty: none.
    pub body: Vec<u8>,
}

/// What was answered. It may hold keys or tokens, so it is never printed, and wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// A transport may leave out all but [`READ_HEADERS`].
    pub headers: Vec<(String, String)>,
    /// Decoded from whatever encoding it was transferred in.
    pub body: Vec<u8>,
}

/// No answer to any call here comes near this; a longer one is not Ably's.
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
    /// The value of a header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

impl Response {
    /// The value of a header, whatever the case of its name.
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

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It took longer than it was given.
    Timeout,
    /// The caller has ended the call.
    Aborted,
    /// Nobody answered, or the answer broke off; with the platform's own words.
    Network(String),
    /// The platform sends no further requests for this caller, as Workers do after a number of them.
    NoMoreRequests,
    /// The answer is longer than [`MAX_BODY_BYTES`].
    TooLong,
}

/// Carries requests, and keeps the time.
///
/// A transport never follows a redirect: it gives the redirect itself as the answer. It sends no
/// cookies, and takes nothing from a cache.
pub trait Transport {
    /// One exchange with one host, the body of the answer included, within `timeout_ms`.
    fn send(
        &self,
        request: &Request,
        timeout_ms: u32,
    ) -> impl Future<Output = Result<Response, Failure>>;

    /// Waits, unless the caller ends the call before: then [`Failure::Aborted`], at once.
    fn sleep(&self, ms: u32) -> impl Future<Output = Result<(), Failure>>;

    /// Whether the caller has ended the call: then nothing further is sent.
    fn is_ended(&self) -> bool {
        false
    }

    /// The clock, in ms since 1970.
    fn now(&self) -> u64;

    /// A date of HTTP, as `Sun, 06 Nov 1994 08:49:37 GMT`, in ms since 1970. A platform may have a reader of
    /// its own; it gets only what is of this length and ends like this.
    fn date(&self, text: &str) -> Option<u64> {
        retry_after::date(text)
    }

    /// At least 0 and under 1: spreads retries, and need not be unpredictable.
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
