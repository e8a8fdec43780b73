//! The error type: what is wrong, where, and what to do about it.

use std::fmt;

use crate::json::Writer;
use crate::text::{fill, without};

/// The subject of an error. The names match those of JavaScript's `ErrorKind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The call itself: a missing, unknown or mistyped option.
    Usage,
    /// The API key.
    Key,
    /// The capability, or the lack of any remaining permission.
    Capability,
    /// The token, or a value that would go into one.
    Token,
    /// A token that has expired.
    Expired,
    /// A token that was revoked.
    Revoked,
    /// Valid credentials that don't permit this.
    Forbidden,
    /// Too many requests.
    RateLimited,
    /// The server could not be reached, or the response was cut off.
    Network,
    /// The response took too long.
    Timeout,
    /// The caller aborted the call.
    Aborted,
    /// The server failed, or is not Ably.
    Service,
}

impl Kind {
    /// The name used in JavaScript.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Usage => "usage",
            Kind::Key => "key",
            Kind::Capability => "capability",
            Kind::Token => "token",
            Kind::Expired => "expired",
            Kind::Revoked => "revoked",
            Kind::Forbidden => "forbidden",
            Kind::RateLimited => "rate-limited",
            Kind::Network => "network",
            Kind::Timeout => "timeout",
            Kind::Aborted => "aborted",
            Kind::Service => "service",
        }
    }
}

/// The Ably error codes that this crate raises, each with its HTTP status (ably-common,
/// `errors/codes`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Code {
    /// A malformed request, including an invalid capability.
    BadRequest = 40000,
    /// A parameter out of range, such as a TTL that is too long.
    OutOfRange = 40003,
    /// An unreadable key or token.
    Unreadable = 40005,
    /// A client id that is empty or not a string.
    ClientId = 40012,
    /// Invalid credentials: an unknown key, or a signature that does not match.
    Credentials = 40101,
    /// A key sent over an unencrypted connection.
    Unencrypted = 40103,
    /// The token has been revoked.
    Revoked = 40141,
    /// The token has expired.
    Expired = 40142,
    /// An invalid JWT.
    Jwt = 40144,
    /// The capability does not allow this, or grants nothing.
    NotPermitted = 40160,
    /// The operation needs a key, not a token.
    NeedsKey = 40162,
    /// The key does not issue revocable tokens.
    NotRevocable = 40164,
}

impl Code {
    /// The HTTP status that Ably sends with this code.
    fn status(self) -> u16 {
        match self {
            Code::BadRequest | Code::OutOfRange | Code::Unreadable | Code::ClientId => 400,
            Code::Credentials
            | Code::Unencrypted
            | Code::Revoked
            | Code::Expired
            | Code::Jwt
            | Code::NotPermitted
            | Code::NeedsKey
            | Code::NotRevocable => 401,
        }
    }
}

/// An error: what is wrong and where (`message`, `path`), what to do about it (`remediation`), and
/// Ably's code if it has one.
///
/// It never contains a key, a secret or a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<Parts>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    kind: Kind,
    /// 0 if there is none.
    code: u32,
    /// 0 if there is none.
    status: u16,
    message: String,
    notes: Notes,
}

/// Optional texts of an error, indexed as in [`NOTE_NAMES`].
pub(crate) type Notes = [Option<String>; NOTE_NAMES.len()];

/// The names of the notes, as in JavaScript's `AblyAuthError`.
pub(crate) const NOTE_NAMES: [&str; 5] = ["path", "remediation", "href", "requestId", "serverId"];

const PATH: usize = 0;
const REMEDIATION: usize = 1;
const HREF: usize = 2;
const REQUEST_ID: usize = 3;
const SERVER_ID: usize = 4;

