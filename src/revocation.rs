//! Revocations: their targets, and which tokens they revoke.
//!
//! Source: <https://ably.com/docs/auth/revocation>. Verifiers, edge functions and the sandbox all
//! decide with [`RevocationEntry::revokes`].

mod list;
pub mod revoke;
mod target;

use std::borrow::Borrow;

pub use list::RevocationList;
pub use target::{Target, TargetKind};

use crate::capability::Capability;
use crate::error::{Code, Error, Kind, Result};
use crate::text::{fill, quoted};
use crate::times::exact_time;

/// Maximum length of a target that a message repeats.
const MAX_SHOWN_BYTES: usize = 100;

/// The properties of a token that revocations depend on. For a verified token, see
/// [`Verified::bearer`](crate::Verified::bearer).
#[derive(Debug, Clone, Copy)]
pub struct Bearer<'a> {
    /// `appId.keyId` of the key that issued the token.
    pub key_name: &'a str,
    /// `None` if unidentified. `*` is a client id like any other, so revoking `ada` does not affect
    /// it.
    pub client_id: Option<&'a str>,
    /// The revocation key, which groups tokens.
    pub revocation_key: Option<&'a str>,
    /// The effective capability: the token's own, narrowed by the key's; or the key's, if the token
    /// has none. `None` if unknown because the key's capability is unknown. Revocations by channel
    /// cannot be decided then, and asking about one is an error.
    pub capability: Option<&'a Capability>,
    /// When the token was issued, in ms since 1970. For a JWT, `iat` * 1000.
    pub issued: u64,
}

impl Bearer<'_> {
    /// # Errors
    /// [`Kind::Usage`]: the token's channels are unknown, and `holds_channel` says that revocations
    /// by channel exist.
    fn check_known(&self, holds_channel: bool) -> Result<()> {
        if self.capability.is_some() || !holds_channel {
            return Ok(());
        }
        // 40141 would make a client request new tokens forever.
        let message = "the revocations include channels of this key, and a token's channels are only known together with the key's capability";
        Err(Error::new(Kind::Usage, message, &[])
            .at("keyCapability")
            .with_remediation(
                "give keyCapability, what the key may do, when the token is verified",
            ))
    }

    fn is_hit_by(&self, target: &Target) -> bool {
        let value = target.value();
        match target.kind() {
            TargetKind::ClientId => self.client_id == Some(value),
            TargetKind::RevocationKey => self.revocation_key == Some(value),
            TargetKind::Channel => self
                .capability
                .is_some_and(|capability| capability.names_channel(value)),
        }
    }
}

/// A revocation as Ably confirms it, and the key whose tokens it revokes.
///
/// ```
/// use ably_edge_auth::{Bearer, RevocationEntry};
///
/// let entry = RevocationEntry {
///     key_name: "xVLyHw.A-pwh7".into(),
///     target: "clientId:ada".parse()?,
///     issued_before: 5_500,
///     applies_at: 35_500, // it was asked for with the margin
/// };
/// let bearer = Bearer {
///     key_name: "xVLyHw.A-pwh7",
///     client_id: Some("ada"),
///     revocation_key: None,
///     capability: None,
///     issued: 5_000, // in the second of the cut-off, and perhaps after it: iat does not say
/// };
/// assert!(!entry.revokes(&bearer, 35_499)?);
/// assert!(entry.revokes(&bearer, 35_500)?);
/// # Ok::<(), ably_edge_auth::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RevocationEntry {
    /// `appId.keyId`. Only tokens that this key issued are revoked.
    pub key_name: String,
    /// Which of its tokens are revoked.
    pub target: Target,
    /// Tokens issued before this time are revoked, in ms since 1970.
    pub issued_before: u64,
    /// The revocation is enforced from this time on, in ms since 1970.
    pub applies_at: u64,
}

impl RevocationEntry {
    /// Returns whether this entry revokes the token at this time.
    ///
    /// It does if the key name and target match, the token was issued before the cut-off, and the
    /// revocation is already enforced. `iat` counts whole seconds, so a token issued within the
    /// second of the cut-off is revoked even if it was issued after the cut-off, unless the cut-off
    /// is exactly at the start of that second. There is no tolerance, because both times come from
    /// Ably's clock.
    ///
    /// # Errors
    /// [`Kind::Usage`], at any time and for every token of the key: the target is a channel, and
    /// [`Bearer::capability`] is unknown.
    pub fn revokes(&self, bearer: &Bearer<'_>, now_ms: u64) -> Result<bool> {
        bearer.check_known(self.is_channel_of(bearer.key_name))?;
        Ok(self.revokes_known(bearer, now_ms))
    }

    fn is_channel_of(&self, key_name: &str) -> bool {
        self.target.kind() == TargetKind::Channel && self.key_name == key_name
    }

    /// Same as [`RevocationEntry::revokes`], for a token whose capability is known if it matters.
    fn revokes_known(&self, bearer: &Bearer<'_>, now_ms: u64) -> bool {
        bearer.issued < self.issued_before
            && self.applies_at <= now_ms
            && bearer.key_name == self.key_name
            && bearer.is_hit_by(&self.target)
    }

    /// Whether this entry revokes every token that `other` revokes, at least as early.
    fn covers(&self, other: &RevocationEntry) -> bool {
        self.issued_before >= other.issued_before
            && self.applies_at <= other.applies_at
            && self.key_name == other.key_name
            && self.target == other.target
    }

    /// The error for a token that this entry revokes: [`Kind::Revoked`], 40141.
    pub(crate) fn refusal(&self) -> Error {
        let value = match self.target.value() {
            long if long.len() > MAX_SHOWN_BYTES => "…",
            short => short,
        };
        let texts = [
            &*quoted(&fill("{}:{}", &[self.target.kind().as_str(), value])),
            &*exact_time(self.issued_before),
        ];
        let form = "the token was revoked, along with all tokens for {} issued before {}";
        Error::new(Kind::Revoked, form, &texts)
            .with_code(Code::Revoked)
            .at("token")
            .with_remediation("ask for a new one")
    }
}

/// Refuses a token that any of these entries revokes, in any order.
///
/// # Errors
/// [`Kind::Revoked`], 40141; the error of an unreadable entry; and the errors of
/// [`RevocationEntry::revokes`], which take precedence: a list that cannot be decided is refused
/// for every token of the key.
pub(crate) fn check_all(
    entries: impl Iterator<Item = Result<impl Borrow<RevocationEntry>>>,
    bearer: &Bearer<'_>,
    now_ms: u64,
) -> Result<()> {
    let mut refusal = None;
    for entry in entries {
        let entry = entry?;
        let entry = entry.borrow();
        if entry.revokes(bearer, now_ms)? && refusal.is_none() {
            refusal = Some(entry.refusal());
        }
    }
    refusal.map_or(Ok(()), Err)
}
