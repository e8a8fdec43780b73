//! One call: to which host, with which credential, and when once more.

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

/// The form of answers that is asked for: 3 is the first with the batch results that revocation
/// documents.
const VERSION: &str = "3";
const AGENT: &str = concat!("ably-edge-auth/", env!("CARGO_PKG_VERSION"));

/// A host and this many fallback hosts are tried (SPEC TO3l5).
const MAX_HOSTS: usize = 4;
/// An answer of 429 is waited for this often…
const MAX_WAITS: u32 = 5;
/// …starting with this, doubled each time…
const FIRST_WAIT_MS: u64 = 500;
/// …and never longer than this: an hourly limit is the caller's to wait for.
const MAX_WAIT_MS: u64 = 30_000;

const TOO_MANY: u16 = 429;

/// What the error says when the platform sends nothing further.
pub(crate) const NO_MORE_REQUESTS: &str = "the runtime sends no further requests";
/// And when one host had failed before, so that nobody knows what it did.
pub(crate) const NO_FURTHER_ATTEMPT: &str =
    "an earlier attempt failed, and the runtime sends no further requests";

#[derive(Clone, Copy)]
pub(crate) enum Credential<'a> {
    None,
    Key(&'a ApiKey),
    AccessToken(&'a AccessToken),
}

impl<'a> Credential<'a> {
    /// What nobody else may read; of a key, the part behind the colon.
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
    /// Which host answered last: the first one is not waited for again and again while it is down.
    at: Cell<usize>,
}

impl<'a, T: Transport> Exchange<'a, T> {
    /// With Ably's REST API.
    pub(crate) fn data(transport: &'a T, network: &'a Network, credential: Credential<'a>) -> Self {
        Exchange {
            transport,
            hosts: &network.hosts,
            timeout_ms: network.timeout_ms,
            credential,
            at: Cell::new(0),
        }
    }

    /// With the Control API, which has one host.
    pub(crate) fn control(transport: &'a T, network: &'a Network, token: &'a AccessToken) -> Self {
        Exchange {
            hosts: std::slice::from_ref(&network.control),
            ..Exchange::data(transport, network, Credential::AccessToken(token))
        }
    }

    /// Sends until there is an answer that is not to be tried again, whatever it says.
    ///
    /// `body` is made anew for each attempt, from the number of those before; empty: none.
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
        // Whether another host failed: it may have done what it was asked all the same.
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

    /// An answer that says no is an error.
    pub(crate) fn good(&self, answer: Result<Response>) -> Result<Response> {
        match answer {
            Ok(response) if !matches!(response.status, 200..=299) => Err(self.refusal(&response)),
            answer => answer,
        }
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.transport.is_ended()
    }

    /// What an answer means that says no.
    pub(crate) fn refusal(&self, response: &Response) -> Error {
        error_of(response, self.base(), self.credential)
    }

    /// The error for an answer of another form than was documented.
    pub(crate) fn unreadable(&self, response: &Response, wanted: &str) -> Error {
        let status = number(u64::from(response.status));
        let form = "{} answered {}, but not with {}";
        Error::new(Kind::Service, form, &[self.base(), &status, wanted])
            .answered(0, response.status, Default::default())
            .with_remediation(
                "check the endpoint: what answers there is not Ably, or something stands between",
            )
    }

    /// The host that answered last.
    fn base(&self) -> &str {
        self.address(self.at.get())
    }

    fn address(&self, host: usize) -> &str {
        self.hosts.get(host).map_or("", String::as_str)
    }

    /// The hosts to try, the first one last.
    fn order(&self) -> Vec<usize> {
        let fallbacks = self.hosts.len().saturating_sub(1);
        let start = (self.transport.random() * fallbacks as f64) as usize;
        let mut order = vec![self.at.get()];
        for step in 0..self.hosts.len() {
            // The primary host first, then its fallbacks from anywhere on, so that they share the load.
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

    /// How long to wait before the same request is sent again; nothing: it is not.
    fn wait_for(&self, response: &Response, waits: u32) -> Option<u32> {
        if response.status != TOO_MANY || waits == MAX_WAITS {
            return None;
        }
        let told = response.header("retry-after");
        let date = |text: &str| self.transport.date(text);
        let now = self.transport.now();
        let told = told.and_then(|value| retry_after::milliseconds(value, now, date));
        let ms = told.unwrap_or_else(|| {
            // From half of it to all of it: callers who were refused together come back apart.
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
            Failure::Aborted => Error::new(Kind::Aborted, "the call was ended by its signal", &[]),
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

/// The body of an answer as JSON; nothing when it is none.
pub(crate) fn json_of(response: &Response) -> Option<Json<'_>> {
    Json::parse(std::str::from_utf8(&response.body).ok()?).ok()
}

/// A path segment that holds this text and nothing else (RFC 3986, 3.3). No encoding helps against `.`
/// and `..`: those are for the caller to refuse.
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
