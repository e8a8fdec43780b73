//! The one error type: what was found, where, and what to do.

use std::fmt;

use crate::json::Writer;
use crate::text::{fill, without};

/// What an error is about. The names are those of the JavaScript `ErrorKind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The call itself: an option that is missing, unknown or of the wrong type.
    Usage,
    /// The API key.
    Key,
    /// The capability, or what is left of it.
    Capability,
    /// The token, or a value that would go into one.
    Token,
    /// A token that has expired.
    Expired,
    /// A token that was revoked.
    Revoked,
    /// Credentials that are good, but not for this.
    Forbidden,
    /// Too many requests.
    RateLimited,
    /// Nobody answered, or the answer broke off.
    Network,
    /// The answer took too long.
    Timeout,
    /// The caller ended the call.
    Aborted,
    /// What answered failed, or is not Ably.
    Service,
}

impl Kind {
    /// The name, as JavaScript sees it.
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

/// Ably's error codes, as far as this crate raises them, with the HTTP status that goes with each
/// (ably-common, `errors/codes`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Code {
    /// Malformed request, a bad capability included.
    BadRequest = 40000,
    /// A parameter out of range, such as a TTL that is too long.
    OutOfRange = 40003,
    /// A key or token that cannot be read.
    Unreadable = 40005,
    /// A client id that is empty or not text.
    ClientId = 40012,
    /// The credentials are not valid: no such key, or another signature.
    Credentials = 40101,
    /// A key over an unencrypted connection.
    Unencrypted = 40103,
    /// The token has been revoked.
    Revoked = 40141,
    /// The token has expired.
    Expired = 40142,
    /// The JWT is not valid.
    Jwt = 40144,
    /// The capability does not allow this, or nothing is left of it.
    NotPermitted = 40160,
    /// This takes a key, not a token.
    NeedsKey = 40162,
    /// The key does not have revocable tokens.
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

/// An error: what was found and where (`message`, `path`), what to do (`remediation`), and Ably's own
/// code where Ably has one.
///
/// It never holds a key, a secret or a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<Parts>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    kind: Kind,
    /// 0: there is none.
    code: u32,
    /// 0: there is none.
    status: u16,
    message: String,
    notes: Notes,
}

/// What an error may have beside its message, each at the place of its name.
pub(crate) type Notes = [Option<String>; NOTE_NAMES.len()];

/// As JavaScript's `AblyAuthError` has them.
pub(crate) const NOTE_NAMES: [&str; 5] = ["path", "remediation", "href", "requestId", "serverId"];

const PATH: usize = 0;
const REMEDIATION: usize = 1;
const HREF: usize = 2;
const REQUEST_ID: usize = 3;
const SERVER_ID: usize = 4;

/// What everything in this crate that can fail returns.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    // None of these is generic or inlined: errors are made in a hundred places, and each of those is
    // then a few addresses.

    /// An error whose message is made of these parts.
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

    /// As another service said it: its numbers (0: none), and what else it told.
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

    /// The same error about another option of the same kind: a capability may be the key's.
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

    /// The same without a secret that what was answered may repeat.
    #[cold]
    pub(crate) fn without(mut self, secret: &str) -> Self {
        self.0.message = without(&self.0.message, &[secret], usize::MAX);
        self
    }

    /// What the error is about.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Ably's error code, such as 40160.
    pub fn code(&self) -> Option<u32> {
        (self.0.code != 0).then_some(self.0.code)
    }

    /// The HTTP status: the one that goes with the code, or that was answered.
    pub fn status(&self) -> Option<u16> {
        (self.0.status != 0).then_some(self.0.status)
    }

    fn noted(&self, place: usize) -> Option<&str> {
        self.0.notes.get(place)?.as_deref()
    }

    /// A page about the error, if Ably named one.
    pub fn href(&self) -> Option<&str> {
        self.noted(HREF)
    }

    /// What Ably's support can find the request by, if Ably sent it.
    pub fn request_id(&self) -> Option<&str> {
        self.noted(REQUEST_ID)
    }

    /// The server that answered, if Ably named it.
    pub fn server_id(&self) -> Option<&str> {
        self.noted(SERVER_ID)
    }

    /// The whole of it in one sentence.
    pub(crate) fn text(&self) -> String {
        match self.remediation() {
            Some(remediation) => fill("{}; {}", &[&self.0.message, remediation]),
            None => self.0.message.clone(),
        }
    }

    /// What was found.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where in the input, as `capability["chat:*"][1]`.
    pub fn path(&self) -> Option<&str> {
        self.noted(PATH)
    }

    /// What to do about it.
    pub fn remediation(&self) -> Option<&str> {
        self.noted(REMEDIATION)
    }
}

impl Error {
    /// The fields of JavaScript's `AblyAuthError`.
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
