//! Header and claims of a token that is signed rightly. Two lines: the header, the payload.
#![no_main]

use ably_edge_auth::jwt::hmac_sha256::HmacKey;
use ably_edge_auth::{ApiKey, Severity, VerifyOptions, decode, verify};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const NOW: u64 = 1_700_000_000_000;

fuzz_target!(|bytes: &[u8]| {
    let mut lines = bytes.splitn(2, |byte| *byte == b'\n');
    let (Some(header), Some(payload)) = (lines.next(), lines.next()) else {
        return;
    };
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(payload)
    );
    let tag = HmacKey::new(b"secret").sign(signed.as_bytes());
    let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag));
    let key: ApiKey = "app.key:secret".parse().expect("a key");

    let plain = verify(&token, [&key], &VerifyOptions::at(NOW));
    let decoded = decode(&token, NOW);
    let Ok(verified) = plain else {
        // What is refused is refused for a reason that the decoder tells, if it is not the key.
        if let (Err(error), Ok(decoded)) = (plain, &decoded) {
            let told = decoded
                .diagnostics
                .iter()
                .any(|issue| issue.message == error.message());
            assert!(told || error.code() == Some(40101), "{error}");
        }
        return;
    };
    let decoded = decoded.expect("what is accepted can be read");
    assert!(
        decoded
            .diagnostics
            .iter()
            .all(|issue| issue.severity != Severity::Error)
    );
    assert_eq!(verified.client_id, decoded.client_id);
    assert_eq!(verified.capability, decoded.capability);
    assert!(verified.expires > NOW && verified.issued <= NOW + 60_000);
    assert!(verified.expires > verified.issued && verified.expires - verified.issued <= 86_400_000);

    // As another library sees it, which keeps the last of two members: there must not be two.
    let header: Value = serde_json::from_slice(header).expect("JSON");
    let claims: Value = serde_json::from_slice(payload).expect("JSON");
    assert_eq!(header["alg"], "HS256");
    assert_eq!(header["kid"], "app.key");
    assert!(header.get("crit").is_none() && header.get("x-ably-token").is_none());
    assert_eq!(
        claims["iat"].as_u64().map(|it| it * 1_000),
        Some(verified.issued)
    );
    assert_eq!(
        claims["exp"].as_u64().map(|it| it * 1_000),
        Some(verified.expires)
    );
    assert_eq!(
        claims.get("x-ably-clientId").and_then(Value::as_str),
        verified.client_id.as_deref()
    );
    assert!(claims.get("x-ably-token").is_none());
    assert_eq!(
        claims.get("x-ably-capability").is_some(),
        verified.capability.is_some()
    );
});
