//! Tokens as they come in: nothing that is not signed by the key is accepted, and it cannot be here.
#![no_main]

use ably_edge_auth::jwt::hmac_sha256::HmacKey;
use ably_edge_auth::jwt::open;
use ably_edge_auth::{ApiKey, VerifyOptions, decode, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|token: &str| {
    const NOW: u64 = 1_700_000_000_000;
    let key: ApiKey = "app.key:a secret that no input can guess"
        .replace(' ', "-")
        .parse()
        .expect("a key");
    for embedded in [false, true] {
        let options = VerifyOptions {
            embedded,
            ..VerifyOptions::at(NOW)
        };
        let error = verify(token, [&key], &options).expect_err("nobody has signed this");
        assert!(matches!(error.code(), Some(40101 | 40144 | 40142)));
    }
    assert!(
        open(
            token,
            &HmacKey::new(b"another secret that no input can guess")
        )
        .is_err()
    );
    if let Ok(decoded) = decode(token, NOW) {
        // Both texts go to another JSON reader, which must be able to read them.
        for text in [&decoded.header, &decoded.claims] {
            assert!(serde_json::from_str::<serde_json::Value>(text).is_ok_and(|it| it.is_object()));
        }
    }
});
