//! Issues tokens: from a key and parameters to a signed JWT.

use std::fmt;

use super::claims::{CAPABILITY, CLIENT_TYPE};
use super::custom_claims::ExtraClaims;
use super::limits::{
    DEFAULT_TTL_SECONDS, MAX_TOKEN_CHARS, check_now, check_ttl, check_varying, long_token,
    product_warnings, too_long,
};
use super::signed_prefix::{DatedPrefix, SignedPrefix, Times};
use super::signing_key::SigningKey;
use crate::base64::push_url;
use crate::capability::{Capability, CheckContext, Diagnostic};
use crate::error::Result;
use crate::text::{ascii, push_quoted};

/// The content of a token.
///
/// ```
/// use ably_edge_auth::{ApiKey, Capability, TokenParams, issue, verify, VerifyOptions};
///
/// let key: ApiKey = "xVLyHw.A-pwh7:made-up-secret".parse()?;
/// let params = TokenParams {
///     capability: Capability::parse(r#"{"chat:*":["publish","subscribe"]}"#)?,
///     client_id: Some("ada".into()),
///     ..TokenParams::default()
/// };
/// let now_ms = 1_700_000_000_000;
/// let issued = issue(&key, &params, now_ms)?;
/// assert_eq!(issued.expires, now_ms + 3_600_000);
///
/// let verified = verify(&issued.token, &[key], &VerifyOptions::at(now_ms))?;
/// assert_eq!(verified.client_id.as_deref(), Some("ada"));
/// # Ok::<(), ably_edge_auth::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct TokenParams {
    /// What the bearer may do. Default: [`Capability::all_channels`].
    pub capability: Capability,
    /// Claim `x-ably-clientId`. None: unidentified; `*`: may act under any client id.
    pub client_id: Option<String>,
    /// 1 to 86400, or to 3600 when `revocable`. Default: 3600.
    pub ttl_seconds: u32,
    /// Claim `x-ably-revocation-key`: the group this token can be revoked by.
    pub revocation_key: Option<String>,
    /// The key has revocable tokens switched on, so the limit of one hour applies.
    pub revocable: bool,
    /// Claim `x-ably-clientType: server`: the bearer is a server SDK.
    pub server: bool,
    /// Claim `jti`.
    pub jwt_id: Option<String>,
    /// Claims per channel and room, rate limits, and the caller's own.
    pub extra: ExtraClaims,
    /// What the key may do, if known: a token that could do nothing is refused before it is signed.
    pub key_capability: Option<Capability>,
}

impl Default for TokenParams {
    fn default() -> Self {
        TokenParams {
            capability: Capability::all_channels(),
            client_id: None,
            ttl_seconds: DEFAULT_TTL_SECONDS,
            revocation_key: None,
            revocable: false,
            server: false,
            jwt_id: None,
            extra: ExtraClaims::default(),
            key_capability: None,
        }
    }
}

impl TokenParams {
    /// # Errors
    /// Same as [`Issuer::new`], except for what depends on the key.
    pub(crate) fn check(&self) -> Result<()> {
        self.capability.check_issuable()?;
        check_ttl(self.ttl_seconds, self.revocable)?;
        check_varying(
            self.client_id.as_deref(),
            self.revocation_key.as_deref(),
            self.jwt_id.as_deref(),
        )?;
        if let Some(key_capability) = &self.key_capability {
            key_capability.intersect(&self.capability)?;
        }
        Ok(())
    }
}

/// A signed token and its content.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedJwt {
    /// The compact JWS.
    pub token: String,
    /// `appId.keyId`
    pub key_name: String,
    /// ms since 1970, a whole second
    pub issued: u64,
    /// ms since 1970, a whole second
    pub expires: u64,
    /// Canonical text, as signed.
    pub capability: String,
    /// As signed.
    pub client_id: Option<String>,
    /// As signed.
    pub ttl_seconds: u32,
    /// What the capability does not do although it appears to; and whether the token is nearly too long.
    pub warnings: Vec<Diagnostic>,
}

impl fmt::Debug for IssuedJwt {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedJwt")
            .field("token", &"***")
            .field("key_name", &self.key_name)
            .field("issued", &self.issued)
            .field("expires", &self.expires)
            .field("capability", &self.capability)
            .field("client_id", &self.client_id)
            .field("ttl_seconds", &self.ttl_seconds)
            .field("warnings", &self.warnings)
            .finish()
    }
}

