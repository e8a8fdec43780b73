//! Error responses: the forms of Ably's error body, and fallbacks for anything else.
//!
//! The REST API wraps an error (`{"error":{…}}`), the Control API does not. Some errors come only
//! in headers (42922), and proxies send HTML pages. Each becomes the same complete error.

use zeroize::Zeroizing;

use super::Response;
use super::client::{Credential, json_of};
use crate::error::{Error, Kind, NOTE_NAMES, Notes};
use crate::json::Json;
use crate::text::{concat, digits, fill, find, lossy, number, without};

/// Maximum length of a repeated text.
const MAX_CHARS: usize = 300;

/// The content of an error body.
#[derive(Default)]
pub(crate) struct ErrorBody {
    pub(crate) code: u32,
    status: u16,
    message: String,
    notes: Notes,
}

impl ErrorBody {
    /// The note of this name, if an error body may have it.
    fn note(&mut self, name: &str) -> Option<&mut Option<String>> {
        let its = |note: &&str| *note == name && !matches!(name, "path" | "remediation");
        let place = NOTE_NAMES.iter().position(its)?;
        self.notes.get_mut(place)
    }

    pub(crate) fn into_error(self, kind: Kind, before: &str) -> Error {
        let between = if self.message.is_empty() { "" } else { ": " };
        Error::new(kind, "{}{}{}", &[before, between, &self.message]).answered(
            self.code,
            self.status,
            self.notes,
        )
    }

    /// The kind that the code and status indicate.
    pub(crate) fn kind(&self, credential: Credential<'_>) -> Kind {
        match (self.code, self.status) {
            (40142, _) => Kind::Expired,
            (40160, _) => Kind::Capability,
            (40140..=40149, _) => Kind::Token,
            (_, 401) if matches!(credential, Credential::AccessToken(_)) => Kind::Token,
            (_, 401) => Kind::Key,
            (_, 403) => Kind::Forbidden,
            (_, 429) => Kind::RateLimited,
            (_, 400..=499) => Kind::Usage,
            _ => Kind::Service,
        }
    }
}

/// Reads the fields of an error, or `None` if there are none.
pub(crate) fn read_error(json: Json<'_>, credential: Credential<'_>) -> Option<ErrorBody> {
    let mut told = ErrorBody::default();
    let mut details = String::new();
    let mut is_error = false;
    for (name, value) in json.pairs() {
        let text = || Some(redact(&value.string()?, credential));
        match name.as_ref() {
            // Mocks and proxies send {"error":"Unauthorized"}.
            "error" if !told.message.is_empty() => continue,
            "message" | "error" => told.message = text().unwrap_or_default(),
            "code" => told.code = value.whole().unwrap_or_default() as u32,
            "statusCode" => told.status = value.whole().unwrap_or_default() as u16,
            "details" => details = details_of(value, credential),
            name => match told.note(name) {
                Some(note) => *note = text(),
                None => continue,
            },
        }
        is_error = true;
    }
    // Ably's OpenAPI document has the two swapped.
    if told.status >= 10_000 && told.code < 1_000 {
        (told.code, told.status) = (u32::from(told.status), told.code as u16);
    }
    if !details.is_empty() {
        let between = if told.message.is_empty() { "" } else { " " };
        told.message = fill("{}{}({})", &[&told.message, between, &details]);
    }
    is_error.then_some(told)
}

/// Joins the details by field: `name: too long; capability: unknown operation`.
fn details_of(json: Json<'_>, credential: Credential<'_>) -> String {
    let mut out = String::new();
    let mut add = |name: &str, reason: Json<'_>| {
        // Also limits the total length.
        let Some(reason) = reason.string().filter(|_| out.len() < MAX_CHARS) else {
            return;
        };
        let name = redact(name, credential);
        let before = if out.is_empty() { "" } else { "; " };
        let colon = if name.is_empty() { "" } else { ": " };
        out.push_str(&concat(&[
            before,
            &name,
            colon,
            &redact(&reason, credential),
        ]));
    };
    add("", json);
    for (name, value) in json.pairs() {
        add(&name, value);
        for reason in value.list() {
            add(&name, reason);
        }
    }
    out
}

/// The error for an error response.
#[cold]
pub(crate) fn error_of(response: &Response, base: &str, credential: Credential<'_>) -> Error {
    let json = json_of(response);
    let wrapped = json.and_then(|json| json.member("error"));
    let told = wrapped
        .filter(|json| json.is_object())
        .or(json)
        .and_then(|json| read_error(json, credential));
    let mut told = told.unwrap_or_default();
    let header = |name: &str| Some(redact(response.header(name)?, credential));
    told.status = response.status;
    if told.code == 0 {
        let code = header("x-ably-errorcode").and_then(|code| digits(&code));
        told.code = code.unwrap_or_default();
    }
    if told.message.is_empty() {
        told.message = header("x-ably-errormessage").unwrap_or_else(|| page(response, credential));
    }
    for (name, in_header) in [
        ("serverId", "x-ably-serverid"),
        ("requestId", "x-request-id"),
    ] {
        if let Some(note @ None) = told.note(name) {
            *note = header(in_header);
        }
    }

    let kind = told.kind(credential);
    let (status, code) = (number(u64::from(told.status)), told.code);
    let before = match code {
        0 => fill("{} answered {}", &[base, &status]),
        _ => fill(
            "{} answered {}, code {}",
            &[base, &status, &number(u64::from(code))],
        ),
    };
    let error = told.into_error(kind, &before);
    match remediation(kind, response.status, code, credential) {
        "" => error,
        remediation => error.with_remediation(remediation),
    }
}

