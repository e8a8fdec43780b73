//! Signs TokenRequests, which a client exchanges for an Ably token.
//!
//! Source: <https://ably.com/docs/api/token-request-spec>.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::base64::push_standard;
use crate::capability::Capability;
use crate::error::{Code, Error, Kind, Result};
use crate::json::Writer;
use crate::jwt::hmac_sha256::HmacKey;
use crate::jwt::{SigningKey, check_now, check_ttl};
use crate::key::ApiKey;
use crate::text::{ascii, find, joined, number};

/// Minimum length of a nonce that Ably accepts.
const MIN_NONCE_CHARS: usize = 16;

/// A signed TokenRequest. Absent fields stay absent, and Ably applies its defaults (SPEC RSA5,
/// RSA6).
#[derive(Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// `appId.keyId`
    pub key_name: String,
    /// The lifetime of the token in ms.
    pub ttl: Option<u64>,
    /// The capability as canonical JSON text.
    pub capability: Option<String>,
    /// The client id of the token.
    pub client_id: Option<String>,
    /// ms since 1970. Ably accepts it within two minutes of its clock.
    pub timestamp: u64,
    /// A value that is used only once.
    pub nonce: String,
    /// The base64-encoded HMAC-SHA-256 of [`TokenRequest::signed_text`].
    pub mac: String,
}

/// The properties of the requested token.
#[derive(Debug, Clone, Copy, Default)]
pub struct TokenRequestParams<'a> {
    /// `None`: everything that the key may do.
    pub capability: Option<&'a Capability>,
    /// `None`: unidentified.
    pub client_id: Option<&'a str>,
    /// 1 to 86400. `None`: Ably's default of an hour.
    pub ttl_seconds: Option<u32>,
}

impl TokenRequest {
    /// Signs a request made at `timestamp` (ms since 1970) with a nonce that is used only once.
    ///
    /// ```
    /// use ably_edge_auth::{ApiKey, TokenRequest, TokenRequestParams};
    ///
    /// let key: ApiKey = "xVLyHw.A-pwh7:made-up-secret".parse()?;
    /// let params = TokenRequestParams { client_id: Some("ada"), ..Default::default() };
    /// let request = TokenRequest::sign(&key, &params, 1_700_000_000_000, "0123456789abcdef")?;
    /// assert!(request.is_signed_by(&key));
    /// # Ok::<(), ably_edge_auth::Error>(())
    /// ```
    ///
    /// # Errors
    /// 40003 for the TTL, 40012 for an empty client id, 40000 for a capability that was only
    /// [read](Capability::read) and cannot be issued, for a nonce under 16 characters, and for a
    /// line break in either text, which would make the signed text ambiguous.
    pub fn sign(
        key: impl Into<SigningKey>,
        params: &TokenRequestParams<'_>,
        timestamp: u64,
        nonce: &str,
    ) -> Result<TokenRequest> {
        TokenRequest::sign_with(&key.into(), params, timestamp, nonce)
    }

    pub(crate) fn sign_with(
        key: &SigningKey,
        params: &TokenRequestParams<'_>,
        timestamp: u64,
        nonce: &str,
    ) -> Result<TokenRequest> {
        if let Some(capability) = params.capability {
            capability.check_issuable()?;
        }
        check_now(timestamp)?;
        if params.client_id == Some("") {
            return Err(Error::token(Code::ClientId, "clientId is empty", &[])
                .at("clientId")
                .with_remediation("leave it out for a token without a client id"));
        }
        if nonce.chars().nth(MIN_NONCE_CHARS - 1).is_none() {
            return Err(Error::new(
                Kind::Usage,
                "the nonce is under {} characters long",
                &[&number(MIN_NONCE_CHARS as u64)],
            )
            .at("nonce")
            .with_remediation("leave it out for a random one"));
        }
        for (name, text) in [
            ("clientId", params.client_id.unwrap_or_default()),
            ("nonce", nonce),
        ] {
            if find(text, b'\n').or(find(text, b'\r')).is_some() {
                return Err(Error::new(
                    Kind::Usage,
                    "{} has a line break, which a TokenRequest cannot contain",
                    &[name],
                )
                .at(name));
            }
        }
        let ttl = params
            .ttl_seconds
            .map(|seconds| check_ttl(seconds, false))
            .transpose()?;
        let mut request = TokenRequest {
            key_name: key.name().to_owned(),
            ttl: ttl.map(|seconds| u64::from(seconds) * 1_000),
            capability: params.capability.map(|it| it.text().to_owned()),
            client_id: params.client_id.map(str::to_owned),
            timestamp,
            nonce: nonce.to_owned(),
            mac: String::new(),
        };
        let mac = key.hmac().sign(request.signed_text().as_bytes());
        let mut encoded = Vec::new();
        push_standard(&mut encoded, &mac);
        request.mac = ascii(encoded);
        Ok(request)
    }

    /// The text that the MAC covers: six fields, each followed by a line break, empty if absent.
    pub fn signed_text(&self) -> String {
        let ttl = self.ttl.map(number).unwrap_or_default();
        let timestamp = number(self.timestamp);
        let fields = [
            self.key_name.as_str(),
            &ttl,
            self.capability.as_deref().unwrap_or_default(),
            self.client_id.as_deref().unwrap_or_default(),
            &timestamp,
            &self.nonce,
            "",
        ];
        joined(&fields, "\n")
    }

    /// Serializes the request as Ably accepts it. Absent fields stay absent.
    pub fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.text("keyName", &self.key_name);
        if let Some(ttl) = self.ttl {
            json.number("ttl", ttl);
        }
        json.optional("capability", self.capability.as_deref());
        json.optional("clientId", self.client_id.as_deref());
        json.number("timestamp", self.timestamp);
        json.text("nonce", &self.nonce);
        json.text("mac", &self.mac);
        json.finish()
    }

    /// Whether the MAC was made with this key, compared in constant time.
    pub fn is_signed_by(&self, key: &ApiKey) -> bool {
        self.key_name == key.name()
            && STANDARD.decode(&self.mac).is_ok_and(|mac| {
                HmacKey::new(key.secret().as_bytes()).verify(self.signed_text().as_bytes(), &mac)
            })
    }
}

impl fmt::Debug for TokenRequest {
    /// Omits the MAC: anyone who reads it in a log could exchange the request.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequest")
            .field("key_name", &self.key_name)
            .field("ttl", &self.ttl)
            .field("capability", &self.capability)
            .field("client_id", &self.client_id)
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}