/// Issues one token at `now_ms` (ms since 1970).
///
/// # Errors
/// As [`Issuer::new`] and [`Issuer::issue`].
pub fn issue(key: impl Into<SigningKey>, params: &TokenParams, now_ms: u64) -> Result<IssuedJwt> {
    Issuer::new(key, params)?.issue(&Overrides::default(), now_ms)
}

/// The values that differ between the tokens of one issuer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Overrides<'a> {
    /// `Some(None)`: unidentified.
    pub client_id: Option<Option<&'a str>>,
    /// In seconds.
    pub ttl_seconds: Option<u32>,
    /// `Some(None)`: none.
    pub revocation_key: Option<Option<&'a str>>,
    /// `Some(None)`: none.
    pub jwt_id: Option<Option<&'a str>>,
}

/// Checks, encodes and hashes once what many tokens share.
///
/// The payload starts with what all tokens share, followed by their times and then by what varies. The signatures of
/// tokens of the same second start from the HMAC state before the varying part. The issuer keeps this state instead
/// of the key, and wipes it when dropped.
#[derive(Clone)]
pub struct Issuer {
    key_name: String,
    client_id: Option<String>,
    ttl_seconds: u32,
    revocation_key: Option<String>,
    jwt_id: Option<String>,
    revocable: bool,
    /// The warnings for a token with a client id, and for one without.
    identified_warnings: Vec<Diagnostic>,
    unidentified_warnings: Vec<Diagnostic>,
    /// The capability has entries that are written for a product.
    for_product: bool,
    capability: Capability,
    prefix: SignedPrefix,
    dated_prefix: DatedPrefix,
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("key_name", &self.key_name)
            .field("capability", &self.capability())
            .finish_non_exhaustive()
    }
}

impl Issuer {
    /// Checks what all tokens will share.
    ///
    /// # Errors
    /// 40003 for the TTL, 40012 for an empty client id, 40144 for an empty revocation key or `jti`,
    /// 40160 when nothing of the capability is left under `key_capability`, 40000 for a capability
    /// that was only [read](Capability::read) and may not be issued.
    pub fn new(key: impl Into<SigningKey>, params: &TokenParams) -> Result<Issuer> {
        Issuer::of(&key.into(), params.clone())
    }

    /// Same as [`Issuer::new`], without copies.
    pub(crate) fn of(key: &SigningKey, params: TokenParams) -> Result<Issuer> {
        params.check()?;
        let mut unidentified_warnings = params.capability.warnings(&CheckContext {
            unidentified: true,
            key_capability: params.key_capability.as_ref(),
        });
        unidentified_warnings.extend(params.extra.warnings);
        let mut identified_warnings = unidentified_warnings.clone();
        Diagnostic::retain(&mut identified_warnings, &|it| {
            !["needs-client-id", "unidentified"].contains(&it.code)
        });

        let capability = params.capability.text();
        // Every quote of the capability is escaped, so it may double in length.
        let mut payload = String::with_capacity(capability.len() * 2 + 32);
        payload.push_str("{\"");
        payload.push_str(CAPABILITY);
        payload.push_str("\":");
        push_quoted(&mut payload, capability);
        if params.server {
            push_claim(&mut payload, CLIENT_TYPE, "\"server\"");
        }
        for (name, value) in &params.extra.claims {
            push_claim(&mut payload, name, value);
        }
        let header = SignedPrefix {
            encoded: key.header().as_bytes().to_vec(),
            state: key.header_state().clone(),
            leftover: String::new(),
        };

        Ok(Issuer {
            key_name: key.name().to_owned(),
            client_id: params.client_id,
            ttl_seconds: params.ttl_seconds,
            revocation_key: params.revocation_key,
            jwt_id: params.jwt_id,
            revocable: params.revocable,
            identified_warnings,
            unidentified_warnings,
            for_product: params.capability.is_for_product(),
            capability: params.capability,
            prefix: header.followed_by(&payload),
            dated_prefix: DatedPrefix::default(),
        })
    }

    /// The canonical capability text that is signed.
    pub fn capability(&self) -> &str {
        self.capability.text()
    }

