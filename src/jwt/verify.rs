//! Verifies tokens: structure, algorithm, signature, and only then the claims.

use std::fmt;

use super::claims::{Claims, ReadCapability, read_capability};
use super::compact::{Compact, Header, decode_text, decode_text_from, malformed};
use super::embedded::{embedded_in, nested};
use super::limits::MAX_TTL_SECONDS;
use super::prefix_cache::KnownPrefix;
use super::signing_key::SigningKey;
use super::times::check_times;
use super::verification_notes::Notes;
use super::wrong_key::{unknown_key, wrong_signature};
use crate::capability::{Capability, Diagnostic};
use crate::error::Result;
use crate::revocation::{Bearer, RevocationEntry, check_all};
use crate::text::split;

/// How far ahead of the clock a token's `iat` may be by default, in seconds. Same as in ably-server.
pub const DEFAULT_IAT_TOLERANCE_SECONDS: u32 = 60;

/// How to verify.
#[derive(Debug, Clone, Copy)]
pub struct VerifyOptions<'a> {
    /// The time to verify at, in ms since 1970.
    pub now_ms: u64,
    /// Grace for `iat`, `nbf` and `exp`. None: 60 s for the first two, nothing for `exp`.
    pub clock_tolerance_seconds: Option<u32>,
    /// A token that lives longer is refused. Default: 86400, the most Ably takes.
    pub max_ttl_seconds: u32,
    /// What the key may do. Without it, the result's capability is an upper bound.
    pub key_capability: Option<&'a Capability>,
    /// Revocations. They are checked one by one; for thousands, ask a
    /// [`RevocationList`](crate::RevocationList) about [`Verified::bearer`] instead. A revocation by channel needs
    /// `key_capability`, because a token's resources depend on its key's.
    pub revocations: &'a [RevocationEntry],
    /// Accept an outer JWT that carries an Ably JWT as `x-ably-token`.
    pub embedded: bool,
}

impl VerifyOptions<'_> {
    /// The defaults, at this time.
    pub fn at(now_ms: u64) -> Self {
        VerifyOptions {
            now_ms,
            clock_tolerance_seconds: None,
            max_ttl_seconds: MAX_TTL_SECONDS,
            key_capability: None,
            revocations: &[],
            embedded: false,
        }
    }

    pub(super) fn ahead_seconds(&self) -> u64 {
        u64::from(
            self.clock_tolerance_seconds
                .unwrap_or(DEFAULT_IAT_TOLERANCE_SECONDS),
        )
    }

    pub(super) fn grace_seconds(&self) -> u64 {
        u64::from(self.clock_tolerance_seconds.unwrap_or(0))
    }
}

/// A token with a valid signature and valid times.
#[derive(Clone, PartialEq)]
pub struct Verified {
    /// The index of the key that signed it.
    pub key_index: usize,
    /// `appId.keyId`
    pub key_name: String,
    /// None: unidentified. `*`: may act under any client id.
    pub client_id: Option<String>,
    /// Narrowed by the key's capability if that was given. None: the token names none and the key's
    /// is not known, so treat it as nothing.
    pub capability: Option<Capability>,
    /// [`VerifyOptions::key_capability`] was given: `capability` is what the token may do, and not only the
    /// most it can be.
    pub is_narrowed: bool,
    /// ms since 1970
    pub issued: u64,
    /// ms since 1970
    pub expires: u64,
    /// The group by which it can be revoked.
    pub revocation_key: Option<String>,
    /// All claims, as the JSON text that was signed.
    pub claims: String,
    /// Findings as bits. [`Verified::diagnostics`] describes them.
    pub notes: Notes,
}

impl Verified {
    /// Findings, such as claims that Ably does not have, or an object as the capability.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.notes.diagnostics(&self.claims)
    }

    /// The properties on which revocations depend.
    pub fn bearer(&self) -> Bearer<'_> {
        Bearer {
            key_name: &self.key_name,
            client_id: self.client_id.as_deref(),
            revocation_key: self.revocation_key.as_deref(),
            capability: self.capability.as_ref().filter(|_| self.is_narrowed),
            issued: self.issued,
        }
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("key_name", &self.key_name)
            .field("client_id", &self.client_id)
            .field("capability", &self.capability)
            .field("issued", &self.issued)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// Verifies an Ably JWT against one key or several; the header's `kid` says by which of them it is
/// signed. Keys of one name (an old secret and a new one) are all tried.
///
/// The keys are [`ApiKey`](crate::ApiKey)s or, so that nothing is derived anew for each token, [`SigningKey`]s.
///
/// # Errors
/// [`Kind::Token`](crate::Kind::Token): 40144 malformed, 40101 no such key or another signature, 40003 lives too long,
/// 40012 the client id; [`Kind::Expired`](crate::Kind::Expired) 40142; [`Kind::Revoked`](crate::Kind::Revoked) 40141; [`Kind::Capability`](crate::Kind::Capability) 40160
/// when nothing of its capability is left under the key's. [`Kind::Usage`](crate::Kind::Usage) for every token of a key of which
/// [`VerifyOptions::revocations`] name a channel, without [`VerifyOptions::key_capability`].
pub fn verify<K: Into<SigningKey>>(
    token: &str,
    keys: impl IntoIterator<Item = K>,
    options: &VerifyOptions<'_>,
) -> Result<Verified> {
    let keys: Vec<SigningKey> = keys.into_iter().map(Into::into).collect();
    let (verified, _) = verify_with(token, &keys, options, &mut read_capability)?;
    let revocations = options.revocations.iter().map(Ok);
    check_all(revocations, &verified.bearer(), options.now_ms)?;
    Ok(verified)
}

