//! Decodes a token without verifying it.

use super::claims::{Claims, Problem, read_capability};
use super::compact::{Compact, Header, decode_part, decode_text, malformed};
use super::embedded::nested;
use super::times::check_times;
use super::verification_notes::Notes;
use super::verify::{NO_KID, VerifyOptions};
use crate::capability::{Capability, Diagnostic, Severity};
use crate::error::{Error, Result};

/// The content of a token, unverified.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The header, as JSON text; without its secret if `kid` holds a whole key.
    pub header: String,
    /// The claims, as JSON text.
    pub claims: String,
    /// `kid` of the header; its name alone if that holds a whole key.
    pub key_name: Option<String>,
    /// As claimed.
    pub client_id: Option<String>,
    /// As claimed, if it can be read.
    pub capability: Option<Capability>,
    /// ms since 1970
    pub issued: Option<u64>,
    /// ms since 1970
    pub expires: Option<u64>,
    /// As claimed.
    pub revocation_key: Option<String>,
    /// Everything that prevents it from being accepted, and other findings.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a token WITHOUT checking its signature: for display and debugging, never for access.
///
/// # Errors
/// [`Kind::Token`](crate::Kind::Token), 40144: it does not have three parts, or the first two are not JSON objects.
pub fn decode(token: &str, now_ms: u64) -> Result<Decoded> {
    let compact = Compact::split(token)?;
    let header_text = decode_text(compact.header, "header")?;
    let header = Header::read(&header_text)?;
    let header_text = header.shown(header_text);
    let text = decode_text(compact.payload, "payload")?;
    let mut claims = Claims::read(&text, None, &mut read_capability)?;
    check_times(&mut claims, &VerifyOptions::at(now_ms));

    let mut diagnostics = Vec::new();
    let mut add = |code: &'static str, error: Error| {
        let path = error.path().unwrap_or("token");
        let message = error.message();
        diagnostics.push(Diagnostic::new(Severity::Error, code, path, message));
    };
    for error in header.refusals {
        add("bad-header", error);
    }
    if let Err(error) = decode_part(compact.signature, "signature") {
        add("bad-signature-part", error);
    } else if compact.signature.is_empty() {
        let error = malformed("the token's signature is empty", &[]);
        add("bad-signature-part", error);
    }
    if header.kid.is_none() {
        add("missing-kid", malformed("{}", &[NO_KID]));
    }
    if header.embedded.is_some() || claims.embedded.is_some() {
        add("embedded-token", nested());
    }
    for Problem { code, error } in std::mem::take(&mut claims.problems) {
        add(code, error);
    }
    diagnostics.append(&mut Notes::of(&claims, false).diagnostics(&text));
    Ok(Decoded {
        header: header_text,
        claims: text,
        key_name: header.kid,
        client_id: claims.client_id,
        capability: claims.capability,
        issued: claims.issued.map(|seconds| seconds * 1_000),
        expires: claims.expires.map(|seconds| seconds * 1_000),
        revocation_key: claims.revocation_key,
        diagnostics,
    })
}
