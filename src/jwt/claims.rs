//! The claims of an Ably JWT: their names, and how to read them.

use std::borrow::Cow;
use std::ops::Range;

use super::compact::malformed;
use super::unknown_claims;
use crate::capability::Capability;
use crate::error::{Code, Error, Result};
use crate::json::{self, Json};
use crate::suggest::did_you_mean;
use crate::text::fill;

pub(super) const CAPABILITY: &str = "x-ably-capability";
pub(super) const CLIENT_ID: &str = "x-ably-clientId";
pub(super) const REVOCATION_KEY: &str = "x-ably-revocation-key";
pub(super) const CLIENT_TYPE: &str = "x-ably-clientType";
pub(super) const EMBEDDED: &str = "x-ably-token";
pub(super) const CHANNEL: &str = "ably.channel.";
pub(super) const ROOM: &str = "ably.room.";
pub(super) const RATE: &str = "ably.limits.publish.perAttachment.maxRate.";

/// The claims of most tokens that this crate issues, in its order.
const USUAL: [&str; 5] = [CAPABILITY, "iat", "exp", CLIENT_ID, REVOCATION_KEY];

/// The option that writes a reserved claim, or why there is none. `None` if the caller may use the name.
pub(super) fn reserved(name: &str) -> Option<String> {
    let meant = match unknown_claims::is_unknown(name) {
        true => unknown_claims::nearest_claim(name),
        false => None,
    };
    let Some(meant) = meant else {
        return option_of(name).map(str::to_owned);
    };
    let option = option_of(&meant).unwrap_or_default();
    Some(fill("{} {}", &[&did_you_mean(&meant), option]))
}

fn option_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "iat" => "it is the time of issue: use now",
        "exp" => "it follows from ttlSeconds",
        "jti" => "use jwtId",
        CAPABILITY => "use capability",
        CLIENT_ID => "use clientId",
        REVOCATION_KEY => "use revocationKey",
        CLIENT_TYPE => "use clientType",
        _ if name.starts_with(CHANNEL) => "use channelClaims",
        _ if name.starts_with(ROOM) => "use roomClaims",
        _ if name.starts_with("ably.limits.") => "use publishRateLimits",
        _ if !unknown_claims::is_reserved(name) => return None,
        _ if matches!(name.as_bytes().first(), Some(b'x' | b'X')) => {
            "names that begin with x-ably- are Ably's"
        }
        _ => "names that begin with ably. are Ably's",
    })
}

/// Why a token is not accepted, with a stable code.
pub(super) struct Problem {
    pub(super) code: &'static str,
    pub(super) error: Error,
}

/// [`read_capability`], or a faster equivalent.
pub(crate) type ReadCapability<'a> = dyn FnMut(Json<'_>) -> Result<Capability> + 'a;

/// Reads the capability of a claim: a text, or an object, which is undocumented but occurs.
pub(crate) fn read_capability(claim: Json<'_>) -> Result<Capability> {
    match claim.string() {
        Some(text) => Capability::read(&text),
        None => Capability::read(claim.text()),
    }
}

/// The claims that this crate uses, as far as they can be read, and everything that is wrong with them.
#[derive(Default)]
pub(super) struct Claims {
    pub(super) issued: Option<u64>,
    pub(super) expires: Option<u64>,
    pub(super) not_before: Option<u64>,
    pub(super) client_id: Option<String>,
    pub(super) revocation_key: Option<String>,
    pub(super) capability: Option<Capability>,
    /// Whether the claim exists, readable or not.
    pub(super) has_capability: bool,
    /// The range of its value in the payload if it is the first claim, as in tokens of this crate.
    pub(super) capability_at: Option<Range<usize>>,
    /// Whether the claim is an object, although Ably documents a text.
    pub(super) capability_is_object: bool,
    /// Whether the claims are those of [`USUAL`], in its order.
    pub(super) are_usual: bool,
    pub(super) embedded: Option<String>,
    /// Whether there is a claim with Ably's prefix that Ably does not have: see [`unknown_claims`].
    pub(super) has_unknown: bool,
    pub(super) problems: Vec<Problem>,
}