/// The claims of a [`Verified`] token that its other fields do not hold.
#[derive(Clone, Copy)]
#[allow(dead_code)] // read by src/wasm alone
pub(crate) enum ClaimsLeft {
    All,
    /// All behind the first one, [`Verified::capability`] in its canonical text, which ends at this byte.
    AfterCapability(usize),
    /// None: there are only the usual ones, in the order in which this crate writes them.
    None,
}

#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
impl ClaimsLeft {
    /// Where they begin in the text of all claims.
    pub(crate) fn start(self, claims: &str) -> usize {
        match self {
            ClaimsLeft::All => 0,
            ClaimsLeft::AfterCapability(end) => end,
            ClaimsLeft::None => claims.len(),
        }
    }
}

/// Verifies a token, without the revocations.
pub(crate) fn verify_with(
    token: &str,
    keys: &[SigningKey],
    options: &VerifyOptions<'_>,
    read: &mut ReadCapability<'_>,
) -> Result<(Verified, ClaimsLeft)> {
    if !options.embedded {
        return verify_signed(token, keys, options, read);
    }
    let Some(embedded) = embedded_in(token)? else {
        return verify_signed(token, keys, options, read);
    };
    if split(&embedded.inner, b'.').count() != 3 {
        return Err(malformed(
            "the embedded token is not a JWT: an Ably token can only be checked by Ably",
            &[],
        ));
    }
    let (mut verified, _) = verify_signed(&embedded.inner, keys, options, read)?;
    verified.expires = embedded.end(verified.expires, options)?;
    Ok((verified, ClaimsLeft::All))
}

fn verify_signed(
    token: &str,
    keys: &[SigningKey],
    options: &VerifyOptions<'_>,
    read: &mut ReadCapability<'_>,
) -> Result<(Verified, ClaimsLeft)> {
    let compact = Compact::split(token)?;
    let ours = keys.iter().find(|key| key.has_header_of(compact.signed));
    let key_name = match ours {
        // The same header that this crate writes, so its content is known.
        Some(key) => key.name().to_owned(),
        None => signer_of(compact.header)?,
    };
    let mut is_named = false;
    let mut signer = None;
    for (index, key) in keys.iter().enumerate() {
        if key.name() != key_name {
            continue;
        }
        is_named = true;
        // Keys of one name have one header.
        let (is_right, known) = key.verify(compact.signed, ours.is_some(), &compact.tag()?);
        if is_right {
            signer = Some((index, key, known));
            break;
        }
    }
    if !is_named {
        return Err(unknown_key(&key_name, keys));
    }
    let Some((key_index, key, opening)) = signer else {
        let tag = compact.tag()?;
        return Err(wrong_signature(compact.signed, &tag, &key_name, keys));
    };

    let opening = opening.as_deref();
    let known = opening.map_or("", |opening| &opening.text);
    let text = decode_text_from(known, compact.payload, "payload")?;
    let capability_at = opening.map(|opening| opening.capability_at.clone());
    let mut claims = Claims::read(&text, capability_at, read)?;
    if claims.embedded.is_some() {
        return Err(nested());
    }
    check_times(&mut claims, options);
    let problems = std::mem::take(&mut claims.problems);
    if let Some(problem) = problems.into_iter().next() {
        return Err(problem.error);
    }
    let (Some(issued), Some(expires)) = (claims.issued, claims.expires) else {
        return Err(malformed("the token has no times", &[]));
    };
    let notes = Notes::of(&claims, options.key_capability.is_some());
    if ours.is_some() && opening.is_none() {
        remember(key, &compact, &text, &claims);
    }
    let is_canonical = match opening {
        Some(known) => known.is_canonical,
        None => claims.begin_with_canonical_capability(&text),
    };
    let capability = match (options.key_capability, &claims.capability) {
        (Some(key), Some(asked)) => Some(key.intersect(asked)?),
        (Some(key), None) => Some(key.clone()),
        (None, asked) => asked.clone(),
    };
    let claims_left = match &claims.capability_at {
        Some(at) if is_canonical && capability == claims.capability => match claims.are_usual {
            true => ClaimsLeft::None,
            false => ClaimsLeft::AfterCapability(at.end),
        },
        _ => ClaimsLeft::All,
    };
    let verified = Verified {
        key_index,
        key_name,
        client_id: claims.client_id,
        capability,
        is_narrowed: options.key_capability.is_some(),
        issued: issued * 1_000,
        expires: expires * 1_000,
        revocation_key: claims.revocation_key,
        claims: text,
        notes,
    };
    Ok((verified, claims_left))
}

/// Stores the prefix for the next tokens, up to the capability. Later claims may belong to one client.
fn remember(key: &SigningKey, compact: &Compact<'_>, text: &str, claims: &Claims) {
    let Some(at) = &claims.capability_at else {
        return;
    };
    let groups = at.end.div_ceil(3);
    let beginning = compact.signed.get(..compact.header.len() + 1 + groups * 4);
    key.remember(beginning.unwrap_or_default(), &|| {
        Some(KnownPrefix {
            text: text.get(..groups * 3)?.to_owned(),
            capability_at: at.clone(),
            is_canonical: claims.begin_with_canonical_capability(text),
        })
    });
}

/// The key name that a token claims, unverified.
#[cfg(feature = "sandbox")]
pub(crate) fn signer(token: &str) -> Result<String> {
    signer_of(Compact::split(token)?.header)
}

/// The key name that a header claims, unverified.
fn signer_of(header: &str) -> Result<String> {
    let header = Header::read(&decode_text(header, "header")?)?;
    if let Some(refusal) = header.refusals.into_iter().next() {
        return Err(refusal);
    }
    if header.embedded.is_some() {
        return Err(nested());
    }
    header.kid.ok_or_else(|| malformed(NO_KID, &[]))
}

pub(super) const NO_KID: &str = "the token's header has no kid, so its key is not known";
