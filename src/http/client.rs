//! One API call: which host and credential to use, and when to retry.

use std::cell::Cell;

use super::error_response::{error_of, redact};
use super::retry_after;
use super::{Failure, Network, Request, Response, Transport};
use crate::access_token::AccessToken;
use crate::base64::push_standard;
use crate::error::{Error, Kind, Result};
use crate::json::Json;
use crate::key::ApiKey;
use crate::text::{ascii, concat, number};

/// The protocol version to request. 3 is the first with the batch results that the revocation
/// documentation describes.
const VERSION: &str = "3";
const AGENT: &str = concat!("ably-edge-auth/", env!("CARGO_PKG_VERSION"));

/// Maximum number of hosts per call: the primary host and three fallback hosts (SPEC TO3l5).
const MAX_HOSTS: usize = 4;
/// Maximum number of waits after a 429 response.
const MAX_WAITS: u32 = 5;
/// The first wait. Each further one is twice as long.
const FIRST_WAIT_MS: u64 = 500;
/// The longest wait. Waiting out an hourly limit is up to the caller.
const MAX_WAIT_MS: u64 = 30_000;

const TOO_MANY: u16 = 429;

/// The message when the platform refuses further requests.
pub(crate) const NO_MORE_REQUESTS: &str = "the runtime sends no further requests";
/// The same, after another host failed and its outcome is unknown.
pub(crate) const NO_FURTHER_ATTEMPT: &str =
    "an earlier attempt failed, and the runtime sends no further requests";

#[derive(Clone, Copy)]
pub(crate) enum Credential<'a> {
    None,
    Key(&'a ApiKey),
    AccessToken(&'a AccessToken),
}

impl<'a> Credential<'a> {
    /// The secret part of the credential; for a key, the part after the colon.
    pub(super) fn secret(self) -> &'a str {
        match self {
            Credential::None => "",
            Credential::Key(key) => key.secret(),
            Credential::AccessToken(token) => token.expose(),
        }
    }

    pub(super) fn authorization(self) -> Option<String> {
        match self {
            Credential::None => None,
            Credential::Key(key) => {
                let mut value = b"Basic ".to_vec();
                push_standard(&mut value, key.expose().as_bytes());
                Some(ascii(value))
            }
            Credential::AccessToken(token) => Some(concat(&["Bearer ", token.expose()])),
        }
    }
}

/// What the requests of one call have in common.
pub(crate) struct Exchange<'a, T> {
    transport: &'a T,
    hosts: &'a [String],
    timeout_ms: u32,
    credential: Credential<'a>,
    /// The host that responded last, so that a failing primary host is not retried for every
    /// request.
    at: Cell<usize>,
}

impl<'a, T: Transport> Exchange<'a, T> {
    /// Starts a call of Ably's REST API.
    pub(crate) fn data(transport: &'a T, network: &'a Network, credential: Credential<'a>) -> Self {
        Exchange {
            transport,
            hosts: &network.hosts,
            timeout_ms: network.timeout_ms,
            credential,
            at: Cell::new(0),
        }
    }

    /// Starts a call of the Control API, which has only one host.
    pub(crate) fn control(transport: &'a T, network: &'a Network, token: &'a AccessToken) -> Self {
        Exchange {
            hosts: std::slice::from_ref(&network.control),
            ..Exchange::data(transport, network, Credential::AccessToken(token))
        }
    }