/// The result type of every fallible function in this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    // None of these is generic or inlined: errors are created in about a hundred places, and each
    // call then costs only a few bytes.

    /// Creates an error whose message is `form` filled with `texts`.
    #[cold]
    #[inline(never)]
    pub(crate) fn new(kind: Kind, form: &'static str, texts: &[&str]) -> Self {
        Error(Box::new(Parts {
            kind,
            code: 0,
            status: 0,
            message: fill(form, texts),
            notes: Notes::default(),
        }))
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn token(code: Code, form: &'static str, texts: &[&str]) -> Self {
        Error::new(Kind::Token, form, texts).with_code(code)
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn with_code(mut self, code: Code) -> Self {
        self.0.code = code as u32;
        self.0.status = code.status();
        self
    }

    /// Adds the numbers (0 if absent) and notes of another service's error.
    #[cold]
    #[inline(never)]
    pub(crate) fn answered(mut self, code: u32, status: u16, notes: Notes) -> Self {
        self.0.code = code;
        self.0.status = status;
        self.0.notes = notes;
        self
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn at(self, path: &str) -> Self {
        self.note(PATH, path)
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn with_remediation(self, remediation: &str) -> Self {
        self.note(REMEDIATION, remediation)
    }

    fn note(mut self, place: usize, text: &str) -> Self {
        if let Some(note) = self.0.notes.get_mut(place) {
            *note = Some(text.to_owned());
        }
        self
    }

    /// The same error for another option of the same kind, such as a key's capability.
    #[cfg(all(target_arch = "wasm32", feature = "javascript"))]
    pub(crate) fn in_place_of(mut self, option: &str) -> Self {
        let renamed = |text: &str| {
            let the = if text.starts_with("the ") { "the " } else { "" };
            let rest = text.strip_prefix(the).unwrap_or_default();
            match rest.strip_prefix("capability") {
                Some(rest) => fill("{}{}{}", &[the, option, rest]),
                None => text.to_owned(),
            }
        };
        if let [Some(path), ..] = &mut self.0.notes {
            *path = renamed(path);
        }
        self.0.message = renamed(&self.0.message);
        self
    }

    /// Removes a secret that the response may have echoed.
    #[cold]
    pub(crate) fn without(mut self, secret: &str) -> Self {
        self.0.message = without(&self.0.message, &[secret], usize::MAX);
        self
    }

    /// The subject of the error.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Ably's error code, such as 40160.
    pub fn code(&self) -> Option<u32> {
        (self.0.code != 0).then_some(self.0.code)
    }

    /// The HTTP status: the one that belongs to the code, or that of the response.
    pub fn status(&self) -> Option<u16> {
        (self.0.status != 0).then_some(self.0.status)
    }

    fn noted(&self, place: usize) -> Option<&str> {
        self.0.notes.get(place)?.as_deref()
    }

    /// A page about the error, if Ably sent one.
    pub fn href(&self) -> Option<&str> {
        self.noted(HREF)
    }

    /// The id by which Ably's support finds the request, if Ably sent one.
    pub fn request_id(&self) -> Option<&str> {
        self.noted(REQUEST_ID)
    }

    /// The server that responded, if Ably named it.
    pub fn server_id(&self) -> Option<&str> {
        self.noted(SERVER_ID)
    }

    /// The message and the remediation in one sentence.
    pub(crate) fn text(&self) -> String {
        match self.remediation() {
            Some(remediation) => fill("{}; {}", &[&self.0.message, remediation]),
            None => self.0.message.clone(),
        }
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where in the input, such as `capability["chat:*"][1]`.
    pub fn path(&self) -> Option<&str> {
        self.noted(PATH)
    }

    /// What to do about it.
    pub fn remediation(&self) -> Option<&str> {
        self.noted(REMEDIATION)
    }
}

impl Error {
    /// The fields of JavaScript's `AblyAuthError`, as JSON.
    pub(crate) fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.text("kind", self.kind().as_str());
        json.text("message", &self.0.message);
        if let Some(code) = self.code() {
            json.number("code", u64::from(code));
        }
        if let Some(status) = self.status() {
            json.number("statusCode", u64::from(status));
        }
        for (name, note) in NOTE_NAMES.into_iter().zip(&self.0.notes) {
            json.optional(name, note.as_deref());
        }
        json.finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl std::error::Error for Error {}