impl Claims {
    /// `capability_at`: the value of [`Claims::capability_at`], if it is known already.
    ///
    /// # Errors
    /// 40144: the text is not a JSON object with distinct names. Everything else goes to `problems`.
    pub(super) fn read(
        text: &str,
        capability_at: Option<Range<usize>>,
        capability: &mut ReadCapability<'_>,
    ) -> Result<Claims> {
        let members = json::object_from(text, capability_at.map(|at| (CAPABILITY, at)))
            .map_err(|flaw| malformed("the token's payload {}", &[&flaw.text()]))?;
        let mut usual = USUAL.iter();
        let mut claims = Claims {
            are_usual: members.iter().all(|(it, _)| usual.any(|name| name == it)),
            ..Claims::default()
        };
        for (name, value) in &members {
            claims.take(name, *value, capability);
        }
        if let Some((name, value)) = members.first()
            && name == CAPABILITY
        {
            let start = value.text().as_ptr() as usize - text.as_ptr() as usize;
            claims.capability_at = Some(start..start + value.text().len());
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
                    "the token has no {}",
                    &[name],
                );
            }
        }
        Ok(claims)
    }

    /// Whether the first claim is the capability, in its canonical text. `text`: all claims.
    pub(super) fn begin_with_canonical_capability(&self, text: &str) -> bool {
        let (Some(at), Some(capability)) = (&self.capability_at, &self.capability) else {
            return false;
        };
        let value = text.get(at.clone()).unwrap_or_default();
        json::is_plain_string_of(value, capability.text())
    }

    fn take(&mut self, name: &str, value: Json<'_>, capability: &mut ReadCapability<'_>) {
        let text = || value.string().map(Cow::into_owned);
        let not_empty = || text().filter(|text| !text.is_empty());
        match name {
            "iat" => self.issued = self.seconds("iat", value),
            "exp" => self.expires = self.seconds("exp", value),
            "nbf" => self.not_before = self.seconds("nbf", value),
            CLIENT_ID => {
                self.client_id = not_empty();
                if self.client_id.is_none() {
                    self.wrong("bad-client-id", Code::ClientId, name, value, "a client id");
                }
            }
            REVOCATION_KEY => {
                self.revocation_key = not_empty();
                if self.revocation_key.is_none() {
                    let wanted = "a revocation key";
                    self.wrong("bad-revocation-key", Code::Jwt, name, value, wanted);
                }
            }
            EMBEDDED => {
                self.embedded = text();
                if self.embedded.is_none() {
                    self.wrong("bad-embedded-token", Code::Jwt, name, value, "a token");
                }
            }
            CAPABILITY => self.take_capability(value, capability),
            _ => self.has_unknown |= unknown_claims::is_unknown(name),
        }
    }

    fn take_capability(&mut self, value: Json<'_>, capability: &mut ReadCapability<'_>) {
        self.has_capability = true;
        self.capability_is_object = value.is_object();
        if !self.capability_is_object && value.kind() != "a string" {
            let wanted = "a capability";
            return self.wrong("bad-capability", Code::Jwt, CAPABILITY, value, wanted);
        }
        match capability(value) {
            Ok(capability) => self.capability = Some(capability),
            Err(error) => {
                let form = "the token's x-ably-capability cannot be read: {}";
                self.refuse(
                    "bad-capability",
                    Code::Jwt,
                    CAPABILITY,
                    form,
                    &[&error.text()],
                );
            }
        }
    }

    fn seconds(&mut self, name: &'static str, value: Json<'_>) -> Option<u64> {
        let seconds = value.whole();
        if seconds.is_none() {
            let says = " is not a whole number of seconds from 0 to 2^53 - 1";
            self.refuse(
                "bad-time",
                Code::Jwt,
                name,
                "the token's {}{}",
                &[name, says],
            );
        }
        seconds
    }

    #[cold]
    #[inline(never)]
    pub(super) fn refuse(
        &mut self,
        code: &'static str,
        number: Code,
        name: &str,
        form: &'static str,
        texts: &[&str],
    ) {
        self.add_problem(code, Error::token(number, form, texts).at(&path(name)));
    }

    #[cold]
    #[inline(never)]
    pub(super) fn add_problem(&mut self, code: &'static str, error: Error) {
        self.problems.push(Problem { code, error });
    }

    /// Refuses a claim of the wrong kind, or an empty one.
    #[cold]
    #[inline(never)]
    fn wrong(
        &mut self,
        code: &'static str,
        number: Code,
        name: &str,
        value: Json<'_>,
        wanted: &str,
    ) {
        let found = if value.text() == "\"\"" {
            "empty"
        } else {
            value.kind()
        };
        let texts = [name, found, wanted];
        self.refuse(code, number, name, "the token's {} is {}, not {}", &texts);
    }
}

/// The path of a claim.
pub(super) fn path(name: &str) -> String {
    fill("claims[\"{}\"]", &[name])
}
