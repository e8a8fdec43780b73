//! The claims of an Ably JWT: their names, and how they are read.

use std::borrow::Cow;

use crate::capability::Capability;
use crate::error::{Code, Error, Result};
use crate::json::Json;

pub(super) const CAPABILITY: &str = "x-ably-capability";
pub(super) const CLIENT_ID: &str = "x-ably-clientId";
pub(super) const REVOCATION_KEY: &str = "x-ably-revocation-key";
pub(super) const CLIENT_TYPE: &str = "x-ably-clientType";
pub(super) const EMBEDDED: &str = "x-ably-token";
pub(super) const CHANNEL: &str = "ably.channel.";
pub(super) const ROOM: &str = "ably.room.";
pub(super) const RATE: &str = "ably.limits.publish.perAttachment.maxRate.";

/// The option that writes a claim, or a sentence on why nobody may, for names that are not the
/// caller's to choose.
pub(super) fn reserved(name: &str) -> Option<&'static str> {
    Some(match name {
        "iat" => "it is the time of issue: use now",
        "exp" => "it follows from ttlSeconds",
        "jti" => "use jwtId",
        CAPABILITY => "use capability",
        CLIENT_ID => "use clientId",
        REVOCATION_KEY => "use revocationKey",
        CLIENT_TYPE => "use clientType",
        _ if name.starts_with("x-ably-") => "names that begin with x-ably- are Ably's",
        _ if name.starts_with(CHANNEL) => "use channelClaims",
        _ if name.starts_with(ROOM) => "use roomClaims",
        _ if name.starts_with("ably.limits.") => "use publishRateLimits",
        _ if name.starts_with("ably.") => "names that begin with ably. are Ably's",
        _ => return None,
    })
}

/// What keeps a token from being accepted, under a stable name.
pub(super) struct Problem {
    pub(super) code: &'static str,
    pub(super) error: Error,
}

/// The claims that matter, each as far as it can be read, and everything wrong with them.
#[derive(Default)]
pub(super) struct Claims {
    pub(super) issued: Option<u64>,
    pub(super) expires: Option<u64>,
    pub(super) not_before: Option<u64>,
    pub(super) client_id: Option<String>,
    pub(super) revocation_key: Option<String>,
    pub(super) capability: Option<Capability>,
    /// The claim is there, readable or not.
    pub(super) has_capability: bool,
    /// The claim is an object where Ably documents text.
    pub(super) capability_is_object: bool,
    pub(super) embedded: Option<String>,
    pub(super) problems: Vec<Problem>,
}

impl Claims {
    /// # Errors
    /// 40144 when the text is no object of distinct names; all else is put into `problems`.
    pub(super) fn read(text: &str) -> Result<Claims> {
        let members = Json::parse(text)
            .and_then(Json::members)
            .map_err(|flaw| super::compact::malformed(format!("the token's payload {flaw}")))?;
        let mut claims = Claims::default();
        for (name, value) in &members {
            claims.take(name, *value);
        }
        for (missing, name) in [
            (claims.issued.is_none(), "iat"),
            (claims.expires.is_none(), "exp"),
        ] {
            if missing && !members.iter().any(|(member, _)| member == name) {
                claims.refuse(
                    "missing-claim",
                    Code::Jwt,
                    name,
                    format!("the token has no {name}"),
                );
            }
        }
        Ok(claims)
    }

    fn take(&mut self, name: &str, value: Json<'_>) {
        let text = || value.string().map(Cow::into_owned);
        match name {
            "iat" => self.issued = self.seconds("iat", value),
            "exp" => self.expires = self.seconds("exp", value),
            "nbf" => self.not_before = self.seconds("nbf", value),
            CLIENT_ID => match text() {
                Some(id) if !id.is_empty() => self.client_id = Some(id),
                found => self.refuse(
                    "bad-client-id",
                    Code::ClientId,
                    CLIENT_ID,
                    wrong(CLIENT_ID, value, &found, "a client id"),
                ),
            },
            REVOCATION_KEY => match text() {
                Some(key) if !key.is_empty() => self.revocation_key = Some(key),
                found => self.refuse(
                    "bad-revocation-key",
                    Code::Jwt,
                    REVOCATION_KEY,
                    wrong(REVOCATION_KEY, value, &found, "a revocation key"),
                ),
            },
            EMBEDDED => {
                self.embedded = text();
                if self.embedded.is_none() {
                    self.refuse(
                        "bad-embedded-token",
                        Code::Jwt,
                        EMBEDDED,
                        wrong(EMBEDDED, value, &None, "a token"),
                    );
                }
            }
            CAPABILITY => self.take_capability(value),
            _ => {}
        }
    }

    fn take_capability(&mut self, value: Json<'_>) {
        self.has_capability = true;
        let text = value.string();
        self.capability_is_object = value.is_object();
        let read = match &text {
            Some(text) => Capability::read(text),
            None if self.capability_is_object => Capability::read(value.text()),
            None => {
                let message = wrong(CAPABILITY, value, &None, "a capability");
                return self.refuse("bad-capability", Code::Jwt, CAPABILITY, message);
            }
        };
        match read {
            Ok(capability) => self.capability = Some(capability),
            Err(error) => {
                let message = format!("the token's {CAPABILITY} cannot be read: {error}");
                self.refuse("bad-capability", Code::Jwt, CAPABILITY, message);
            }
        }
    }

    fn seconds(&mut self, name: &'static str, value: Json<'_>) -> Option<u64> {
        let seconds = value.whole();
        if seconds.is_none() {
            let message =
                format!("the token's {name} is not a whole number of seconds from 0 to 2^53 - 1");
            self.refuse("bad-time", Code::Jwt, name, message);
        }
        seconds
    }

    pub(super) fn refuse(&mut self, code: &'static str, number: Code, name: &str, message: String) {
        let error = Error::token(number, message).at(format!("claims[\"{name}\"]"));
        self.problems.push(Problem { code, error });
    }
}

fn wrong(name: &str, value: Json<'_>, text: &Option<String>, wanted: &str) -> String {
    let found = if text.is_some() {
        "empty"
    } else {
        value.kind()
    };
    format!("the token's {name} is {found}, not {wanted}")
}
