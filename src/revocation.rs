//! Revocations: what they are aimed at, and when a token falls to one.
//!
//! Source: <https://ably.com/docs/auth/revocation>. Whoever asks whether a token is revoked, a verifier,
//! an edge or a stand-in for Ably, asks [`RevocationEntry::revokes`].

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

/// A longer target is not repeated in a message.
const MAX_SHOWN_BYTES: usize = 100;

/// What a revocation looks at in a token; of a verified one, see [`Verified::bearer`](crate::Verified::bearer).
#[derive(Debug, Clone, Copy)]
pub struct Bearer<'a> {
    /// `appId.keyId` of the key that issued it.
    pub key_name: &'a str,
    /// None: unidentified. `*` is a client id like any other: such a token does not fall with `ada`.
    pub client_id: Option<&'a str>,
    /// The group it can be revoked by.
    pub revocation_key: Option<&'a str>,
    /// What it may do: its own capability narrowed by the key's, or the key's if it has none. None: not
    /// known, because the key's is not. Then no revocation of a channel can be decided, and to ask about one is
    /// an error.
    pub capability: Option<&'a Capability>,
    /// ms since 1970. Of a JWT, `iat` * 1000.
    pub issued: u64,
}

impl Bearer<'_> {
    /// # Errors
    /// [`Kind::Usage`]: its channels are not known, and `holds_channel` says that one of them may be revoked.
    fn check_known(&self, holds_channel: bool) -> Result<()> {
        if self.capability.is_some() || !holds_channel {
            return Ok(());
        }
        // Not 40141: a client would ask for a new token for ever.
        let message = "the revocations include channels of this key, and which channels a token has is known only with the key's capability";
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
            TargetKind::Channel => self.capability.is_some_and(|capability| {
                let entries = capability.entries(); // sorted by resource
                let place = entries.binary_search_by(|entry| entry.resource().cmp(value));
                place.is_ok()
            }),
        }
    }
}

/// A revocation as Ably confirms it, and whose tokens it is about.
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
    /// `appId.keyId`: only what this key issued falls.
    pub key_name: String,
    /// Which of its tokens.
    pub target: Target,
    /// ms since 1970: those issued before.
    pub issued_before: u64,
    /// ms since 1970: they are refused from then on.
    pub applies_at: u64,
}

impl RevocationEntry {
    /// Does this token fall, at this time?
    ///
    /// When the key name and the target are its own, it was issued before the cut-off, and the
    /// revocation applies already. `iat` counts whole seconds: a token issued in the second of the
    /// cut-off falls, even if that was after it, unless the cut-off is that second's very beginning.
    /// There is no tolerance: both times are of Ably's clock.
    ///
    /// # Errors
    /// [`Kind::Usage`], at any time and for every token of the key: the target is a channel, and
    /// [`Bearer::capability`] is not known.
    pub fn revokes(&self, bearer: &Bearer<'_>, now_ms: u64) -> Result<bool> {
        bearer.check_known(self.is_channel_of(bearer.key_name))?;
        Ok(self.fells(bearer, now_ms))
    }

    fn is_channel_of(&self, key_name: &str) -> bool {
        self.target.kind() == TargetKind::Channel && self.key_name == key_name
    }

    /// Does this token fall, as far as its capability is known?
    fn fells(&self, bearer: &Bearer<'_>, now_ms: u64) -> bool {
        bearer.issued < self.issued_before
            && self.applies_at <= now_ms
            && bearer.key_name == self.key_name
            && bearer.is_hit_by(&self.target)
    }

    /// Whatever falls to `other` falls to this one as soon.
    fn covers(&self, other: &RevocationEntry) -> bool {
        self.issued_before >= other.issued_before
            && self.applies_at <= other.applies_at
            && self.key_name == other.key_name
            && self.target == other.target
    }

    /// The error that a token meets which falls to it: [`Kind::Revoked`], 40141.
    pub(crate) fn refusal(&self) -> Error {
        let value = match self.target.value() {
            long if long.len() > MAX_SHOWN_BYTES => "…",
            short => short,
        };
        let texts = [
            &*quoted(&fill("{}:{}", &[self.target.kind().as_str(), value])),
            &*exact_time(self.issued_before),
        ];
        let form = "the token was revoked, with all of {} issued before {}";
        Error::new(Kind::Revoked, form, &texts)
            .with_code(Code::Revoked)
            .at("token")
            .with_remediation("ask for a new one")
    }
}

/// Refuses a token that falls to any of these, in whatever order they come.
///
/// # Errors
/// [`Kind::Revoked`], 40141; what an entry is that cannot be read; and as [`RevocationEntry::revokes`], which
/// comes before any verdict: a list that cannot be decided is refused for every token of the key alike.
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
