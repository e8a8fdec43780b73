//! Parses a request.

use serde_json::Value;

use super::codec::{self, Format};
use super::error::{Outcome, Refusal};
use super::limits::MAX_REQUEST_BYTES;
use crate::http::Request;
use crate::text::find;

/// A request with its method, its decoded path and query, and its body formats.
pub(super) struct Call<'a> {
    pub(super) request: &'a Request,
    pub(super) method: &'a str,
    /// The decoded segments of the path; empty for `/`.
    pub(super) path: Vec<String>,
    /// The query parameters in order; names may repeat.
    pub(super) query: Vec<(String, String)>,
    /// The format of the response.
    pub(super) accepts: Format,
}

impl<'a> Call<'a> {
    pub(super) fn read(request: &'a Request) -> Outcome<Call<'a>> {
        if request.body.len() > MAX_REQUEST_BYTES {
            let message = format!("the body is over the bound of {MAX_REQUEST_BYTES} bytes");
            return Err(Refusal::new(413, 40009, message));
        }
        let (path, query) = target(&request.url);
        let unreadable = || Refusal::bad("the path or the query is not percent-encoded UTF-8");
        let mut segments = Vec::new();
        for segment in path.split('/').filter(|segment| !segment.is_empty()) {
            segments.push(decode(segment, false).ok_or_else(unreadable)?);
        }
        let mut pairs = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name, true).ok_or_else(unreadable)?;
            pairs.push((name, decode(value, true).ok_or_else(unreadable)?));
        }
        let wanted = pairs.iter().find(|(name, _)| name == "format");
        let accepts = match wanted {
            _ if Call::is_control(request) => Format::Json,
            Some((_, format)) => Format::named(format),
            None => Format::accepted(request.header("accept").unwrap_or_default()),
        };
        Ok(Call {
            request,
            // HEAD returns the response of GET; its body is removed at the end.
            method: match request.method.as_str() {
                "HEAD" => "GET",
                method => method,
            },
            path: segments,
            query: pairs,
            accepts,
        })
    }

    /// Whether the request is for the Control API or the dashboard, which use only JSON and
    /// unwrapped errors.
    pub(super) fn is_control(request: &Request) -> bool {
        let (path, _) = target(&request.url);
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        let mut segments = segments.map(|segment| decode(segment, false));
        let mut next = || segments.next().flatten();
        match next().as_deref() {
            Some("v1" | "dashboard") => true,
            Some("api") => next().as_deref() == Some("v1"),
            _ => false,
        }
    }

    /// Returns the first query parameter with this name.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Parses the body as JSON or MessagePack, according to its `Content-Type`. Null if there is no
    /// body.
    pub(super) fn body(&self) -> Outcome<Value> {
        if self.request.body.is_empty() {
            return Ok(Value::Null);
        }
        let format = Format::of(self.request.header("content-type").unwrap_or_default());
        codec::read(&self.request.body, format)
            .map_err(|reason| Refusal::new(400, 40001, format!("the body is {reason}")))
    }

    /// The protocol version that the caller uses; 1 by default
    /// (<https://ably.com/docs/api/rest-api>).
    pub(super) fn version(&self) -> u32 {
        let told = self.request.header("x-ably-version");
        let told = told.or_else(|| self.parameter("v")).unwrap_or("1");
        // Older versions have two parts, such as 1.2.
        let major = told.split('.').next().unwrap_or_default();
        major.parse().unwrap_or(1)
    }
}

/// The URL without `http://`.
fn after_scheme(url: &str) -> Option<&str> {
    let colon = find(url, b':')?;
    url.get(colon..)?.strip_prefix("://")
}

/// Splits a URL into its scheme and host, path, and query.
pub(super) fn authority(url: &str) -> &str {
    let rest = after_scheme(url).unwrap_or_default();
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

fn target(url: &str) -> (&str, &str) {
    let rest = after_scheme(url).unwrap_or(url);
    let rest = rest.split('#').next().unwrap_or_default();
    let start = rest.find(['/', '?']).unwrap_or(rest.len());
    let target = rest.get(start..).unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    // The Ably CLI has the Control API there on any host whose name does not begin with `control`.
    let inner = path.strip_prefix("/api");
    (
        inner
            .filter(|inner| inner.starts_with("/v1/"))
            .unwrap_or(path),
        query,
    )
}

/// Decodes percent-encoding. Returns `None` if the result is not UTF-8.
fn decode(encoded: &str, plus_is_space: bool) -> Option<String> {
    let mut out = Vec::with_capacity(encoded.len());
    let mut bytes = encoded.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                (digit()? << 4 | digit()?) as u8
            }
            b'+' if plus_is_space => b' ',
            _ => byte,
        });
    }
    String::from_utf8(out).ok()
}
