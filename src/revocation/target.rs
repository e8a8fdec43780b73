//! The target of a revocation, such as `clientId:ada`.

use std::fmt;
use std::str::FromStr;

use crate::capability::MAX_TEXT_BYTES;
use crate::error::{Error, Kind, Result};
use crate::suggest::misspelt;
use crate::text::{fill, split};

/// The token property that a target matches (<https://ably.com/docs/auth/revocation>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetKind {
    /// The claim `x-ably-clientId`, compared exactly.
    ClientId,
    /// The claim `x-ably-revocation-key`, compared exactly. Only JWTs have it.
    RevocationKey,
    /// A resource of the token's capability, compared literally: `foo:bar` does not match `foo:*`.
    /// A Chat room or a space named bare, `lobby`, is also matched by its channel, `lobby::$chat`
    /// (inferred). Ably enables this per account on request.
    Channel,
}

const KINDS: [TargetKind; 3] = [
    TargetKind::ClientId,
    TargetKind::RevocationKey,
    TargetKind::Channel,
];
const BEGINNINGS: [&str; 3] = ["clientId:", "revocationKey:", "channel:"];

impl TargetKind {
    /// The name before the colon.
    pub fn as_str(self) -> &'static str {
        match self {
            TargetKind::ClientId => "clientId",
            TargetKind::RevocationKey => "revocationKey",
            TargetKind::Channel => "channel",
        }
    }
}

/// The target of a revocation.
///
/// ```
/// use ably_edge_auth::{Target, TargetKind};
///
/// let target: Target = "channel:chat:*".parse()?;
/// assert_eq!((target.kind(), target.value()), (TargetKind::Channel, "chat:*"));
/// assert_eq!(target, Target::new(TargetKind::Channel, "chat:*")?);
///
/// let error = "client:ada".parse::<Target>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     r#"target does not begin with clientId:, revocationKey: or channel:; did you mean "clientId:"?"#
/// );
/// # Ok::<(), ably_edge_auth::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    kind: TargetKind,
    value: String,
}

impl Target {
    /// Creates a target from its parts.
    ///
    /// # Errors
    /// [`Kind::Usage`]: the value is empty, over 128 KiB, or starts with its own type, which is
    /// valid only for channels and would match no token. [`Target::from_str`] accepts the latter:
    /// `clientId:clientId:a`.
    pub fn new(kind: TargetKind, value: &str) -> Result<Target> {
        let is_typed = |it: &str| it.starts_with(':');
        if kind != TargetKind::Channel && value.strip_prefix(kind.as_str()).is_some_and(is_typed) {
            let message = "target's value begins with its own type, {}";
            let error = Error::new(Kind::Usage, message, &[kind.as_str()]).at("target");
            return Err(
                error.with_remediation("give the part after the colon, or parse the whole text")
            );
        }
        fill("{}:{}", &[kind.as_str(), value]).parse()
    }

    /// Parses `type:value`. Errors refer to it as `path`.
    ///
    /// The type ends at the first colon, so the value may contain colons (inferred: Ably does not
    /// document this). Ably documents no maximum length either; the limit is the longest token that
    /// its SDKs accept (SPEC RSA4f), since no token holds a longer value.
    ///
    /// # Errors
    /// [`Kind::Usage`]: an unknown type, an empty value, or a value over the limit. The text is not
    /// repeated, because it may be a misplaced key.
    pub fn parse_at(text: &str, path: &str) -> Result<Target> {
        let typed = split(text, b':').next().unwrap_or_default();
        // `None` if there is no colon.
        let value = text.get(typed.len() + 1..);
        let kind = KINDS.into_iter().find(|kind| kind.as_str() == typed);
        let refuse = |found| Error::new(Kind::Usage, "{}{}", &[path, found]).at(path);
        match (kind, value.map(str::len)) {
            (Some(_), Some(0)) => Err(refuse(" has no value after its colon")),
            (Some(kind), Some(1..=MAX_TEXT_BYTES)) => Ok(Target {
                kind,
                value: value.unwrap_or_default().to_owned(),
            }),
            (Some(_), Some(_)) => Err(refuse(" is over the bound of 131072 bytes")),
            _ => {
                let error = refuse(" does not begin with clientId:, revocationKey: or channel:");
                let advice = "give one of these and the value, as in clientId:ada";
                Err(misspelt(error, typed, &BEGINNINGS, advice))
            }
        }
    }

    /// `type:value`
    pub fn text(&self) -> String {
        fill("{}:{}", &[self.kind.as_str(), &self.value])
    }

    /// The token property that the target matches.
    pub fn kind(&self) -> TargetKind {
        self.kind
    }

    /// The value to match.
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl fmt::Display for Target {
    /// `type:value`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl FromStr for Target {
    type Err = Error;
    fn from_str(text: &str) -> Result<Target> {
        Target::parse_at(text, "target")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_on_the_value() {
        let value = "x".repeat(MAX_TEXT_BYTES);
        assert_eq!(
            Target::new(TargetKind::Channel, &value).unwrap().value(),
            value
        );
        let error = Target::new(TargetKind::ClientId, &(value + "x")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "target is over the bound of 131072 bytes"
        );
    }

    #[test]
    fn a_type_twice_is_a_slip_unless_it_is_written_so() {
        for kind in [TargetKind::ClientId, TargetKind::RevocationKey] {
            let typed = format!("{}:ada", kind.as_str());
            assert_eq!(
                Target::new(kind, &typed).unwrap_err().to_string(),
                format!(
                    "target's value begins with its own type, {}; give the part after the colon, or parse the whole text",
                    kind.as_str()
                )
            );
            let meant = format!("{}:{typed}", kind.as_str());
            assert_eq!(meant.parse::<Target>().unwrap().value(), typed);
            assert_eq!(
                Target::new(kind, kind.as_str()).unwrap().value(),
                kind.as_str()
            );
        }
        let channel = Target::new(TargetKind::Channel, "channel:a").unwrap();
        assert_eq!(channel.value(), "channel:a");
    }

    #[test]
    fn says_what_was_probably_meant_and_repeats_nothing() {
        let unknown = "targets[7] does not begin with clientId:, revocationKey: or channel:; ";
        let other = "give one of these and the value, as in clientId:ada";
        for (text, advice) in [
            ("client:ada", r#"did you mean "clientId:"?"#),
            ("clientid:ada", r#"did you mean "clientId:"?"#),
            ("client_id:ada", r#"did you mean "clientId:"?"#),
            ("clientId", r#"did you mean "clientId:"?"#),
            ("clientId ada", other),
            ("revocation-key:g", r#"did you mean "revocationKey:"?"#),
            ("channels:g", r#"did you mean "channel:"?"#),
            ("Channel:g", r#"did you mean "channel:"?"#),
            ("user:ada", other),
            ("app.key:hush-hush", other),
            ("hush-hush", other),
            (":hush-hush", other),
            ("", other),
        ] {
            let error = Target::parse_at(text, "targets[7]").unwrap_err();
            assert_eq!(error.to_string(), unknown.to_owned() + advice, "{text}");
            assert_eq!(error.path(), Some("targets[7]"));
            assert_eq!(error.code(), None);
        }
        let error = Target::parse_at("clientId:", "targets[7]").unwrap_err();
        assert_eq!(error.to_string(), "targets[7] has no value after its colon");
    }
}