    /// Sends the request, with retries, until there is a final response, whether success or
    /// refusal.
    ///
    /// `body` creates the body for each attempt from the number of earlier attempts; empty means
    /// none.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        body: &dyn Fn(u32) -> Result<String>,
    ) -> Result<Response> {
        let mut hosts = self.order();
        let mut host = hosts.pop().unwrap_or_default();
        let mut attempts = 0;
        let mut waits = 0;
        // Whether another host failed, which may have processed the request all the same.
        let mut tried = false;
        loop {
            let base = self.address(host);
            let request = self.request(method, base, path, body(attempts)?);
            if self.is_ended() {
                return Err(self.failed(base, &Failure::Aborted));
            }
            attempts += 1;
            let answer = self.transport.send(&request, self.timeout_ms).await;
            if tried && matches!(answer, Err(Failure::NoMoreRequests)) {
                return Err(Error::new(Kind::Network, "{}", &[NO_FURTHER_ATTEMPT]));
            }
            let is_elsewhere_better = match &answer {
                Ok(response) => matches!(response.status, 500..=504),
                Err(failure) => matches!(failure, Failure::Timeout | Failure::Network(_)),
            };
            if is_elsewhere_better && let Some(next) = hosts.pop() {
                host = next;
                tried = true;
                continue;
            }
            let response = answer.map_err(|failure| self.failed(base, &failure))?;
            self.at.set(host);
            let Some(ms) = self.wait_for(&response, waits) else {
                return Ok(response);
            };
            waits += 1;
            let slept = self.transport.sleep(ms).await;
            slept.map_err(|failure| self.failed(base, &failure))?;
        }
    }

    /// Converts an error response to an error.
    pub(crate) fn good(&self, answer: Result<Response>) -> Result<Response> {
        match answer {
            Ok(response) if !matches!(response.status, 200..=299) => Err(self.refusal(&response)),
            answer => answer,
        }
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.transport.is_ended()
    }

    /// The error that an error response stands for.
    pub(crate) fn refusal(&self, response: &Response) -> Error {
        error_of(response, self.base(), self.credential)
    }

    /// The error for a response of an undocumented shape.
    pub(crate) fn unreadable(&self, response: &Response, wanted: &str) -> Error {
        let status = number(u64::from(response.status));
        let form = "{} answered {}, but not with {}";
        Error::new(Kind::Service, form, &[self.base(), &status, wanted])
            .answered(0, response.status, Default::default())
            .with_remediation(
                "check the endpoint: the server there is not Ably, or a proxy altered its response",
            )
    }

    /// The address of the host that responded last.
    fn base(&self) -> &str {
        self.address(self.at.get())
    }

    fn address(&self, host: usize) -> &str {
        self.hosts.get(host).map_or("", String::as_str)
    }

    /// The hosts to try, in reverse order: the last is the one that responded last.
    fn order(&self) -> Vec<usize> {
        let fallbacks = self.hosts.len().saturating_sub(1);
        let start = (self.transport.random() * fallbacks as f64) as usize;
        let mut order = vec![self.at.get()];
        for step in 0..self.hosts.len() {
            // The primary host comes first, then its fallbacks from a random start, so that they
            // share the load.
            let host = match step {
                0 => 0,
                _ => 1 + (start + step) % fallbacks,
            };
            if host != self.at.get() && order.len() < MAX_HOSTS {
                order.push(host);
            }
        }
        order.reverse();
        order
    }

    fn request(&self, method: &str, base: &str, path: &str, body: String) -> Request {
        let mut headers = Vec::new();
        let mut add = |name: &str, value: String| headers.push((name.to_owned(), value));
        add("Accept", "application/json".to_owned());
        add("Ably-Agent", AGENT.to_owned());
        if !matches!(self.credential, Credential::AccessToken(_)) {
            add("X-Ably-Version", VERSION.to_owned());
        }
        if let Some(value) = self.credential.authorization() {
            add("Authorization", value);
        }
        if !body.is_empty() {
            add("Content-Type", "application/json".to_owned());
        }
        Request {
            method: method.to_owned(),
            url: concat(&[base, path]),
            headers,
            body: body.into_bytes(),
        }
    }

    /// How long to wait before the request is sent again, or `None` if it is not.
    fn wait_for(&self, response: &Response, waits: u32) -> Option<u32> {
        if response.status != TOO_MANY || waits == MAX_WAITS {
            return None;
        }
        let told = response.header("retry-after");
        let date = |text: &str| self.transport.date(text);
        let now = self.transport.now();
        let told = told.and_then(|value| retry_after::milliseconds(value, now, date));
        let ms = told.unwrap_or_else(|| {
            // From half to all of the wait, so that callers that were refused together don't return
            // together.
            ((FIRST_WAIT_MS << waits) as f64 * (0.5 + self.transport.random() / 2.0)) as u64
        });
        (ms <= MAX_WAIT_MS).then_some(ms as u32)
    }

    #[cold]
    fn failed(&self, base: &str, failure: &Failure) -> Error {
        let timeout = number(u64::from(self.timeout_ms));
        match failure {
            Failure::Timeout => {
                let form = "{} did not answer within {} ms";
                Error::new(Kind::Timeout, form, &[base, &timeout])
                    .with_remediation("raise timeoutMs, or try again")
            }
            Failure::Network(reason) => {
                let reason = redact(reason, self.credential);
                Error::new(Kind::Network, "no answer from {}: {}", &[base, &reason])
            }
            Failure::Aborted => {
                Error::new(Kind::Aborted, "the call was aborted by its signal", &[])
            }
            Failure::NoMoreRequests => Error::new(Kind::Network, "{}", &[NO_MORE_REQUESTS])
                .with_remediation(
                    "Workers limit the subrequests of one invocation: do the rest in others",
                ),
            Failure::TooLong => {
                Error::new(Kind::Service, "{} answered with more than 16 MiB", &[base])
            }
        }
    }
}

/// The response body as JSON, or `None` if it is not JSON.
pub(crate) fn json_of(response: &Response) -> Option<Json<'_>> {
    Json::parse(std::str::from_utf8(&response.body).ok()?).ok()
}

/// Encodes a text as a single path segment (RFC 3986, 3.3). Encoding does not neutralize `.` and
/// `..`, so the caller must refuse those.
pub(crate) fn segment(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = Vec::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte);
            continue;
        }
        let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or_default();
        out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
    }
    ascii(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_holds_only_what_has_no_meaning_in_a_path() {
        for byte in 0..=0x7f_u8 {
            let text = char::from(byte).to_string();
            let encoded = segment(&text);
            if byte.is_ascii_alphanumeric() || "-._~".contains(char::from(byte)) {
                assert_eq!(encoded, text);
            } else {
                assert_eq!(encoded, format!("%{byte:02X}"));
            }
        }
        assert_eq!(segment("é/😀"), "%C3%A9%2F%F0%9F%98%80");
        assert_eq!(segment(""), "");
    }
}