    /// Issues a token at `now_ms` (ms since 1970).
    ///
    /// # Errors
    /// As [`Issuer::new`], for what is overridden; and a token of over 8,000 characters.
    pub fn issue(&self, overrides: &Overrides<'_>, now_ms: u64) -> Result<IssuedJwt> {
        let mut buffers = Buffers::default();
        let times = self.write_token(&mut buffers, overrides, now_ms)?;
        let warnings = self.warnings(overrides, buffers.token.len());
        Ok(IssuedJwt {
            token: ascii(buffers.token),
            key_name: self.key_name.clone(),
            issued: times.issued * 1_000,
            expires: times.expires * 1_000,
            capability: self.capability().to_owned(),
            client_id: self.client_id(overrides).map(str::to_owned),
            ttl_seconds: self.ttl_seconds(overrides),
            warnings,
        })
    }

    /// The warnings for a token of this length.
    pub(crate) fn warnings(&self, overrides: &Overrides<'_>, length: usize) -> Vec<Diagnostic> {
        let warnings = match self.client_id(overrides) {
            Some(_) => &self.identified_warnings,
            None => &self.unidentified_warnings,
        };
        let mut warnings = warnings.clone();
        if self.for_product {
            let is_wildcard = self.client_id(overrides) == Some("*");
            warnings.extend(product_warnings(self.ttl_seconds(overrides), is_wildcard));
        }
        if let Some(long) = long_token(length) {
            warnings.push(long);
        }
        warnings
    }

    pub(crate) fn ttl_seconds(&self, overrides: &Overrides<'_>) -> u32 {
        overrides.ttl_seconds.unwrap_or(self.ttl_seconds)
    }

    fn client_id<'a>(&'a self, overrides: &Overrides<'a>) -> Option<&'a str> {
        overrides.client_id.unwrap_or(self.client_id.as_deref())
    }

    /// Appends only the token. This is the hot path.
    pub(crate) fn write_token(
        &self,
        Buffers {
            token: out,
            varying,
        }: &mut Buffers,
        overrides: &Overrides<'_>,
        now_ms: u64,
    ) -> Result<Times> {
        let ttl = match overrides.ttl_seconds {
            None => self.ttl_seconds,
            Some(ttl) => check_ttl(ttl, self.revocable)?,
        };
        check_varying(
            overrides.client_id.flatten(),
            overrides.revocation_key.flatten(),
            overrides.jwt_id.flatten(),
        )?;
        check_now(now_ms)?;
        let issued = now_ms / 1_000;
        let times = Times {
            issued,
            expires: issued + u64::from(ttl),
        };

        varying.clear();
        // A concurrent caller signs without the kept prefix instead of waiting for the lock.
        let mut kept = self.dated_prefix.0.try_lock().ok();
        let prefix = match kept.as_deref_mut() {
            Some(Some((of, dated))) if *of == times => {
                let dated = dated.get_or_insert_with(|| {
                    let mut claims = String::new();
                    times.push_claims(&mut claims);
                    self.prefix.followed_by(&claims)
                });
                varying.push_str(&dated.leftover);
                dated
            }
            other => {
                if let Some(kept) = other {
                    *kept = Some((times, None));
                }
                varying.push_str(&self.prefix.leftover);
                times.push_claims(varying);
                &self.prefix
            }
        };
        let revocation_key = overrides
            .revocation_key
            .unwrap_or(self.revocation_key.as_deref());
        let jwt_id = overrides.jwt_id.unwrap_or(self.jwt_id.as_deref());
        // These names need no escapes.
        for (name, text) in [
            (",\"x-ably-clientId\":", self.client_id(overrides)),
            (",\"x-ably-revocation-key\":", revocation_key),
            (",\"jti\":", jwt_id),
        ] {
            if let Some(text) = text {
                varying.push_str(name);
                push_quoted(varying, text);
            }
        }
        varying.push('}');

        let start = out.len();
        out.reserve(prefix.encoded.len() + 2 * varying.len() + 44);
        out.extend_from_slice(&prefix.encoded);
        push_url(out, varying.as_bytes());
        let tag = prefix.state.sign(out.get(start..).unwrap_or_default());
        out.extend_from_slice(b".");
        push_url(out, &tag);
        match out.len() - start {
            length if length > MAX_TOKEN_CHARS => Err(too_long(length)),
            _ => Ok(times),
        }
    }
}

/// Reused from token to token, so that issuing allocates nothing.
#[derive(Default)]
pub(crate) struct Buffers {
    pub(crate) token: Vec<u8>,
    /// The claims of a token that its issuer has not encoded.
    varying: String,
}

fn push_claim(out: &mut String, name: &str, json: &str) {
    out.push(',');
    push_quoted(out, name);
    out.push(':');
    out.push_str(json);
}
