//! Reads the credential of a request, in every form that Ably accepts.

use crate::sandbox::codec::base64;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::parsed_request::Call;

/// A key or token that has not been checked yet. It is never printed.
pub(in crate::sandbox) enum Credential {
    /// `appId.keyId:secret`
    Key(String),
    /// An Ably token or a JWT.
    Token(String),
}

impl Credential {
    /// Reads the `Authorization` header, or else a query parameter.
    ///
    /// # Errors
    /// 40106, 401: there is no credential. 40004 or 40005, 400: it cannot be read.
    pub(in crate::sandbox) fn read(call: &Call<'_>) -> Outcome<Credential> {
        if let Some(header) = call.request.header("authorization") {
            return of_header(header);
        }
        if let Some(key) = call.parameter("key") {
            return Ok(Credential::Key(key.to_owned()));
        }
        // SPEC RSA3c specifies the first name, ably-js sends the second.
        let token = call.parameter("access_token");
        match token.or_else(|| call.parameter("accessToken")) {
            Some(token) => Ok(Credential::Token(token.to_owned())),
            None => Err(Refusal::new(
                401,
                40106,
                "there are no credentials: give an API key by Basic authentication, or a token as Bearer",
            )),
        }
    }
}

fn of_header(header: &str) -> Outcome<Credential> {
    let header = header.trim_ascii();
    let (scheme, value) = header.split_once(' ').unwrap_or((header, ""));
    let value = value.trim_ascii();
    if scheme.eq_ignore_ascii_case("basic") {
        let key = text(value).ok_or_else(|| unreadable("the key is not base64-encoded text"))?;
        return Ok(Credential::Key(key));
    }
    if scheme.eq_ignore_ascii_case("bearer") {
        // SPEC RSA3b: a token may be base64-encoded again. All tokens contain a dot, and base64
        // does not.
        if value.contains('.') {
            return Ok(Credential::Token(value.to_owned()));
        }
        let token = text(value).ok_or_else(|| {
            unreadable("the Bearer value is neither a token nor a base64-encoded token")
        })?;
        return Ok(Credential::Token(token));
    }
    Err(Refusal::new(
        400,
        40004,
        "the Authorization header is neither Basic nor Bearer",
    ))
}

/// Decodes a base64 text.
pub(in crate::sandbox) fn text(encoded: &str) -> Option<String> {
    let bytes = base64::decode(encoded)?;
    String::from_utf8(bytes)
        .ok()
        .filter(|text| !text.is_empty())
}

pub(in crate::sandbox) fn unreadable(message: &str) -> Refusal {
    Refusal::new(400, 40005, message)
}