/// What to do about the error.
fn remediation(kind: Kind, status: u16, code: u32, credential: Credential<'_>) -> &'static str {
    let is_control = matches!(credential, Credential::AccessToken(_));
    match (kind, status, code) {
        (_, 300..=399, _) => {
            "redirects are never followed: give the endpoint that they lead to, if it is the right one"
        }
        (_, _, 40163 | 40164) => {
            "switch revocable tokens on for this key, in the dashboard or with keys.update(app, key, { revocableTokens: true })"
        }
        (_, _, 40133) => "tokens can only be revoked with the key that issued them",
        (Kind::Token | Kind::Expired, ..) if is_control => {
            "the access token has expired, was rotated or revoked: see https://ably.com/users/access_tokens"
        }
        (Kind::Key, ..) => "check the key: it may have been revoked, or its secret mistyped",
        (Kind::RateLimited, ..) if is_control => {
            "the Control API takes 4000 requests an hour from an account, 2000 from one access token, and 60 without: try again later"
        }
        (Kind::RateLimited, ..) => "try again later, or at a lower rate",
        _ => "",
    }
}

/// The readable text of a body that is not JSON.
fn page(response: &Response, credential: Credential<'_>) -> String {
    let text = lossy(&response.body);
    let text = text.trim_ascii();
    match text.as_bytes().first() {
        None => "with an empty body".to_owned(),
        Some(b'<') => "with a page, not with JSON".to_owned(),
        Some(b'{' | b'[') => String::new(),
        Some(_) => redact(text, credential),
    }
}

/// Makes a foreign text safe to repeat: shortened, on one line, and with an echoed credential
/// removed.
pub(crate) fn redact(text: &str, credential: Credential<'_>) -> String {
    let header = credential.authorization().unwrap_or_default();
    let secrets = [
        credential.secret(),
        // The credential as sent, without `Basic ` or `Bearer `.
        find(&header, b' ')
            .and_then(|at| header.get(at + 1..))
            .unwrap_or_default(),
    ];
    let out = without(text, &secrets, MAX_CHARS);
    drop(Zeroizing::new(header));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access_token::AccessToken;
    use crate::key::ApiKey;

    fn told(json: &str) -> Option<ErrorBody> {
        read_error(Json::parse(json).expect("JSON"), Credential::None)
    }

    #[test]
    fn a_credential_is_left_out_everywhere() {
        let key = ApiKey::parse("app.key:hush-hush").expect("a key");
        let token = AccessToken::parse("an-access-token").expect("a token");
        for (text, redacted) in [
            ("hush-hush", "***"),
            ("hush-hushhush-hush", "******"),
            ("app.key:hush-hush!", "app.key:***!"),
            ("hush-hus", "hush-hus"),
            ("hush-hush-hush-hush", "***-***"),
            ("Basic YXBwLmtleTpodXNoLWh1c2g=", "Basic ***"),
            ("é hush-hush é", "é *** é"),
            ("an-access-token", "an-access-token"),
        ] {
            assert_eq!(redact(text, Credential::Key(&key)), redacted);
        }
        let bearer = Credential::AccessToken(&token);
        assert_eq!(redact("Bearer an-access-token.", bearer), "Bearer ***.");
        assert_eq!(redact("hush-hush", Credential::None), "hush-hush");
    }

    #[test]
    fn a_secret_of_one_letter_is_left_out_too() {
        let key = ApiKey::parse("app.key:x").expect("a key");
        assert_eq!(redact("axbx", Credential::Key(&key)), "a***b***");
    }

    #[test]
    fn what_is_repeated_is_one_line_and_bounded() {
        let texts = redact("a\r\n\tb\0\u{7f}\u{9b}c", Credential::None);
        assert_eq!(texts, "a   b   c");
        let long = "é".repeat(MAX_CHARS + 1);
        assert_eq!(redact(&long, Credential::None).chars().count(), MAX_CHARS);
    }

    #[test]
    fn swapped_code_and_status_are_corrected() {
        for (json, code, status) in [
            (r#"{"code":40100,"statusCode":401}"#, 40100, 401),
            (r#"{"code":401,"statusCode":40100}"#, 40100, 401),
            (r#"{"statusCode":40100}"#, 40100, 0),
            (r#"{"code":40100}"#, 40100, 0),
            (r#"{"code":"40100","statusCode":401}"#, 0, 401),
        ] {
            let told = told(json).expect("an error");
            assert_eq!((told.code, told.status), (code, status), "{json}");
        }
    }

    #[test]
    fn an_object_without_any_field_of_an_error_is_none() {
        for json in ["{}", "[]", "null", "7", r#""message""#, r#"{"target":"x"}"#] {
            assert!(told(json).is_none(), "{json}");
        }
    }
}
